import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseAddress, selfSigned, writeAll } from "../../../lib/core/mod.ts";
import {
  type Handler,
  type HttpAnswer,
  type HttpServer,
  type HttpServerOptions,
  prepareResponse,
  type RefusedClient,
  type ServedRequest,
  serveHttp,
} from "../../../lib/http/mod.ts";
import { octets, rawExchange, readToEnd, readUntil } from "../../kit/raw.ts";
import { looks, turn, until } from "../../kit/wait.ts";

const ANY = parseAddress("127.0.0.1:0", { anyPort: true });
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const LAST = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

function serve(handler: Handler, options: HttpServerOptions = {}): HttpServer & { readonly port: number } {
  const server = serveHttp(ANY, handler, options);
  assert(server.port !== undefined);
  return Object.assign(server, { port: server.port });
}

/** A response without its Date. */
function undated(text: string): string {
  return text.replaceAll(/Date: [^\r]*\r\n/g, "");
}

const hello: Handler = ({ target }) => ({ body: `you asked for ${target}` });
const echo: Handler = async ({ body }) => ({ body: await body.text(1 << 20) });

Deno.test("a response has what HTTP wants, and no more", async () => {
  await using server = serve(hello);
  const text = await rawExchange(server.port, LAST);
  assertMatch(text, /\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
  assertEquals(undated(text), "HTTP/1.1 200 OK\r\nContent-Length: 19\r\nConnection: close\r\n\r\nyou asked for /last");
});

Deno.test("what a handler answers with: each kind of body, for 1.1, 1.0 and HEAD", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/f`, "0123456789");
  const file = () => Deno.openSync(`${folder}/f`);
  async function* stream() {
    yield octets("ab");
    await Promise.resolve();
    yield octets("");
    yield octets("cde");
  }
  const answers: Record<string, () => HttpAnswer> = {
    "/text": () => ({ body: "ä" }),
    "/bytes": () => ({ body: octets("abc") }),
    "/none": () => ({}),
    "/file": () => ({ body: { file: file(), offset: 2, length: 5 } }),
    "/parts": () => ({ body: ["<", { file: file(), offset: 8, length: 2 }, octets(">")] }),
    "/stream": () => ({ body: stream() }),
    "/counted": () => ({ headers: { "Content-Length": "5" }, body: stream() }),
    "/web": () => new Response("abc", { status: 201, headers: { "x-a": "b" } }),
    "/prepared": () => prepareResponse({ headers: { A: "b" }, body: "abc" }),
    "/204": () => ({ status: 204, body: "not sent" }),
    "/205": () => ({ status: 205, headers: { "Content-Length": "3" }, body: "not sent" }),
    "/prepared-204": () => prepareResponse({ status: 204, body: "not sent" }),
    "/prepared-205": () => prepareResponse({ status: 205, body: "not sent" }),
    "/304": () => ({ status: 304, headers: { "Content-Length": "7", ETag: '"x"' } }),
    "/mine": () => ({
      headers: { "Transfer-Encoding": "gzip", Date: "never", Connection: "x", "Content-Length": "99" },
      body: "abc",
    }),
  };
  const expected: readonly (readonly [path: string, fields: string, body: string])[] = [
    ["/text", "Content-Length: 2\r\n", "\xc3\xa4"],
    ["/bytes", "Content-Length: 3\r\n", "abc"],
    ["/none", "Content-Length: 0\r\n", ""],
    ["/file", "Content-Length: 5\r\n", "23456"],
    ["/parts", "Content-Length: 4\r\n", "<89>"],
    ["/stream", "Transfer-Encoding: chunked\r\n", "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"],
    ["/counted", "Content-Length: 5\r\n", "abcde"],
    [
      "/web",
      "content-type: text/plain;charset=UTF-8\r\nx-a: b\r\nTransfer-Encoding: chunked\r\n",
      "3\r\nabc\r\n0\r\n\r\n",
    ],
    ["/prepared", "A: b\r\nContent-Length: 3\r\n", "abc"],
    ["/204", "", ""],
    ["/205", "Content-Length: 0\r\n", ""],
    ["/prepared-204", "", ""],
    ["/prepared-205", "Content-Length: 0\r\n", ""],
    ["/304", 'ETag: "x"\r\nContent-Length: 7\r\n', ""],
    ["/mine", "Content-Length: 3\r\n", "abc"],
  ];
  try {
    await using server = serve(({ target }) => answers[target]?.() ?? { status: 404 });
    for (const [path, fields, body] of expected) {
      const status = path === "/web"
        ? "201 Created"
        : path.endsWith("204")
        ? "204 No Content"
        : path.endsWith("205")
        ? "205 Reset Content"
        : path === "/304"
        ? "304 Not Modified"
        : "200 OK";
      const ask = (method: string) =>
        rawExchange(server.port, `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n${LAST}`).then(undated);
      const rest = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      assertEquals(await ask("GET"), `HTTP/1.1 ${status}\r\n${fields}\r\n${body}${rest}`, path);
      const chunked = fields.replace("Transfer-Encoding: chunked\r\n", "");
      assertEquals(await ask("HEAD"), `HTTP/1.1 ${status}\r\n${chunked}\r\n${rest}`, `HEAD ${path}`);
    }
    assertEquals(
      undated(await rawExchange(server.port, "GET /stream HTTP/1.0\r\n\r\n")),
      "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcde",
    );
    const kept = "GET /text HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    assertEquals(
      undated(await rawExchange(server.port, `${kept}GET /prepared HTTP/1.0\r\n\r\n`)),
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n\xc3\xa4" +
        "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("empty lines before a request are ignored, and none of them is a request that was cut", async () => {
  const notes: unknown[] = [];
  await using server = serve(hello, { onRequest: ({ status, error }) => void notes.push([status, error?.code]) });
  const body = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab\r\n\r\n";
  const said = await rawExchange(server.port, `\r\n\r\n\r\n${body}${LAST}`);
  assertEquals(said.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 200"]);
  assertEquals(notes, [[200, undefined], [200, undefined]]);
  notes.length = 0;
  assertEquals((await rawExchange(server.port, body, { end: true })).match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200"]);
  assertEquals(await rawExchange(server.port, "\r\n\r\n", { end: true }), "");
  assertEquals(notes, [[200, undefined]]);
  assertEquals((await rawExchange(server.port, "\r\n".repeat(100_000))).match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 400"]);
});

Deno.test("the parts of a request, also of one for a whole URL", async () => {
  const seen: unknown[] = [];
  await using server = serve(({ method, target, authority, version, headers, url, secure, body }) => {
    seen.push([method, target, authority, version, headers.get("X-a"), url?.href, secure, body.length]);
    return {};
  });
  const last = "Connection: close\r\n\r\n";
  await rawExchange(server.port, `GET /a?b HTTP/1.1\r\nHost: h:1\r\nx-A: \t1 \r\nX-A: 2\r\n${last}`);
  await rawExchange(server.port, `POST http://other/c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n${last}ab`);
  await rawExchange(
    server.port,
    `OPTIONS http://other HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n${last}0\r\n\r\n`,
  );
  await rawExchange(server.port, "GET //x/../y HTTP/1.0\r\n\r\n");
  assertEquals(seen, [
    ["GET", "/a?b", "h:1", "1.1", "1, 2", "http://h:1/a?b", false, 0],
    ["POST", "/c", "other", "1.1", undefined, "http://other/c", false, 2],
    ["OPTIONS", "*", "other", "1.1", undefined, "http://other/", false, undefined],
    ["GET", "//x/../y", "", "1.0", undefined, undefined, false, 0],
  ]);
});

