import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  dial,
  parseAddress,
  parseConnectRule,
  parseProxy,
  parseResolveRule,
  ruledAddresses,
  ruledTarget,
  UsageError,
} from "../../../lib/core/mod.ts";
import { request, serveHttp } from "../../../lib/http/mod.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { testProxy } from "../../kit/proxy.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const at = (text: string) => {
  const address = parseAddress(text);
  if (address.transport !== "ip") throw new Error(`${text} has no host`);
  return address;
};

/** Rules, a host and port, and the addresses that they give. */
const RESOLVE: readonly (readonly [rules: string, address: string, addresses: string | undefined])[] = [
  ["a.test:80:127.0.0.1", "a.test:80", "127.0.0.1"],
  ["a.test:80:127.0.0.1", "a.test:81", undefined],
  ["a.test:80:127.0.0.1", "b.a.test:80", undefined],
  ["A.test:80:127.0.0.1", "a.TEST.:80", "127.0.0.1"],
  ["+a.test:80:127.0.0.1", "a.test:80", "127.0.0.1"],
  ["a.test:80:127.0.0.1,[::1]", "a.test:80", "127.0.0.1 ::1"],
  ["a.test:80:::1", "a.test:80", "::1"],
  ["[::1]:80:127.0.0.1", "[::1]:80", "127.0.0.1"],
  ["*:80:127.0.0.1", "any.test:80", "127.0.0.1"],
  ["a.test:80:127.0.0.2 *:80:127.0.0.1", "a.test:80", "127.0.0.2"],
  ["a.test:80:127.0.0.2 a.test:80:127.0.0.3", "a.test:80", "127.0.0.3"],
  ["a.test:80:127.0.0.2 -a.test:80", "a.test:80", undefined],
  ["-a.test:80 a.test:80:127.0.0.2", "a.test:80", "127.0.0.2"],
];

for (const [rules, address, addresses] of RESOLVE) {
  Deno.test(`resolve rules ${rules}: ${address}`, () => {
    const found = ruledAddresses(at(address), rules.split(" ").map(parseResolveRule));
    assertEquals(found?.map(({ address }) => address).join(" "), addresses);
  });
}

/** Rules, a host and port, and where they lead. */
const CONNECT: readonly (readonly [rules: string, address: string, target: string | undefined])[] = [
  ["a.test:80:b.test:81", "a.test:80", "b.test:81"],
  ["a.test:80:b.test:81", "a.test:81", undefined],
  ["a.test::b.test:", "a.test:82", "b.test:82"],
  [":80::81", "a.test:80", "a.test:81"],
  ["::b.test:81", "c.test:1", "b.test:81"],
  ["::b.test", "c.test:1", "b.test:1"],
  ["a.test:80:[::1]:81", "A.test:80", "[::1]:81"],
  ["[::1]:80:b.test:", "[::1]:80", "b.test:80"],
  ["a.test:80:b.test:81 ::c.test:82", "a.test:80", "b.test:81"],
];

for (const [rules, address, target] of CONNECT) {
  Deno.test(`connect rules ${rules}: ${address}`, () => {
    const found = ruledTarget(at(address), rules.split(" ").map(parseConnectRule));
    assertEquals(found, target === undefined ? undefined : at(target));
  });
}

Deno.test("parseResolveRule and parseConnectRule reject invalid rules", () => {
  for (
    const text of ["", "a.test", "a.test:80", "a.test:80:", "a.test:80:b", "-a.test:80:127.0.0.1", ":80:127.0.0.1"]
  ) {
    assertEquals(assertThrows(() => parseResolveRule(text), UsageError, "").code, "invalid-rule", text);
  }
  for (const text of ["", "a.test", "a.test:80", "a:x:b:1", "a:1:b:1:c"]) {
    assertEquals(assertThrows(() => parseConnectRule(text), UsageError, "").code, "invalid-rule", text);
  }
  assertEquals(assertThrows(() => parseResolveRule("a:0:127.0.0.1"), UsageError, "").code, "invalid-port");
  assertEquals(assertThrows(() => parseConnectRule("a:0:b:1"), UsageError, "").code, "invalid-port");
});

Deno.test("rules lead a request elsewhere: Host and the name in TLS stay those of the URL", async () => {
  const pair = await makeCertificate({ names: ["name.test"], authority: false });
  await using server = serveHttp("127.0.0.1:0", ({ headers }) => ({ body: headers.get("host") }), { tls: pair });
  const { port = 0 } = server;
  const options = { tls: { caCerts: [pair.cert] }, timeout: DEADLINE_MS };
  const resolve = [parseResolveRule(`name.test:${port}:127.0.0.1`)];
  using resolved = await request(`https://name.test:${port}/`, { ...options, resolve });
  assertEquals(await resolved.text(), `name.test:${port}`);
  const connectTo = [parseConnectRule(`name.test:443:127.0.0.1:${port}`)];
  using connected = await request("https://name.test/", { ...options, connectTo });
  assertEquals(await connected.text(), "name.test");
  await assertRejects(
    () => request(`https://name.test:${port}/`, { ...options, resolve, family: 6 }),
    Error,
    "no IPv6",
  );
});

Deno.test("rules and a proxy: it is asked for the other place, by a tunnel also for http:", async () => {
  await using server = serveHttp(
    "127.0.0.1:0",
    ({ headers, target }) => ({ body: `${headers.get("host")} ${target}` }),
  );
  await using proxy = testProxy({ scheme: "http" });
  const connectTo = [parseConnectRule(`name.test:80:other.test:${server.port}`)];
  const resolve = [parseResolveRule(`proxy.test:${proxy.port}:127.0.0.1`)];
  const options = { proxy: parseProxy(`proxy.test:${proxy.port}`), connectTo, resolve, timeout: DEADLINE_MS };
  using response = await request("http://name.test/x", options);
  assertEquals([await response.text(), proxy.asked], ["name.test /x", [`other.test:${server.port}`]]);
});

Deno.test("rules do not go with HTTP/2, which is refused before anything is sent", async () => {
  for (const rules of [{ resolve: [parseResolveRule("*:80:127.0.0.1")] }, { connectTo: [parseConnectRule("::a:")] }]) {
    const error = await assertRejects(() => request("http://a.test/", { ...rules, http2: true }), UsageError);
    assertEquals(error.code, "http2-unsupported");
  }
});

Deno.test("rules are of any connection", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const resolve = [parseResolveRule(`*:7:127.0.0.1`)];
  const connectTo = [parseConnectRule(`a.test:7:127.0.0.1:${listener.addr.port}`)];
  using connection = await dial("a.test:7", { resolve, connectTo, timeout: DEADLINE_MS });
  (await listener.accept()).close();
  assertEquals([connection.peer, connection.remote], ["a.test:7", `127.0.0.1:${listener.addr.port}`]);
});
