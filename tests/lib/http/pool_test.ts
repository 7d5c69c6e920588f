import { assertEquals } from "@std/assert";
import { selfSigned } from "../../../lib/core/mod.ts";
import { poolKey, prepareRequest, routeOf } from "../../../lib/http/client/prepare.ts";
import { ConnectionPool, follow, request, type RequestOptions } from "../../../lib/http/mod.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { octets, readUntil, scriptedServer } from "../../kit/raw.ts";
import { testSite } from "../../kit/site.ts";
import { writeAll } from "../../../lib/core/mod.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
const keyOf = (url: string, options: RequestOptions = {}) => poolKey(routeOf(prepareRequest(url, options), options));
const at = (host: string) => ({ transport: "ip", host, port: 8080 }) as const;

/** Requests that must not share a connection: each changes where it goes, or who is trusted there. */
const APART: Readonly<Record<string, readonly [url: string, options?: RequestOptions]>> = {
  "plain": ["https://a.test/"],
  "another scheme": ["http://a.test:443/"],
  "another host": ["https://b.test/"],
  "another port": ["https://a.test:444/"],
  "a family": ["https://a.test/", { family: 4 }],
  "the other family": ["https://a.test/", { family: 6 }],
  "a pin": ["https://a.test/", { tls: { pin: "sha256:AA" } }],
  "another pin": ["https://a.test/", { tls: { pin: "sha256:BB" } }],
  "insecure": ["https://a.test/", { tls: { insecure: true } }],
  "an authority": ["https://a.test/", { tls: { caCerts: ["A"] } }],
  "another authority": ["https://a.test/", { tls: { caCerts: ["B"] } }],
  "a server name": ["https://a.test/", { tls: { serverName: "b.test" } }],
  "a client certificate": ["https://a.test/", { tls: { clientCertificate: { cert: "C", key: "K" } } }],
  "another client certificate": ["https://a.test/", { tls: { clientCertificate: { cert: "C", key: "L" } } }],
  "other protocols": ["https://a.test/", { tls: { alpn: ["x"] } }],
  "a proxy": ["https://a.test/", { proxy: { scheme: "http", address: at("p.test") } }],
  "another proxy": ["https://a.test/", { proxy: { scheme: "http", address: at("q.test") } }],
  "another kind of proxy": ["https://a.test/", { proxy: { scheme: "socks5h", address: at("p.test") } }],
  "a proxy's user": ["https://a.test/", { proxy: { scheme: "http", address: at("p.test"), user: "u" } }],
  "a proxy's password": [
    "https://a.test/",
    { proxy: { scheme: "http", address: at("p.test"), user: "u", password: "p" } },
  ],
};

Deno.test("pool: requests that differ in where they go or who is trusted share nothing", () => {
  const keys = new Map(Object.entries(APART).map(([name, [url, options]]) => [keyOf(url, options), name]));
  assertEquals([...keys.values()], Object.keys(APART));
});

Deno.test("pool: requests that differ in anything else share connections", () => {
  const caCerts = ["A"];
  const one = keyOf("https://a.test/x?y#z", { tls: { caCerts } });
  for (const url of ["https://A.test:443/", "https://u:p@a.test/b"]) {
    assertEquals(keyOf(url, { tls: { caCerts }, method: "HEAD", headers: { Authorization: "x" }, stall: 1 }), one);
  }
});

Deno.test("pool: of idle connections those that were used the longest ago are closed beyond the limit", async () => {
  const sites = Array.from({ length: 3 }, () => testSite({ "/": { body: "ok" } }));
  using pool = new ConnectionPool({ maxIdleTotal: 2 });
  const reused = async ({ url }: { readonly url: string }) => {
    using response = await request(url, { pool });
    await response.body.bytes(10);
    return response.phases.reused;
  };
  const [a, b, c] = sites;
  if (!a || !b || !c) throw new Error("three sites");
  assertEquals([await reused(a), await reused(b), await reused(c)], [false, false, false]);
  assertEquals([await reused(b), await reused(c), await reused(a)], [true, true, false]);
  for (const site of sites) await site[Symbol.asyncDispose]();
});

Deno.test("pool: a server that says how long it keeps connections is not asked on one of the last second", async () => {
  await using server = scriptedServer(async (conn) => {
    while (true) {
      await readUntil(conn, /\r\n\r\n/);
      await writeAll(conn, octets(`${OK}Keep-Alive: timeout=5, max=100\r\n\r\nok`));
    }
  });
  using time = new FakeTime();
  using pool = new ConnectionPool();
  const reused = async () => {
    using response = await time.until(request(`http://127.0.0.1:${server.port}/`, { pool }));
    await response.body.bytes(10);
    return response.phases.reused;
  };
  assertEquals([await reused(), await reused()], [false, true]);
  await time.pass(4001);
  assertEquals([await reused(), server.clients], [false, 2]);
});

Deno.test("pool: a server that gives an idle connection up with 408 is asked over a new one, once", async () => {
  const late = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  await using server = scriptedServer(async (conn, client) => {
    await readUntil(conn, /\r\n\r\n/);
    await writeAll(conn, octets(client < 2 ? `${OK}\r\nok` : late));
    if (client > 0) return;
    await readUntil(conn, /\r\n\r\n/);
    await writeAll(conn, octets(late));
  });
  using pool = new ConnectionPool();
  const status = async () => {
    using response = await request(`http://127.0.0.1:${server.port}/`, { pool });
    await response.body.bytes(10);
    return response.status;
  };
  assertEquals([await status(), await status(), server.clients], [200, 200, 2]);
  assertEquals([await status(), server.clients], [408, 3]);
});

Deno.test("pool: what must not or cannot be sent twice goes over a connection of its own", async () => {
  await using site = testSite({ "/": async ({ body }) => ({ body: await body.text(100) }) });
  using pool = new ConnectionPool();
  const reused = async (options: RequestOptions) => {
    using response = await request(site.url, { ...options, pool });
    await response.body.bytes(10);
    return response.phases.reused;
  };
  const stream = () => new Blob(["x"]).stream();
  assertEquals(await reused({}), false);
  for (const method of ["GET", "HEAD", "OPTIONS", "DELETE"]) assertEquals(await reused({ method }), true, method);
  assertEquals(await reused({ method: "PUT", body: "x" }), true);
  assertEquals(await reused({ method: "PUT", body: stream() }), false);
  for (const method of ["POST", "PATCH"]) assertEquals(await reused({ method, body: "x" }), false, method);
});

for (const tls of [false, true]) {
  const what = tls ? "https" : "http";
  Deno.test(`pool: a redirect to another origin and back opens no third connection (${what})`, async () => {
    const pair = tls ? await selfSigned() : undefined;
    await using other = testSite({ "/": { body: "there" } }, { tls: pair });
    await using site = testSite({ "/": { status: 302, headers: { Location: other.url } } }, { tls: pair });
    using pool = new ConnectionPool();
    for (const expected of [false, true, true]) {
      using response = await follow(site.url, { pool, tls: pair && { pin: pair.pin } });
      await response.body.bytes(10);
      assertEquals(response.phases.reused, expected);
    }
    const peers = [...site.requests, ...other.requests].map(({ peer }) => peer);
    assertEquals(new Set(peers).size, 2);
  });
}