Deno.test("a hundred requests at once are answered in order, slow ones and large ones between them", async () => {
  const large = prepareResponse({ body: "x".repeat(100_000) });
  const small = prepareResponse({ body: "small" });
  await using server = serve(({ target }) => {
    const number = Number(target.slice(1));
    if (number % 10 === 3) return large;
    if (number % 10 === 7) return turn().then(turn).then(() => ({ body: `slow ${number}` }));
    if (number % 2 === 0) return small;
    return { body: `number ${number}` };
  });
  const asked = Array.from({ length: 100 }, (_, i) => `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`).join("");
  const text = await rawExchange(server.port, asked + LAST);
  const bodies = text.split(/HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)*\r\n/).slice(1, 101);
  assertEquals(
    bodies,
    Array.from(
      { length: 100 },
      (_, i) => i % 10 === 3 ? "x".repeat(100_000) : i % 10 === 7 ? `slow ${i}` : i % 2 === 0 ? "small" : `number ${i}`,
    ),
  );
});

Deno.test("fields stay what they are when the next request has come", async () => {
  const kept: { get(name: string): string | undefined }[] = [];
  await using server = serve(({ headers }) => {
    kept.push(headers);
    return prepareResponse({ body: "" });
  });
  using conn = await Deno.connect({ port: server.port });
  for (let i = 0; i < 3; i++) {
    await writeAll(conn, octets(`GET / HTTP/1.1\r\nHost: a\r\nNumber: ${i}\r\n\r\n`));
    await readUntil(conn, /\r\n\r\n/);
  }
  assertEquals(kept.map((headers) => headers.get("number")), ["0", "1", "2"]);
});

