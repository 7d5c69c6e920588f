import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { dial, formatAddress, NetworkError, parseAddress, type Proxy, UsageError } from "../../../lib/core/mod.ts";
import { list } from "../../../lib/file/mod.ts";
import { tryDownload } from "../../../lib/get/mod.ts";
import { proxyForUrl, request, serveHttp } from "../../../lib/http/mod.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { testProxy } from "../../kit/proxy.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const SINK = { sink: { write: () => {}, end: () => {} } };
const octets = (text: string) => new TextEncoder().encode(text);
const at = (port: number, scheme: Proxy["scheme"]): Proxy => ({
  scheme,
  address: { transport: "ip", host: "127.0.0.1", port },
});

/** Responses of a proxy, the error codes, and the messages. */
const ANSWERS: readonly (readonly [head: string, code: string, message: RegExp])[] = [
  ["407 Proxy Authentication Required", "proxy-authentication", /the proxy 127\.0\.0\.1:\d+ reports: status 407 Proxy/],
  ["401 Unauthorized", "proxy-refused", /the proxy 127\.0\.0\.1:\d+ reports: status 401 Unauthorized$/],
  ["403 Forbidden", "proxy-refused", /the proxy 127\.0\.0\.1:\d+ reports: status 403 Forbidden$/],
  [
    "403 Filtered\r\nServer: tinyproxy/1.11.1",
    "proxy-refused",
    /the proxy 127\.0\.0\.1:\d+ reports: status 403 Filtered$/,
  ],
  ["500 Unable to connect\r\nServer: tinyproxy/1.11.1", "proxy-refused", /reports: status 500 Unable to connect$/],
  ["500 X\r\nServer: x\r\nX-Squid-Error: ERR_CANNOT_FORWARD 0", "proxy-refused", /reports: status 500 X$/],
  ["502 Bad Gateway", "proxy-refused", /the proxy 127\.0\.0\.1:\d+ reports: status 502 Bad Gateway$/],
  ["503 X\r\nServer: squid/5.7\r\nVia: 1.1 x (squid/5.7)", "proxy-refused", /reports: status 503 X$/],
  ["504 X\r\nVia: 1.1 x\r\nX-Squid-Error: ERR_DNS_FAIL 0", "proxy-refused", /reports: status 504 X$/],
  ["502 X\r\nServer: y\r\nProxy-Status: p; error=dns_error", "proxy-refused", /reports: status 502 X$/],
];

for (const [head, code, message] of ANSWERS) {
  Deno.test(`a proxy's own ${JSON.stringify(head)} is named as the proxy's, for http: and https: alike`, async () => {
    const answer = octets(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`);
    await using proxy = testProxy({ scheme: "http", answer });
    for (const url of ["http://example.test/", "https://example.test/"]) {
      const { error } = await tryDownload(url, SINK, { proxy: at(proxy.port, "http"), timeout: DEADLINE_MS });
      assertEquals([error?.code, error instanceof NetworkError], [code, true], `${url}: ${error}`);
      assertMatch(error?.message ?? "", message);
    }
  });
}

Deno.test("a proxy's own answer is named as the proxy's by the client of file servers, too", async () => {
  const answer = octets("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
  await using proxy = testProxy({ scheme: "http", answer });
  const go = () => list("http://example.test/", { proxy: at(proxy.port, "http"), timeout: DEADLINE_MS });
  assertEquals((await assertRejects(go, NetworkError)).code, "proxy-refused");
});

/** Answers of servers, as a proxy passes them on. */
for (
  const head of [
    "403 Forbidden\r\nServer: nginx",
    "401 X\r\nWWW-Authenticate: Basic",
    "502 X\r\nVia: 1.1 x",
    "500 Internal Server Error",
    "404 Not Found",
  ]
) {
  Deno.test(`a server's ${JSON.stringify(head)} through a proxy is not taken for the proxy's`, async () => {
    const answer = octets(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`);
    await using proxy = testProxy({ scheme: "http", answer });
    const options = { proxy: at(proxy.port, "http"), retries: 0, timeout: DEADLINE_MS };
    const { error } = await tryDownload("http://example.test/", SINK, options);
    assertEquals(error?.code, "http-status");
    assertMatch(error?.message ?? "", /^example\.test answers \d+ .*\(through the proxy 127\.0\.0\.1:\d+\)$/);
  });
}

