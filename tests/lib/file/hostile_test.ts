import { assert, assertEquals, assertMatch } from "@std/assert";
import { closeQuietly } from "../../../lib/core/mod.ts";
import { accessLine, serveFiles } from "../../../lib/file/internal.ts";
import { parseAddress } from "../../../lib/core/mod.ts";
import { octets, rawExchange, readToEnd } from "../../kit/raw.ts";
import { allNames, served, takeApart } from "../../kit/served.ts";

const connect = (port: number) => Deno.connect({ hostname: "127.0.0.1", port });

Deno.test("file serve: slow heads and slow bodies are ended, and others are served meanwhile", async () => {
  await using site = await served({ "a": "x" }, { upload: true, headerTimeout: 500, bodyTimeout: 500 });
  const slow = [
    "GET / HT",
    "GET /a HTTP/1.1\r\nHost: localhost\r\nX",
    "PUT /n HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc",
  ];
  const heard = await Promise.all(slow.map(async (text) => {
    using conn = await connect(site.port);
    await conn.write(octets(text));
    return takeApart(await readToEnd(conn)).status;
  }));
  assertEquals(heard, [408, 408, 408]);
  assertEquals((await site.ask("GET /a")).body, "x");
  assertEquals(allNames(site.root), ["a"]);
});

Deno.test("file serve: 2,000 idle connections", async () => {
  await using site = await served({ "a": "x" });
  const idle: Deno.TcpConn[] = [];
  for (let i = 0; i < 2000; i++) idle.push(await connect(site.port));
  assertEquals((await site.ask("GET /a")).body, "x");
  idle.forEach(closeQuietly);
});

Deno.test("file serve: who is one too many is let go, and those who are there are served", async () => {
  await using site = await served({ "a": "x" }, { maxConnections: 2, onRefused: () => {} });
  using one = await connect(site.port);
  await one.write(octets("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  await one.read(new Uint8Array(1000));
  using other = await connect(site.port);
  await other.write(octets("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  await other.read(new Uint8Array(1000));
  assertEquals(await rawExchange(site.port, "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
  await one.write(octets("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  assert((await one.read(new Uint8Array(1000)) ?? 0) > 0);
});

Deno.test("file serve: a request in flight ends before the server does", async () => {
  await using site = await served({});
  const size = 30 << 20;
  await Deno.writeFile(`${site.root}/a`, new Uint8Array(size));
  using conn = await connect(site.port);
  await conn.write(octets("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  await conn.read(new Uint8Array(100));
  const stopped = site.server.shutdown();
  let got = 100;
  for await (const piece of conn.readable) got += piece.length;
  await stopped;
  assert(got > size, `${got}`);
});

Deno.test("file serve: rejects malformed requests, and serves the next client", async () => {
  await using site = await served({ "a": "x" }, { upload: true });
  const garbage = [
    "\x16\x03\x01\x02\x00\x01",
    "GET /a\r\n\r\n",
    "GET /a HTTP/1.1\r\n\r\n",
    "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "PUT /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    "PUT /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: -3\r\n\r\n",
    `GET /${"a".repeat(10_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `GET /a HTTP/1.1\r\nHost: localhost\r\n${"X: y\r\n".repeat(200)}\r\n`,
  ];
  for (const text of garbage) {
    const status = takeApart(await rawExchange(site.port, text, { end: true })).status;
    assert(status >= 400 && status < 500 || status === 0, `${status} ${text.slice(0, 40)}`);
  }
  assertEquals([(await site.ask("GET /a")).body, allNames(site.root)], ["x", ["a"]]);
});

Deno.test("file serve: nothing in a request does something to the log", async () => {
  const lines: string[] = [];
  const asked = ["/a%1b[31m", "/%0d%0aforged", "/\x80\xff", '/"quoted"', "/a?\x9b31m"];
  await using site = await served({}, { onRequest: (request) => lines.push(accessLine(request)) });
  for (const target of asked) {
    await rawExchange(site.port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  }
  await rawExchange(site.port, "GET /\x1b[31m\x07 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await site.server.shutdown();
  assertEquals(lines.length, asked.length + 1);
  for (const line of lines) assertMatch(line, /^[\x20-\x7e]+$/);
  assertMatch(lines[0] ?? "", /^\S+Z 127\.0\.0\.1:\d+ "GET \/a%1b\[31m HTTP\/1\.1" 404 \d+ [\d.]+ms$/);
});

Deno.test("file serve: reports an invalid root", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/file`, "x");
  const address = parseAddress("127.0.0.1:0", { anyPort: true });
  for (const [root, code] of [[`${folder}/none`, "file-not-found"], [`${folder}/file`, "not-a-directory"]] as const) {
    try {
      serveFiles(root, address);
      assert(false);
    } catch (error) {
      assertEquals(error instanceof Error && "code" in error ? error.code : error, code);
    }
  }
  await Deno.remove(folder, { recursive: true });
});
