import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import fc from "fast-check";
import {
  concat,
  NetworkError,
  parseAddress,
  selfSigned,
  TimeoutError,
  type TraceEvent,
  UsageError,
  writeAll,
} from "../../../lib/core/mod.ts";
import {
  ConnectionPool,
  decodedBody,
  follow,
  HttpMessageError,
  request,
  type RequestOptions,
  serveHttp,
} from "../../../lib/http/mod.ts";
import { answering, octets, octetText, readUntil, type ScriptedServer, scriptedServer } from "../../kit/raw.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const ANY = parseAddress("127.0.0.1:0", { anyPort: true });
const url = (server: { readonly port?: number }, path = "/") => `http://127.0.0.1:${server.port}${path}`;

/** The body, or the code of what went wrong. */
async function body(server: ScriptedServer, options: RequestOptions = {}): Promise<string> {
  try {
    using response = await request(url(server), { timeout: DEADLINE_MS, ...options });
    return `${response.status} ${await response.body.text(1 << 20)}`;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

const HEAD = "HTTP/1.1 200 OK\r\n";

for (
  const [name, answer, expected] of [
    ["length", `${HEAD}Content-Length: 5\r\n\r\nhello`, "200 hello"],
    ["length, and more than that", `${HEAD}Content-Length: 5\r\n\r\nhello, world`, "200 hello"],
    ["chunks", `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`, "200 hello"],
    ["up to the end", `${HEAD}\r\nhello`, "200 hello"],
    ["1.0", "HTTP/1.0 200 OK\r\n\r\nhello", "200 hello"],
    ["no body", "HTTP/1.1 204 No Content\r\n\r\n", "204 "],
    [
      "informational ones before",
      `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${HEAD}Content-Length: 0\r\n\r\n`,
      "200 ",
    ],
    ["informational ones without end", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100), "http-too-many-informational"],
    ["another protocol, unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "http-upgraded"],
    ["cut at once", "", "connection-cut"],
    ["cut in the head", "HTTP/1.1 200 O", "connection-cut"],
    ["cut before the last line", `${HEAD}Content-Length: 5\r\n`, "connection-cut"],
    ["cut before the body", `${HEAD}Content-Length: 5\r\n\r\n`, "body-cut"],
    ["cut in the body", `${HEAD}Content-Length: 5\r\n\r\nhell`, "body-cut"],
    ["cut in a chunk", `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`, "body-cut"],
    ["cut between chunks", `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n`, "body-cut"],
    ["cut before the last line of chunks", `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n0\r\n`, "body-cut"],
    ["a chunk that is none", `${HEAD}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, "http-invalid-chunk"],
    ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "http-invalid-version"],
    ["LF alone", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "200 hello"],
    ["padded chunk sizes", `${HEAD}Transfer-Encoding: chunked\r\n\r\n5   \r\nhello\r\n0   \r\n\r\n`, "200 hello"],
    ["no body in spite of a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", "204 "],
    [
      "an informational one with a length",
      `HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n${HEAD}Content-Length: 5\r\n\r\nhello`,
      "200 hello",
    ],
    ["two lengths", `${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`, "http-invalid-content-length"],
    ["both framings", `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello`, "http-invalid-framing"],
    ["a head without end", `${HEAD}${"A: b\r\n".repeat(1002)}`, "http-too-large-fields"],
    ["a line without end", "HTTP/1.1 200 ".padEnd(100_000, "x"), "http-too-large-start-line"],
  ] as const
) {
  Deno.test(`client: ${name}`, async () => {
    await using server = answering(answer);
    assertEquals(await body(server), expected);
  });
}

for (const greeting of ["SSH-2.0-OpenSSH_9.2\r\n", "220 mail.test ESMTP\r\n", "\x15\x03\x01\x00\x02\x02\x46", "HTML"]) {
  Deno.test(`client: ${JSON.stringify(greeting)} is not HTTP, though the server keeps the connection`, async () => {
    const done = Promise.withResolvers<void>();
    await using server = scriptedServer(async (conn) => {
      await writeAll(conn, octets(greeting));
      await done.promise;
    });
    const error = await assertRejects(() => request(url(server), { timeout: DEADLINE_MS }), HttpMessageError);
    done.resolve();
    assertEquals([error.code, error.message], [
      "http-invalid-version",
      `invalid response from 127.0.0.1:${server.port}: it is not HTTP`,
    ]);
  });
}

Deno.test("client: what is asked goes out as it was given, and nothing that was not", async () => {
  const heard = Promise.withResolvers<string>();
  await using server = scriptedServer(async (conn) => {
    heard.resolve(await readUntil(conn, /\r\n\r\n/));
    await writeAll(conn, octets(`${HEAD}Content-Length: 0\r\nX-Case: \xe4 b\r\nx-case: 2\r\n\r\n`));
  });
  const headers = { "uSer-agent": "me" };
  using response = await request(`http://us%40er:pa%3Ass@127.0.0.1:${server.port}/a%20b?c#d`, { headers });
  assertEquals(
    await heard.promise,
    `GET /a%20b?c HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nuSer-agent: me\r\n` +
      `Authorization: Basic ${btoa("us@er:pa:ss")}\r\nConnection: close\r\n\r\n`,
  );
  assertEquals([...response.headers], [["Content-Length", "0"], ["X-Case", "\xe4 b"], ["x-case", "2"]]);
  assertEquals([response.length, response.reason, response.version, response.url.href], [
    0,
    "OK",
    "1.1",
    url(server, "/a%20b?c"),
  ]);
  assert(response.phases.lookedUp !== undefined && response.phases.connected !== undefined && !response.phases.reused);
  assert(response.phases.sent !== undefined && response.phases.answered >= response.phases.sent);
});

Deno.test("client: what could split a request is refused before anything is sent", async () => {
  await using server = answering(`${HEAD}Content-Length: 0\r\n\r\n`);
  const bad: readonly (readonly [RequestOptions, string])[] = [
    [{ headers: { A: "b\r\nC: d" } }, "invalid-field"],
    [{ headers: { A: "b\nC: d" } }, "invalid-field"],
    [{ headers: { A: "b\0" } }, "invalid-field"],
    [{ headers: { "A\r\nB": "c" } }, "invalid-field"],
    [{ headers: { "Content-Length": "5" } }, "invalid-field"],
    [{ headers: { "transfer-encoding": "chunked" } }, "invalid-field"],
    [{ headers: [["Host", "a"], ["host", "b"]] }, "invalid-field"],
    [{ method: "GET / HTTP/1.1\r\nA: b\r\n\r\nGET" }, "invalid-method"],
    [{ method: "" }, "invalid-method"],
  ];
  for (const [options, code] of bad) {
    assertEquals((await assertRejects(() => request(url(server), options), UsageError)).code, code);
  }
  assertEquals((await assertRejects(() => request("ftp://127.0.0.1/"), UsageError)).code, "unsupported-scheme");
  assertEquals((await assertRejects(() => request("/nothing"), UsageError)).code, "invalid-url");
  assertEquals(server.clients, 0);
  // What a URL may hold is encoded by its own rules.
  using response = await request(url(server, "/a\r\nb c"));
  assertEquals(response.url.pathname, "/ab%20c");
});

Deno.test("client: bodies out: text, bytes, streams with and without a length", async () => {
  await using server = serveHttp(ANY, async ({ headers, body }) => {
    const [length, coding] = [headers.get("content-length"), headers.get("transfer-encoding")];
    return { body: `${length} ${coding} ${(await body.bytes(1 << 24)).length}` };
  });
  const stream = (size: number, length?: number) => {
    let rest = size;
    const read = (into: Uint8Array) => {
      const count = Math.min(rest, into.length, 100_000);
      rest -= count;
      return Promise.resolve(count === 0 ? null : count);
    };
    return { length, read };
  };
  const send = async (body: RequestOptions["body"], expectContinue = false) => {
    using response = await request(url(server), { method: "PUT", body, expectContinue });
    return await response.body.text(1000);
  };
  for (const expect of [false, true]) {
    assertEquals(await send("ä", expect), "2 undefined 2");
    assertEquals(await send(new Uint8Array(5_000_000), expect), "5000000 undefined 5000000");
    assertEquals(await send(stream(1_000_000, 1_000_000), expect), "1000000 undefined 1000000");
    assertEquals(await send(stream(1_000_000), expect), "undefined chunked 1000000");
  }
  assertEquals(await send(undefined), "0 undefined 0");
  assertEquals((await assertRejects(() => send(stream(10, 20)), NetworkError)).code, "body-length");
});

Deno.test("client: a server that says no before the body gets none of it", async () => {
  let sent = "";
  await using server = scriptedServer(async (conn) => {
    sent += await readUntil(conn, /\r\n\r\n/);
    await writeAll(conn, octets("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n"));
    const rest = new Uint8Array(100);
    for (let count = await conn.read(rest); count; count = await conn.read(rest)) {
      sent += octetText(rest.subarray(0, count));
    }
  });
  assertEquals(await body(server, { method: "PUT", body: "secret", expectContinue: true }), "417 ");
  assert(!sent.includes("secret") && sent.includes("Expect: 100-continue"));
});

Deno.test("client: an answer that comes in the middle of the upload is heard, even when the rest is cut off", async () => {
  await using server = scriptedServer(async (conn) => {
    await readUntil(conn, /\r\n\r\n/);
    await writeAll(conn, octets("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nstop"));
    await conn.closeWrite();
    const rest = new Uint8Array(1 << 16);
    for (let i = 0; i < 10; i++) await conn.read(rest);
  });
  assertEquals(await body(server, { method: "PUT", body: new Uint8Array(50 << 20) }), "413 stop");
});

Deno.test("client: kept connections are used again; a dead one is replaced, once, when that is safe", async () => {
  const kept = `${HEAD}Content-Length: 2\r\n\r\nok`;
  await using server = scriptedServer(async (conn, client) => {
    // Each connection serves two requests and dies without a word.
    for (let i = 0; i < (client === 0 ? 2 : 1); i++) {
      await readUntil(conn, /\r\n\r\n/);
      await writeAll(conn, octets(kept));
    }
    if (client > 0) await readUntil(conn, /\r\n\r\n/);
  });
  using pool = new ConnectionPool();
  const ask = async (options: RequestOptions = {}) => {
    using response = await request(url(server), { pool, ...options });
    await response.body.bytes(10);
    return response.phases.reused;
  };
  assertEquals([await ask(), await ask(), await ask()], [false, true, false]);
  assertEquals(server.clients, 2);
  // What may have been done is not done twice: it goes over a connection of its own, and is not repeated there.
  assertEquals([await ask({ method: "POST", body: "x" }), server.clients], [false, 3]);
  await using deaf = scriptedServer(async (conn) => void await readUntil(conn, /\r\n\r\n/));
  const error = await assertRejects(() => request(url(deaf), { pool, method: "POST", body: "x" }), NetworkError);
  assertMatch(error.code, /^connection-(?:cut|reset)$/);
  assertEquals(deaf.clients, 1);
});

Deno.test("client: a connection is not kept after a 204 that announces content", async () => {
  for (const fields of ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", ""]) {
    await using server = scriptedServer(async (conn) => {
      for (let count = 0; count < 2; count++) {
        await readUntil(conn, /\r\n\r\n/);
        await writeAll(conn, octets(`HTTP/1.1 204 No Content\r\n${fields}\r\n`));
      }
    });
    using pool = new ConnectionPool();
    for (let count = 0; count < 2; count++) {
      using response = await request(url(server), { pool, timeout: DEADLINE_MS });
      assertEquals([response.status, response.length, await response.bytes()], [204, 0, new Uint8Array()]);
    }
    assertEquals(server.clients, fields === "" ? 1 : 2, fields);
  }
});

Deno.test("client: a connection is not kept after close, a body left unread, too much data, or an end by closing", async () => {
  const answers = [
    `${HEAD}Connection: close\r\nContent-Length: 2\r\n\r\nok`,
    `${HEAD}Content-Length: 200000\r\n\r\nok`,
    `${HEAD}Content-Length: 2\r\n\r\nok${HEAD}Content-Length: 4\r\n\r\nevil`,
    `${HEAD}\r\nok`,
    "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
  ];
  await using server = scriptedServer(async (conn, client) => {
    await readUntil(conn, /\r\n\r\n/);
    await writeAll(conn, octets(answers[client] ?? `${HEAD}Content-Length: 4\r\n\r\nlast`));
    if (client !== 3) await conn.read(new Uint8Array(100));
  });
  using pool = new ConnectionPool();
  for (let i = 0; i <= answers.length; i++) {
    using response = await request(url(server), { pool });
    const into = new Uint8Array(10);
    const count = await response.body.read(into);
    assertEquals(octetText(into.subarray(0, count ?? 0)), i === answers.length ? "last" : "ok");
    if (i !== 1) assertEquals(await response.body.read(into), null);
  }
  assertEquals(server.clients, answers.length + 1);
});

Deno.test("client: time-outs and signals, before the head and in the body", async () => {
  let asked = Promise.withResolvers<void>();
  await using server = scriptedServer(async (conn, client) => {
    await readUntil(conn, /\r\n\r\n/);
    asked.resolve();
    if (client % 2 === 1) await writeAll(conn, octets(`${HEAD}Content-Length: 5\r\n\r\nhe`));
    await conn.read(new Uint8Array(1));
  });
  using time = new FakeTime();
  const unanswered = async (options: RequestOptions) => {
    asked = Promise.withResolvers();
    const answer = request(url(server), options);
    await asked.promise;
    return (await assertRejects(() => time.until(answer), TimeoutError)).code;
  };
  assertEquals(await unanswered({ timeout: 40 }), "timeout");
  using stalled = await request(url(server), { stall: 200 });
  assertEquals((await assertRejects(() => time.until(stalled.body.bytes(10)), TimeoutError)).code, "stalled");
  assertEquals(await unanswered({ stall: 200 }), "stalled");
  const controller = new AbortController();
  using aborted = await request(url(server), { signal: controller.signal });
  assertEquals(await aborted.body.read(new Uint8Array(10)), 2);
  const rest = aborted.body.read(new Uint8Array(10));
  controller.abort(new UsageError("enough"));
  await assertRejects(() => rest, UsageError, "enough");
  await assertRejects(() => request(url(server), { signal: controller.signal }), UsageError, "enough");
});

Deno.test("request: a slow reader is not a stall", async () => {
  await using server = answering(`${HEAD}Content-Length: 5\r\n\r\nhello`);
  using time = new FakeTime();
  using response = await request(url(server), { stall: 1000 });
  await time.pass(10_000);
  assertEquals(await response.body.text(10), "hello");
});

Deno.test("client: limits on a body, and what is closed stays closed", async () => {
  await using server = answering(`${HEAD}Content-Length: 100000\r\n\r\n${"x".repeat(100_000)}`);
  using response = await request(url(server));
  assertEquals((await assertRejects(() => response.body.bytes(4), NetworkError)).code, "too-large");
  assertEquals((await assertRejects(() => response.body.read(new Uint8Array(1)), NetworkError)).code, "body-closed");
  using head = await request(url(server), { method: "HEAD" });
  assertEquals([head.length, await head.body.text(0), head.body.ended], [100_000, "", true]);
});

Deno.test("client: HTTPS by authority and by pin; a TLS connection that is cut is a cut body", async () => {
  const pair = await selfSigned();
  await using server = serveHttp(ANY, ({ secure, authority }) => ({ body: `${secure} ${authority}` }), { tls: pair });
  const secure = `https://localhost:${server.port}/`;
  for (const tls of [{ caCerts: [pair.cert] }, { pin: pair.pin }]) {
    using response = await request(secure, { tls });
    assertEquals(await response.body.text(100), `true localhost:${server.port}`);
    assertEquals(response.security?.verified, "pin" in tls ? "pin" : "authority");
    assert(response.phases.secured !== undefined);
  }
  assertEquals((await assertRejects(() => request(secure), NetworkError)).code, "tls-unknown-issuer");
  const wrong = { pin: `sha256:${"A".repeat(43)}=` };
  assertEquals((await assertRejects(() => request(secure, { tls: wrong }), NetworkError)).code, "pin-mismatch");
});

Deno.test("client: TLS cut in the middle of a body", async () => {
  const pair = await selfSigned();
  const cut = Promise.withResolvers<null>();
  await using inner = serveHttp(ANY, () => ({ headers: { "Content-Length": "100000" }, body: slowly() }), {
    tls: pair,
  });
  async function* slowly() {
    yield new Uint8Array(10);
    await cut.promise;
  }
  // Passes on what both say, then cuts without a word of TLS.
  await using cutter = scriptedServer(async (conn) => {
    using upstream = await Deno.connect({ port: inner.port ?? 0 });
    const upwards = conn.readable.pipeTo(upstream.writable, { preventClose: true }).catch(() => {});
    const bytes = new Uint8Array(1 << 16);
    for (;;) {
      const count = await Promise.race([upstream.read(bytes), cut.promise]);
      if (count === null) break;
      await writeAll(conn, bytes.subarray(0, count));
    }
    await conn.closeWrite();
    await upwards;
  });
  using response = await request(`https://localhost:${cutter.port}/`, {
    tls: { caCerts: [pair.cert] },
    timeout: DEADLINE_MS,
  });
  assertEquals(await response.body.read(new Uint8Array(100)), 10);
  cut.resolve(null);
  assertEquals((await assertRejects(() => response.body.bytes(1 << 20), NetworkError)).code, "body-cut");
});

Deno.test("client: a plain request goes to an HTTP proxy as a whole URL", async () => {
  const heard = Promise.withResolvers<string>();
  await using proxy = scriptedServer(async (conn) => {
    heard.resolve(await readUntil(conn, /\r\n\r\n/));
    await writeAll(conn, octets(`${HEAD}Content-Length: 5\r\n\r\nproxy`));
  });
  const address = { transport: "ip" as const, host: "127.0.0.1", port: proxy.port };
  using response = await request("http://example.test/a?b#c", {
    proxy: { scheme: "http", address, user: "u", password: "p" },
  });
  assertEquals(await response.body.text(10), "proxy");
  assertEquals(
    await heard.promise,
    `GET http://example.test/a?b HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\nProxy-Authorization: Basic ${
      btoa("u:p")
    }\r\n\r\n`,
  );
});

Deno.test("client: the trace has the heads, without their secrets", async () => {
  await using server = answering(`${HEAD}Content-Length: 0\r\nSet-Cookie: id=secret\r\n\r\n`);
  const events: TraceEvent[] = [];
  const headers = { Authorization: "Bearer secret", Cookie: "secret", "Proxy-Authorization": "Basic secret" };
  using _response = await request(url(server), { headers, trace: (event) => void events.push(event) });
  const lines = events.filter(({ direction }) => direction !== "*").map(({ direction, text }) =>
    `${direction} ${text}`
  );
  assertEquals(lines, [
    "> GET / HTTP/1.1",
    `> Host: 127.0.0.1:${server.port}`,
    "> Authorization: Bearer ***",
    "> Cookie: ***",
    "> Proxy-Authorization: Basic ***",
    "> Connection: close",
    "< HTTP/1.1 200 OK",
    "< Content-Length: 0",
    "< Set-Cookie: id=***",
  ]);
});

Deno.test("redirects: methods, bodies, limits, and no secrets for others", async () => {
  const seen: unknown[] = [];
  const handler = async ({ method, target, headers, body }: Parameters<Parameters<typeof serveHttp>[1]>[0]) => {
    seen.push([method, target, headers.get("authorization"), headers.get("content-type"), await body.text(100)]);
    const [, status = "", to = ""] = /^\/(\d{3})(.*)$/.exec(target) ?? [];
    if (status === "") return { body: "there" };
    return { status: Number(status), headers: { Location: decodeURIComponent(to) }, body: "elsewhere" };
  };
  await using other = serveHttp(ANY, handler);
  await using server = serveHttp(ANY, handler);
  using pool = new ConnectionPool();
  const headers = { Authorization: "secret", "Content-Type": "text/x" };
  const go = async (path: string, method = "GET", body?: string) => {
    seen.length = 0;
    using response = await follow(url(server, path), { method, body, headers, pool, timeout: DEADLINE_MS });
    await response.body.bytes(100);
    return [...seen.slice(1), response.status];
  };
  assertEquals(await go("/301/x"), [["GET", "/x", "secret", "text/x", ""], 200]);
  assertEquals(await go("/302/x", "POST", "b"), [["GET", "/x", "secret", undefined, ""], 200]);
  assertEquals(await go("/303/x", "PUT", "b"), [["GET", "/x", "secret", undefined, ""], 200]);
  assertEquals(await go("/303/x", "HEAD"), [["HEAD", "/x", "secret", "text/x", ""], 200]);
  assertEquals(await go("/301/x", "PUT", "b"), [["PUT", "/x", "secret", "text/x", "b"], 200]);
  assertEquals(await go("/307/x", "POST", "b"), [["POST", "/x", "secret", "text/x", "b"], 200]);
  assertEquals(await go(`/308${encodeURIComponent(url(other, "/x"))}`, "POST", "b"), [[
    "POST",
    "/x",
    undefined,
    "text/x",
    "b",
  ], 200]);
  assertEquals(await go("/304/x"), [304]);
  const code = async (path: string) => (await assertRejects(() => go(path), NetworkError)).code;
  assertEquals(await code("/301ftp:%2F%2Fx"), "redirect-invalid");
  assertEquals(await code("/301file:%2F%2F%2Fetc%2Fpasswd"), "redirect-invalid");
  await using loop = answering("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
  assertEquals(
    (await assertRejects(() => follow(url(loop), { maxRedirects: 3 }), NetworkError)).code,
    "redirect-loop",
  );
  assertEquals(loop.clients, 4);
  await using raw = answering(
    "HTTP/1.1 302 Found\r\nLocation: /\xc3\xa4\r\nContent-Length: 0\r\n\r\n",
    `${HEAD}Content-Length: 0\r\n\r\n`,
  );
  using response = await follow(`${url(raw)}#part`);
  assertEquals(response.url.pathname, "/%C3%A4");
});

Deno.test("content codings: decoded to a limit, and to the end or not at all", async () => {
  const encode = async (text: string, format: "gzip" | "deflate") =>
    new Uint8Array(
      await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream(format))).arrayBuffer(),
    );
  const gzipped = await encode("hello", "gzip");
  const bomb = await encode("\0".repeat(50 << 20), "gzip");
  const twice = await new Response(new Blob([gzipped]).stream().pipeThrough(new CompressionStream("deflate")))
    .arrayBuffer();
  const cases: readonly (readonly [coding: string, body: Uint8Array<ArrayBuffer>, expected: string])[] = [
    ["gzip", gzipped, "hello"],
    ["X-GZIP", gzipped, "hello"],
    ["deflate", await encode("hello", "deflate"), "hello"],
    ["gzip, deflate", new Uint8Array(twice), "hello"],
    ["identity", octets("hello"), "hello"],
    ["gzip", bomb, "too-large"],
    ["gzip", gzipped.slice(0, -3), "invalid-encoding"],
    ["gzip", octets("not gzip at all"), "invalid-encoding"],
    ["zstd", gzipped, "invalid-encoding"],
    ["compress", gzipped, "unsupported-encoding"],
    ["gzip, gzip, gzip, gzip, gzip, gzip", gzipped, "unsupported-encoding"],
  ];
  await using server = serveHttp(ANY, ({ target }) => {
    const [coding = "", body = new Uint8Array()] = cases[Number(target.slice(1))] ?? [];
    return { headers: { "Content-Encoding": coding }, body };
  });
  for (const [index, [coding, , expected]] of cases.entries()) {
    using response = await request(url(server, `/${index}`));
    const pieces: Uint8Array[] = [];
    let seen: string;
    try {
      for await (const piece of decodedBody(response, 1 << 20)) pieces.push(piece);
      seen = octetText(concat(pieces));
    } catch (error) {
      assert(error instanceof NetworkError, String(error));
      seen = error.code;
    }
    assertEquals(seen, expected, coding);
  }
  await using cut = answering(`${HEAD}Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n${octetText(gzipped)}`);
  using response = await request(url(cut));
  const read = () => Array.fromAsync(decodedBody(response, 1000));
  assertEquals((await assertRejects(read, NetworkError)).code, "body-cut");
});

Deno.test("client and server: whatever body crosses arrives as it was, both ways, in any pieces", async () => {
  await using server = serveHttp(ANY, async ({ body, target }) => {
    const bytes = await body.bytes(1 << 22);
    async function* stream() {
      for (let at = 0; at < bytes.length; at += 7000) yield await Promise.resolve(bytes.subarray(at, at + 7000));
    }
    return { body: target === "/chunked" ? stream() : bytes };
  });
  using pool = new ConnectionPool();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 300_000 }),
      fc.integer({ min: 100, max: 100_000 }),
      fc.constantFrom("/chunked", "/whole"),
      fc.boolean(),
      async (size, room, path, counted) => {
        const sent = Uint8Array.from({ length: size }, (_, i) => (i * 2654435761) >>> 13);
        let at = 0;
        const read = (into: Uint8Array) => {
          const count = Math.min(into.length, room, size - at);
          into.set(sent.subarray(at, at + count));
          at += count;
          return Promise.resolve(count === 0 ? null : count);
        };
        using response = await request(url(server, path), {
          method: "POST",
          pool,
          body: { read, length: counted ? size : undefined },
        });
        const pieces: Uint8Array[] = [];
        const into = new Uint8Array(room);
        for (let count = await response.body.read(into); count !== null; count = await response.body.read(into)) {
          pieces.push(into.slice(0, count));
        }
        const heard = concat(pieces);
        assertEquals(heard.length, size);
        assert(heard.every((octet, i) => octet === sent[i]));
        assertEquals(response.body.received, size);
      },
    ),
    { seed: 3, numRuns: 60 },
  );
});

Deno.test("request: errors of the codec are network errors for the caller", () => {
  assert(new HttpMessageError(400, "http-invalid-host", "x") instanceof NetworkError);
});
