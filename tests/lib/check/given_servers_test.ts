import { assertEquals } from "@std/assert";
import { check, type CheckTargetOptions } from "../../../lib/check/mod.ts";
import { decodeHead, parseNameServer } from "../../../lib/dns/internal.ts";
import { serveHttps } from "../../../lib/dns/server/transport/https.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { framed, response, scriptedServer } from "../../kit/scripted_dns.ts";
import { tlsDnsServer } from "../../kit/tls_dns.ts";

/** Starts a server for each protocol, which all know the address of one name. */
async function startServers(stack: AsyncDisposableStack) {
  const certificate = await makeCertificate({ names: ["dns.test"], commonName: "dns.test" });
  const answer = (query: ReturnType<typeof decodeHead>) => {
    const [{ name, type } = { name: "", type: "" }] = query.questions;
    return response(query, { answers: type === "A" ? [{ name, type, data: "127.0.0.1" }] : [] });
  };
  const plain = stack.use(scriptedServer(({ query, send }) => send(answer(query)), (query) => framed(answer(query))));
  const tls = stack.use(tlsDnsServer(certificate, answer));
  const https = stack.use(serveHttps("127.0.0.1:0", (query) => answer(decodeHead(query)), { tls: certificate }));
  const ports = {
    udp: plain.addr.port,
    tcp: plain.addr.port,
    tls: tls.addr.port,
    https: "port" in https.addr ? https.addr.port : 0,
  };
  return { ports, caCerts: [certificate.cert] };
}

// The first of these tests: a process asks itself only before its first check.
Deno.test("check: the trace has nothing of what is asked before the check", async () => {
  await using stack = new AsyncDisposableStack();
  const { ports } = await startServers(stack);
  using site = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const texts: string[] = [];
  const servers = [parseNameServer(`udp://127.0.0.1:${ports.udp}`)];
  await check(`tcp://www.test:${site.addr.port}`, {
    servers,
    timeout: 5000,
    trace: ({ text }) => void texts.push(text),
  });
  const has = (name: string) => texts.some((text) => text.includes(name));
  assertEquals([has("www.test"), has("host.test")], [true, false], texts.join("\n"));
});

Deno.test("check: rules for any host are not for given servers", async () => {
  await using stack = new AsyncDisposableStack();
  const { ports, caCerts } = await startServers(stack);
  using site = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const rows = (["udp", "tcp", "tls", "https"] as const).flatMap((protocol) => {
    const port = ports[protocol];
    const [named, plain] = [`${protocol}://dns.test:${port}`, `${protocol}://127.0.0.1:${port}`].map((text) =>
      parseNameServer(text)
    );
    const elsewhere = { host: "*", port, addresses: ["127.0.0.9"] };
    const rule = { host: "dns.test", port, addresses: ["127.0.0.1"] };
    const byAddress = protocol === "udp" || protocol === "tcp" ? [{ server: plain, resolve: [elsewhere] }] : [];
    return [...byAddress, { server: named, resolve: [elsewhere, rule] }];
  });
  await Promise.all(rows.map(async ({ server, resolve }) => {
    const servers = server ? [server] : [];
    const connectTo = [{ toPort: site.addr.port }];
    const { cause } = await check("tcp://www.test:1", {
      ...{ servers, resolve, connectTo },
      tls: { caCerts },
      timeout: 5000,
    });
    assertEquals(cause, undefined, JSON.stringify({ server, cause }));
  }));
});

Deno.test("check: the name of a given server follows the rules for names and the IP version", async () => {
  await using stack = new AsyncDisposableStack();
  const { ports, caCerts } = await startServers(stack);
  using site = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const rows = (["udp", "tcp", "tls", "https"] as const).flatMap((protocol) => {
    const port = ports[protocol];
    const usual = parseNameServer(`${protocol}://dns.test`);
    const other = parseNameServer(`${protocol}://dns.test:${port}`);
    const rule = (...addresses: readonly string[]) => [{ host: "dns.test", port, addresses }];
    const connectTo = [{ host: "dns.test", toHost: "127.0.0.1", toPort: port }];
    return [
      [protocol, "resolve", { servers: [other], resolve: rule("127.0.0.1") }, undefined],
      [protocol, "resolve for IPv4", { servers: [other], resolve: rule("::1", "127.0.0.1"), family: 4 }, undefined],
      [
        protocol,
        "resolve for IPv6",
        { servers: [other], resolve: rule("127.0.0.1"), family: 6 },
        "resolvers-unreachable",
      ],
      [protocol, "connect-to", { servers: [usual], connectTo }, undefined],
    ] satisfies [string, string, CheckTargetOptions, string | undefined][];
  });
  const target = `tcp://www.test:${site.addr.port}`;
  await Promise.all(rows.map(async ([protocol, name, options, code]) => {
    const { cause } = await check(target, { tls: { caCerts }, timeout: 5000, ...options });
    assertEquals(cause?.finding.code, code, `${protocol} by ${name}: ${JSON.stringify(cause)}`);
  }));
});