Deno.test("an https: proxy: TLS to it, then CONNECT, and TLS within", async (t) => {
  const proxyPair = await makeCertificate({ authority: false });
  const pair = await makeCertificate({ authority: false });
  await using server = serveHttp("127.0.0.1:0", () => ({ body: "x".repeat(300_000) }), { tls: pair });
  await using proxy = testProxy({ scheme: "http", tls: proxyPair });
  const trusted = { ...at(proxy.port, "https"), tls: { caCerts: [proxyPair.cert] } };
  const tls = { caCerts: [pair.cert] };
  await t.step("https: URL", async () => {
    using response = await request(server.url, { proxy: trusted, tls, timeout: DEADLINE_MS });
    assertEquals([response.status, (await response.text()).length], [200, 300_000]);
    assertEquals(response.remote, `127.0.0.1:${proxy.port}`);
  });
  await t.step("the server is still verified", async () => {
    const error = await assertRejects(
      () => request(server.url, { proxy: trusted, timeout: DEADLINE_MS }),
      NetworkError,
    );
    assertEquals(error.code, "tls-unknown-issuer");
  });
  await t.step("so is the proxy", async () => {
    const untrusted = { ...trusted, tls: undefined };
    const go = () => request(server.url, { proxy: untrusted, tls, timeout: DEADLINE_MS });
    const error = await assertRejects(go, NetworkError);
    assertEquals(error.code, "proxy-tls");
    assertMatch(error.message, /no TLS with the proxy 127\.0\.0\.1:\d+: /);
  });
  await t.step("a connection without TLS within", async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const talking = (async () => {
      using conn = await listener.accept();
      await conn.write(octets("220 hello"));
      await conn.read(new Uint8Array(1));
    })();
    const to = parseAddress(`127.0.0.1:${listener.addr.port}`);
    {
      using connection = await dial(to, { proxy: trusted, timeout: DEADLINE_MS });
      const bytes = new Uint8Array(100);
      assertEquals(new TextDecoder().decode(bytes.subarray(0, await connection.read(bytes) ?? 0)), "220 hello");
      await connection.closeWrite();
    }
    await talking;
  });
  await t.step("an http: URL goes to it as a whole, within TLS", async () => {
    const answer = octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy");
    await using forward = testProxy({ scheme: "http", tls: proxyPair, answer });
    const options = { proxy: { ...trusted, ...at(forward.port, "https") }, timeout: DEADLINE_MS };
    using response = await request("http://example.test/", options);
    assertEquals([await response.text(), response.security], ["proxy", undefined]);
  });
});

/** Variables for http://example.test/, and the proxy that they name; or the variable that the error names. */
const VARIABLES: readonly (readonly [values: Readonly<Record<string, string>>, right: string])[] = [
  [{ http_proxy: "a:1" }, "a:1"],
  [{ http_proxy: "http://a:1/" }, "a:1"],
  [{ http_proxy: "a:1/path?x#y" }, "a:1"],
  [{ http_proxy: "", ALL_PROXY: "u:p@a:1" }, "a:1"],
  [{ http_proxy: "socks5h://a" }, "a:1080"],
  [{ https_proxy: "a:1" }, ""],
  [{ http_proxy: "a:1", no_proxy: "example.test:80" }, ""],
  [{ http_proxy: "http://" }, "http_proxy"],
  [{ http_proxy: "ftp://a:1" }, "http_proxy"],
  [{ http_proxy: "a:0" }, "http_proxy"],
  [{ all_proxy: "me:s3cret" }, "all_proxy"],
  [{ ALL_PROXY: "http://me:s3cret/x@a:1" }, "ALL_PROXY"],
];
for (const [values, right] of VARIABLES) {
  Deno.test(`the proxy of ${JSON.stringify(values)}`, () => {
    const choose = () => proxyForUrl(new URL("http://example.test/"), (name) => values[name]);
    if (right === "" || right.includes(":")) {
      const proxy = choose();
      return assertEquals(proxy ? formatAddress(proxy.address) : "", right);
    }
    const { code, message } = assertThrows(choose, UsageError);
    assertEquals([code, message.includes(`the variable ${right}: `), message.includes("s3cret")], [
      "invalid-proxy",
      true,
      false,
    ]);
  });
}

Deno.test("the proxy of an FTP URL is that of ALL_PROXY: ftp_proxy would translate FTP to HTTP", () => {
  const values: Record<string, string | undefined> = { ftp_proxy: "http://a.test:1", FTP_PROXY: "http://a.test:1" };
  const choose = () => proxyForUrl(new URL("ftp://example.test/"), (name) => values[name]);
  assertEquals(choose(), undefined);
  values.ALL_PROXY = "socks5h://b.test:2";
  assertEquals(choose()?.scheme, "socks5h");
});