Deno.test("bodies come as they were sent, by length and in chunks, and the next request behind them", async () => {
  await using server = serve(echo);
  const byLength = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
  const chunks =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x\r\ndefg\r\n0\r\nT: u\r\n\r\n";
  const text = undated(await rawExchange(server.port, byLength + chunks + byLength + LAST));
  const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const last = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  assertEquals(text, answer("hello") + answer("abcdefg") + answer("hello") + last);
});

Deno.test("serveHttp: a body may be relayed as it arrives; after the response it is not read", async () => {
  const late: Promise<unknown>[] = [];
  await using server = serve(({ target, body }) => {
    if (target === "/echo") return { body };
    const { promise, resolve } = Promise.withResolvers<void>();
    const reading = promise.then(() => body.read(new Uint8Array(10)));
    // Examined below; until then its failure is handled.
    reading.catch(() => {});
    late.push(reading);
    turn().then(resolve);
    return { body: "early" };
  });
  const post = (path: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello`;
  assertMatch(await rawExchange(server.port, post("/echo") + LAST), /\r\n\r\n5\r\nhello\r\n0\r\n\r\nHTTP\/1\.1 200 OK/);
  // Its answer leaves at once, and what is behind its body is the next request.
  assertEquals((await rawExchange(server.port, post("/late") + LAST)).match(/200 OK/g)?.length, 2);
  assertEquals((await Promise.allSettled(late)).map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
});

Deno.test("100 is said when the handler reads, and not otherwise", async () => {
  await using server = serve(async ({ target, body }) =>
    target === "/no" ? { status: 403 } : { body: await body.text(99) }
  );
  const ask = (path: string) => `PUT ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n`;
  {
    using conn = await Deno.connect({ port: server.port });
    await writeAll(conn, octets(ask("/yes")));
    assertEquals(await readUntil(conn, /\r\n\r\n$/), "HTTP/1.1 100 Continue\r\n\r\n");
    await writeAll(conn, octets("hello"));
    assertMatch(await readUntil(conn, /hello$/), /^HTTP\/1\.1 200 OK\r\n/);
  }
  // The client may send the body or not: only closing makes that safe.
  const refused = await rawExchange(server.port, ask("/no"));
  assertEquals(undated(refused), "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
});

Deno.test("serveHttp: drains an unread body, up to a limit", async () => {
  await using server = serve(() => ({ body: "done" }), { drain: 1000 });
  const post = (length: number) =>
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${"x".repeat(length)}`;
  assertEquals((await rawExchange(server.port, post(1000) + LAST)).match(/200 OK/g)?.length, 2);
  const text = await rawExchange(server.port, post(1001) + LAST);
  assertEquals(undated(text), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone");
  const chunks = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${
    "100\r\n" + "x".repeat(256) + "\r\n"
  }`;
  assertEquals((await rawExchange(server.port, chunks + "0\r\n\r\n" + LAST)).match(/200 OK/g)?.length, 2);
  assertEquals(
    (await rawExchange(server.port, chunks + chunks.slice(-263).repeat(20) + "0\r\n\r\n" + LAST)).match(/200 OK/g)
      ?.length,
    1,
  );
});

Deno.test("serveHttp: rejects a malformed request with its status once, and closes the connection", async () => {
  const cases: readonly (readonly [text: string, status: number])[] = [
    ["GET / HTTP/1.1\r\n\r\n", 400],
    ["GET / HTTP/1.1\nHost: a\n\n", 400],
    ["\x16\x03\x01\x02\x00\x01\x00\n", 400],
    [`GET /${"a".repeat(9000)} HTTP/1.1\r\n`, 414],
    [`GET / HTTP/1.1\r\nHost: a\r\nA: ${"b".repeat(20_000)}\r\n`, 431],
    [`GET / HTTP/1.1\r\nHost: a\r\n${"A: b\r\n".repeat(200)}\r\n`, 431],
    ["GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505],
    ["CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501],
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
    ["POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400],
    ["POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501],
    ["POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400],
    ["POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n99999999999999999\r\n", 413],
    [`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${2 ** 53}\r\n\r\n`, 413],
    [`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${2 ** 50}\r\n\r\n`, 413],
    ["GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n", 417],
  ];
  const requests: ServedRequest[] = [];
  let last = 0;
  await using server = serve((request) => {
    if (request.target === "/last") last++;
    return echo(request);
  }, { onRequest: (request) => requests.push(request) });
  for (const [text, status] of cases) {
    // What stands behind it, as a smuggler would have it, is never taken for a request.
    const heard = await rawExchange(server.port, text + LAST);
    assertMatch(
      heard,
      new RegExp(
        `^HTTP/1\\.1 ${status} [A-Za-z ]+\\r\\n(?:[^\\r]+\\r\\n)*Connection: close\\r\\n\\r\\n${status} [A-Za-z ]+\\n$`,
      ),
      text.slice(0, 80),
    );
    assertEquals(requests.at(-1)?.status, status);
  }
  assertEquals([last, requests.length], [0, cases.length]);
});

Deno.test("a handler's error is 500 and stays here", async () => {
  const errors: unknown[] = [];
  await using server = serve(({ target }) => {
    if (target === "/throw") throw new Error("secret");
    if (target === "/reject") return Promise.reject(new Error("secret"));
    if (target === "/field") return { headers: { A: "secret\r\nB: c" } };
    return { status: 99 };
  }, { onRequest: ({ error, status }) => errors.push([status, error instanceof Error]) });
  for (const path of ["/throw", "/reject", "/field", "/status"]) {
    const text = await rawExchange(server.port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n${LAST}`);
    assertMatch(text, /^HTTP\/1\.1 500 Internal Server Error\r\n/, path);
    assert(!text.includes("secret"));
    assertEquals(text.match(/HTTP\/1\.1 500/g)?.length, 2, "the connection goes on");
  }
  assertEquals(errors, Array.from({ length: 8 }, () => [500, true]));
});

Deno.test("a piece of a stream goes out as soon as it is there", async () => {
  const more = Promise.withResolvers<void>();
  async function* stream() {
    yield octets("first");
    await more.promise;
    yield octets("second");
  }
  await using server = serve(() => ({ body: stream() }));
  using conn = await Deno.connect({ port: server.port });
  await writeAll(conn, octets(LAST));
  assertMatch(await readUntil(conn, /first\r\n$/), /\r\n\r\n5\r\nfirst\r\n$/);
  more.resolve();
  assertEquals(await readToEnd(conn), "6\r\nsecond\r\n0\r\n\r\n");
});

Deno.test("a response that breaks off is cut, not ended", async () => {
  async function* breaks() {
    yield octets("abc");
    await Promise.resolve();
    throw new Error("no more");
  }
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/f`, "0123456789");
  try {
    await using server = serve(({ target }) => {
      if (target === "/file") return { body: { file: Deno.openSync(`${folder}/f`), offset: 5, length: 100 } };
      return { headers: target === "/counted" ? { "Content-Length": "9" } : {}, body: breaks() };
    });
    for (const path of ["/chunked", "/counted", "/file"]) {
      const text = await rawExchange(server.port, `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n${LAST}`);
      assert(!text.includes("0\r\n\r\n") && text.split("HTTP/1.1").length <= 2, text);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("too slow in each phase: with the head, a body, taking the answer, and between requests", async () => {
  const requests: ServedRequest[] = [];
  const options = {
    headerTimeout: 500,
    bodyTimeout: 500,
    idleTimeout: 500,
    writeTimeout: 500,
    onRequest: (request: ServedRequest) => void requests.push(request),
  };
  const code = () => {
    const error = requests.at(-1)?.error;
    return error instanceof Error && "code" in error ? error.code : undefined;
  };
  await using server = serve(
    (request) => request.target === "/flood" ? { body: new Uint8Array(50 << 20) } : echo(request),
    options,
  );
  using idle = await Deno.connect({ port: server.port });
  assertEquals(await readToEnd(idle), "");
  assertEquals(requests.length, 0);
  assertMatch(await rawExchange(server.port, "GET / HT"), /^HTTP\/1\.1 408 Request Timeout\r\n/);
  assertEquals([requests.at(-1)?.status, code()], [408, "header-timeout"]);
  const halfBody = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc";
  assertMatch(await rawExchange(server.port, halfBody), /^HTTP\/1\.1 408 Request Timeout\r\n/);
  assertEquals([requests.at(-1)?.status, code()], [408, "body-timeout"]);
  using deaf = await Deno.connect({ port: server.port });
  await writeAll(deaf, octets("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n"));
  await until("a write timeout", () => code() === "write-timeout");
  using drip = await Deno.connect({ port: server.port });
  const heard = readToEnd(drip);
  // Byte by byte, each of them in time: the whole is not.
  await writeAll(drip, octets("GET / HTTP/1.1\r\nHost: "));
  for await (const _ of looks("the end of a head that trickles")) {
    if (await drip.write(octets("a")).catch(() => null) === null) break;
  }
  assertMatch(await heard, /^HTTP\/1\.1 408 /);
});

Deno.test("a body that trickles is cut; one that makes progress is not", async () => {
  await using server = serve(echo, { bodyTimeout: 2000, bodyProgress: 500 });
  const send = async (piece: number) => {
    using conn = await Deno.connect({ port: server.port });
    const heard = readToEnd(conn);
    await writeAll(conn, octets("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5000\r\n\r\n"));
    let at = 0;
    for await (const _ of looks("the end of a body")) {
      if (await conn.write(new Uint8Array(Math.min(piece, 5000 - at))).catch(() => null) === null) break;
      if ((at += piece) >= 5000) break;
    }
    return (await heard).slice(0, 12);
  };
  assertEquals([await send(1), await send(1000)], ["HTTP/1.1 408", "HTTP/1.1 200"]);
});

Deno.test("there are no more connections than allowed, in all and from one address", async () => {
  for (const limit of [{ maxConnections: 2 }, { maxConnectionsPerAddress: 2 }]) {
    const refused: RefusedClient[] = [];
    await using server = serve(hello, { ...limit, onRefused: (client) => void refused.push(client) });
    const two = [await Deno.connect({ port: server.port }), await Deno.connect({ port: server.port })];
    for (const conn of two) {
      await writeAll(conn, octets(GET));
      await readUntil(conn, /for \//);
    }
    assertEquals(await rawExchange(server.port, LAST), "");
    assertEquals(refused.map(({ error }) => error.code), [
      "maxConnections" in limit ? "too-many-connections" : "too-many-from-address",
    ]);
    two[0]?.close();
    await until("one connection", () => server.connections === 1);
    assertStringIncludes(await rawExchange(server.port, LAST), "200 OK");
    two[1]?.close();
  }
});

Deno.test("two thousand idle connections cost little, and others are served meanwhile", async () => {
  await using server = serve(hello);
  const idle: Deno.Conn[] = [];
  try {
    // Half of them were served once.
    for (let i = 0; i < 2000; i++) {
      const conn = await Deno.connect({ port: server.port });
      idle.push(conn);
      if (i % 2 === 0) continue;
      await writeAll(conn, octets(GET));
      await readUntil(conn, /for \//);
    }
    await until("2,000 connections", () => server.connections === 2000);
    assertStringIncludes(await rawExchange(server.port, LAST), "200 OK");
  } finally {
    idle.forEach((conn) => conn.close());
  }
  await until("no connection", () => server.connections === 0);
});

Deno.test("clients that vanish in every phase do no harm, and their files are closed", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeFile(`${folder}/f`, new Uint8Array(8 << 20));
  try {
    const open: Deno.FsFile[] = [];
    await using server = serve((request) => {
      if (request.target !== "/file") return echo(request);
      const file = Deno.openSync(`${folder}/f`);
      open.push(file);
      return { body: { file, offset: 0, length: 8 << 20 } };
    });
    const phases = [
      "",
      "GE",
      "GET / HTTP/1.1\r\nHost: a\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
      "GET /file HTTP/1.1\r\nHost: a\r\n\r\n",
      `${GET.repeat(50)}GET /file HTTP/1.1\r\nHost: a\r\n\r\nGET`,
    ];
    for (const text of [...phases, ...phases]) {
      const conn = await Deno.connect({ port: server.port });
      await writeAll(conn, octets(text));
      if (text.includes("file")) await conn.read(new Uint8Array(100));
      conn.close();
    }
    assertStringIncludes(await rawExchange(server.port, LAST), "200 OK");
    await until("no connection", () => server.connections === 0);
    for (const file of open) {
      let closed = false;
      try {
        file.statSync();
      } catch {
        closed = true;
      }
      assert(closed);
    }
    assertEquals(open.length > 0, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("serveHttp: shutdown closes idle connections at once, completes requests in flight, accepts no new ones", async () => {
  const answer = Promise.withResolvers<HttpAnswer>();
  const begun = Promise.withResolvers<void>();
  const server = serve(({ target }) => {
    if (target !== "/slow") return { body: "fast" };
    begun.resolve();
    return answer.promise;
  });
  using idle = await Deno.connect({ port: server.port });
  await writeAll(idle, octets(GET));
  await readUntil(idle, /fast/);
  using silent = await Deno.connect({ port: server.port });
  const slow = rawExchange(server.port, `GET /slow HTTP/1.1\r\nHost: a\r\n\r\n${GET}`);
  await begun.promise;
  const over = server.shutdown();
  assertEquals([await readToEnd(idle), await readToEnd(silent)], ["", ""]);
  answer.resolve({ body: "at last" });
  assertMatch(await slow, /^HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)*Connection: close\r\n\r\nat last$/);
  await over;
  await server.finished;
  assertEquals(await Deno.connect({ port: server.port }).then(() => "connected", () => "refused"), "refused");
});

Deno.test("a signal stops it too, and a bound listener is taken as it is", async () => {
  const controller = new AbortController();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const server = serveHttp(listener, hello, { signal: controller.signal });
  assertEquals(server.address, `127.0.0.1:${listener.addr.port}`);
  assertStringIncludes(await rawExchange(listener.addr.port, LAST), "200 OK");
  controller.abort();
  await server.finished;
});

Deno.test("serveHttp: a slow TLS handshake delays no other client", async () => {
  const { cert, key } = await selfSigned();
  const refused: RefusedClient[] = [];
  await using server = serve(({ secure }) => ({ body: `secure: ${secure}` }), {
    tls: { cert, key },
    headerTimeout: 600,
    onRefused: (client) => void refused.push(client),
  });
  using _silent = await Deno.connect({ port: server.port });
  using garbage = await Deno.connect({ port: server.port });
  await writeAll(garbage, octets("GET / HTTP/1.1\r\n\r\n"));
  const conn = await Deno.connectTls({
    hostname: "localhost",
    port: server.port,
    caCerts: [cert],
    alpnProtocols: ["http/1.1"],
  });
  await writeAll(conn, octets(LAST));
  assertMatch(await readToEnd(conn), /secure: true$/);
  await readToEnd(garbage);
  await until("two refused", () => refused.length === 2);
  assertEquals(refused.map(({ error }) => error.code), ["tls-not-spoken", "timeout"]);
  // The silent one is still there, and has no place among the connections any more.
  conn.close();
  await until("no connection", () => server.connections === 0);
});

Deno.test("the log has what was asked, answered and sent", async () => {
  const requests: ServedRequest[] = [];
  await using server = serve(
    ({ target }) => target === "/p" ? prepareResponse({ body: "prepared" }) : { status: 404, body: "none" },
    {
      onRequest: (request) => void requests.push(request),
    },
  );
  await rawExchange(
    server.port,
    `GET /p HTTP/1.1\r\nHost: a\r\nUser-Agent: t\r\n\r\nHEAD /p HTTP/1.1\r\nHost: a\r\n\r\n${LAST}`,
  );
  assertEquals(requests.map(({ method, target, status, bytes, version }) => [method, target, status, bytes, version]), [
    ["GET", "/p", 200, 8, "1.1"],
    ["HEAD", "/p", 200, 0, "1.1"],
    ["GET", "/last", 404, 4, "1.1"],
  ]);
  assertEquals(requests[0]?.headers?.get("user-agent"), "t");
  assert(requests.every(({ ms, peer, error }) => ms >= 0 && peer.startsWith("127.0.0.1:") && error === undefined));
});

/** Actions of a client during its request, and whether they are a disconnect. */
for (
  const [what, more, leaves, departs] of [
    ["closes", "", "close", true],
    ["closes its side", "", "half", true],
    ["asks for more", "GET /next HTTP/1.1\r\nHost: a\r\n\r\n", "stay", false],
    ["stays", "", "stay", false],
  ] as const
) {
  Deno.test(`http server: a client that ${what} while it waits is ${departs ? "" : "not "}gone, and is answered`, async () => {
    const began = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    let gone = false;
    await using server = serveHttp("127.0.0.1:0", async (request) => {
      if (request.target === "/next") return { status: 200, body: "next" };
      const left = request.gone().then(() => gone = true);
      began.resolve();
      await Promise.race([left, end.promise]);
      return { status: 200, body: "waited" };
    });
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
    await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    await began.promise;
    if (leaves === "close") {
      conn.close();
      await until("the client to be gone", () => gone);
      return;
    }
    if (leaves === "half") await conn.closeWrite();
    const close = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    if (leaves === "stay") await conn.write(new TextEncoder().encode(more + close));
    if (departs) await until("the client to be gone", () => gone);
    else end.resolve();
    const heard = await new Response(conn.readable).text();
    assertEquals(heard.match(/waited|next/g), [
      "waited",
      ...leaves === "half" ? [] : more ? ["next", "next"] : ["next"],
    ]);
    assertEquals(gone, departs);
  });
}
