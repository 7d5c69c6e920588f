import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { NetworkError, parseProxy, TimeoutError, ToucanError, UsageError } from "../../../lib/core/mod.ts";
import { tryDownload } from "../../../lib/get/internal.ts";
import {
  ACCEPT_ENCODING,
  ConnectionPool,
  decodedBody,
  follow,
  type HttpResponse,
  request,
  type RequestOptions,
} from "../../../lib/http/internal.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { withFolder } from "../../kit/folder.ts";
import { type Http2Script, scriptedHttp2 } from "../../kit/http2_server.ts";
import { testProxy } from "../../kit/proxy.ts";
import { testSite } from "../../kit/site.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";
import { FakeTime } from "../../kit/fake_time.ts";

const OK = { ":status": "200" };
/** Whether this runtime hides that it has decompressed something. */
const HIDES = /^2\.[0-8]\./.test(Deno.version.deno);

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function bodyOf(response: HttpResponse): Promise<string> {
  return await response.body.text(100_000);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => work, ToucanError);
  return error.code;
}

Deno.test("http2: an answer has status, fields, length and body, and what is not known is left out", async () => {
  await using server = scriptedHttp2(async ({ head, data }) => {
    await head([[":status", "203"], ["content-length", "5"], ["x-b", "\xc3\xa4"], ["x-a", "1"], ["x-a", "2"]]);
    await data("hel");
    await data("lo", true);
  });
  using response = await request(`${server.url}a?b#c`, { http2: true });
  assertEquals([response.version, response.status, response.reason, response.length], ["2", 203, "", 5]);
  assertEquals([...response.headers], [["content-length", "5"], ["x-a", "1, 2"], ["x-b", "\xc3\xa4"]]);
  assertEquals([response.url.href, response.remote, response.security], [`${server.url}a?b`, undefined, undefined]);
  assertEquals(Object.keys(response.phases), ["answered"]);
  assertEquals([await bodyOf(response), response.body.ended, response.body.received], ["hello", true, 5]);
});

Deno.test("http2: over TLS h2 is agreed on, and the server is verified", async () => {
  const authority = await makeCertificate({ authority: true });
  const tls = await makeCertificate({ issuer: authority });
  await using server = scriptedHttp2(({ head }) => head(OK, true), { tls });
  using response = await request(server.url, { http2: true, tls: { caCerts: [authority.cert] } });
  assertEquals(response.security, { verified: "authority", alpn: "h2" });
  assertEquals(await codeOf(request(server.url, { http2: true })), "tls-unknown-issuer");
  for (
    const [wish, code] of [
      [{ names: ["other.test"] }, "tls-name-mismatch"],
      [{ days: [-20, -10] as const }, "tls-expired"],
      [{ days: [10, 20] as const }, "tls-not-yet-valid"],
    ] as const
  ) {
    await using bad = scriptedHttp2(({ head }) => head(OK, true), {
      tls: await makeCertificate({ ...wish, issuer: authority }),
    });
    assertEquals(await codeOf(request(bad.url, { http2: true, tls: { caCerts: [authority.cert] } })), code);
  }
});

const REFUSED: readonly (readonly [string, string, RequestOptions, string])[] = [
  ["a pin", "https:", { tls: { pin: "sha256:x" } }, "http2-unsupported"],
  ["insecure", "https:", { tls: { insecure: true } }, "http2-unsupported"],
  ["a server name", "https:", { tls: { serverName: "other.test" } }, "http2-unsupported"],
  ["other protocols", "https:", { tls: { alpn: ["http/1.1"] } }, "http2-unsupported"],
  ["a start of TLS", "https:", { beforeTls: () => Promise.resolve(true) }, "http2-unsupported"],
  ["a question before the body", "http:", { method: "PUT", body: "x", expectContinue: true }, "http2-unsupported"],
  ["an HTTP proxy without TLS", "http:", { proxy: parseProxy("http://127.0.0.1:9") }, "http2-unsupported"],
  ["socks5 with a name", "http:", { proxy: parseProxy("socks5://127.0.0.1:9") }, "http2-unsupported"],
  ["CONNECT", "http:", { method: "CONNECT" }, "http2-unsupported"],
  ["trace", "http:", { method: "trace" }, "http2-unsupported"],
  ["a method in small letters", "http:", { method: "post" }, "http2-unsupported"],
  ["no method", "http:", { method: "a b" }, "invalid-method"],
  ["GET with a body", "http:", { body: "x" }, "http2-unsupported"],
  ["HEAD with a body", "http:", { method: "HEAD", body: "x" }, "http2-unsupported"],
  ["another host", "http:", { headers: { Host: "other.test" } }, "http2-unsupported"],
  ["Expect", "http:", { headers: { Expect: "100-continue" } }, "http2-unsupported"],
  ["a coding of one's own", "http:", { headers: { "Accept-Encoding": "br" } }, "http2-unsupported"],
  ["Connection", "http:", { headers: { Connection: "close" } }, "invalid-field"],
  ["Proxy-Connection", "http:", { headers: { "Proxy-Connection": "close" } }, "invalid-field"],
  ["Keep-Alive", "http:", { headers: { "keep-alive": "1" } }, "invalid-field"],
  ["Upgrade", "http:", { headers: { Upgrade: "websocket" } }, "invalid-field"],
  ["TE", "http:", { headers: { TE: "gzip" } }, "invalid-field"],
  ["Transfer-Encoding", "http:", { headers: { "Transfer-Encoding": "chunked" } }, "invalid-field"],
  ["Content-Length", "http:", { headers: { "Content-Length": "5" } }, "invalid-field"],
  ["a split", "http:", { headers: { A: "b\r\nC: d" } }, "invalid-field"],
  ["another scheme", "ftp:", {}, "unsupported-scheme"],
];

Deno.test("http2: what fetch cannot carry is refused before anything is sent", async () => {
  await using server = scriptedHttp2(({ head }) => head(OK, true));
  for (const [what, scheme, options, code] of REFUSED) {
    const error = await assertRejects(
      () => request(`${scheme}//localhost:${server.port}/`, { http2: true, ...options }),
      UsageError,
    );
    assertEquals(error.code, code, what);
  }
  assertEquals(server.connections, 0);
});

/** Malformed or truncated responses. `null`: the whole body arrives. */
const ANSWERS: Readonly<Record<string, readonly [code: string | null, script: Http2Script]>> = {
  "whole": [null, async ({ head, data }) => (await head(OK), await data("hello", true))],
  "trailers are dropped": [null, async ({ head, data }) => {
    await head(OK);
    await data("hello");
    await head({ "x-trailer": "1" }, true);
  }],
  "informational ones are passed over": [null, async ({ head, data }) => {
    await head({ ":status": "103", "link": "</a>" });
    await head(OK);
    await data("hello", true);
  }],
  "GOAWAY lets the stream end": [null, async ({ id, head, data, goAway }) => {
    await head(OK);
    await data("hel");
    await goAway(id, 0);
    await data("lo", true);
  }],
  "GOAWAY before": ["connection-reset", ({ goAway }) => goAway(0, 0)],
  "GOAWAY with an error": ["connection-reset", ({ goAway }) => goAway(0, 11)],
  "refused": ["connection-reset", ({ reset }) => reset(7)],
  "reset": ["connection-reset", ({ reset }) => reset(2)],
  "closed": ["connection-cut", ({ close }) => close()],
  "cut": ["body-cut", async ({ head, data, close }) => (await head(OK), await data("hel"), close())],
  "reset amid": ["body-cut", async ({ head, data, reset }) => (await head(OK), await data("hel"), await reset(2))],
  "GOAWAY amid": ["body-cut", async ({ id, head, data, goAway, close }) => {
    await head(OK);
    await data("hel");
    await goAway(id, 2);
    close();
  }],
  "cancelled amid, length known": ["body-cut", async ({ head, data, reset }) => {
    await head({ ...OK, "content-length": "5" });
    await data("hel");
    await reset(8);
  }],
  "no error amid, length known": ["body-cut", async ({ head, data, reset }) => {
    await head({ ...OK, "content-length": "5" });
    await data("hel");
    await reset(0);
  }],
  // Not as it should be: to `fetch` these are ends like any other, which the docs say.
  "cancelled amid, length not known": [null, async ({ head, data, reset }) => {
    await head(OK);
    await data("hello");
    await reset(8);
  }],
  "no error amid, length not known": [null, async ({ head, data, reset }) => {
    await head(OK);
    await data("hello");
    await reset(0);
  }],
  "too short": ["body-cut", async ({ head, data }) => {
    await head({ ...OK, "content-length": "9" });
    await data("hello", true);
  }],
  "two lengths": [
    "http-invalid-content-length",
    ({ head }) => head([[":status", "200"], ["content-length", "5"], ["content-length", "6"]]),
  ],
  "a field in capitals": ["http2-invalid", ({ head }) => head({ ...OK, "X-A": "1" }, true)],
  "Connection": ["http2-invalid", ({ head }) => head({ ...OK, connection: "close" }, true)],
  "too many fields": [
    HIDES ? "http2-invalid" : "http-too-large-fields",
    ({ head }) => head({ ...OK, ...Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`x-${i}`, "v"])) }, true),
  ],
  "a huge head": [
    "http2-invalid",
    ({ head }) =>
      head({ ...OK, ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x-${i}`, "v".repeat(9000)])) }),
  ],
};

for (const [what, [code, script]] of Object.entries(ANSWERS)) {
  Deno.test(`http2: ${what}`, async () => {
    await using server = scriptedHttp2(script);
    const asked = request(server.url, { http2: true, timeout: DEADLINE_MS }).then(bodyOf);
    if (code === null) assertEquals(await asked, "hello");
    else {
      const error = await assertRejects(() => asked, NetworkError);
      assertEquals(error.code, code, error.message);
    }
  });
}

Deno.test("http2: a server of HTTP/1.1 is told apart", async () => {
  const authority = await makeCertificate({ authority: true });
  const tls = await makeCertificate({ issuer: authority });
  using plain = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const refusing = (async () => {
    using conn = await plain.accept();
    const room = new Uint8Array(1000);
    await conn.read(room);
    await conn.write(new TextEncoder().encode("HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Length: 0\r\n\r\n"));
    while (await conn.read(room).catch(() => null) !== null);
  })();
  // It agrees on no protocol, and ends the connection in one way or another.
  await using secure = testSite({}, { tls });
  for (const url of [`http://127.0.0.1:${plain.addr.port}/`, ...Array<string>(5).fill(secure.url)]) {
    const error = await assertRejects(
      () => request(url, { http2: true, tls: { caCerts: [authority.cert] } }),
      NetworkError,
      "does not speak HTTP/2",
    );
    assertEquals(error.code, "http2-not-spoken");
  }
  await refusing;
});

Deno.test("http2: each failure to connect has its code", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  assertEquals(await codeOf(request(`http://127.0.0.1:${port}/`, { http2: true })), "connection-refused");
  assertEquals(await codeOf(request("http://no-such-name.invalid/", { http2: true })), "name-not-found");
  await using server = scriptedHttp2(({ head }) => head(OK, true));
  assertEquals(
    await codeOf(request(`http://127.0.0.1:${server.port}/`, { http2: true, family: 6 })),
    "network-unreachable",
  );
  (await request(`http://localhost:${server.port}/`, { http2: true, family: 4 })).close();
  const secure = `https://127.0.0.1:${server.port}/`;
  assertEquals(await codeOf(request(secure, { http2: true })), "tls-not-spoken");
});

Deno.test("http2: timeouts and signals abort it, before and during the body", async () => {
  await using silent = scriptedHttp2(() => {});
  await using half = scriptedHttp2(async ({ head, data }) => (await head(OK), await data("hel")));
  const http2 = true;
  const stalled = await assertRejects(() => request(silent.url, { http2, stall: 50 }), TimeoutError);
  assertEquals(stalled.code, "stalled");
  const late = await assertRejects(() => request(silent.url, { http2, timeout: 50 }), TimeoutError);
  assertEquals(late.code, "timeout");
  const mine = new Error("mine");
  const gone = request(silent.url, { http2, signal: AbortSignal.abort(mine) });
  assertEquals(await assertRejects(() => gone), mine);
  {
    using time = new FakeTime();
    const amid = await request(half.url, { http2, stall: 50, timeout: DEADLINE_MS });
    assertEquals((await assertRejects(() => time.until(bodyOf(amid)), TimeoutError)).code, "stalled");
  }
  const controller = new AbortController();
  const cut = await request(half.url, { http2, signal: controller.signal });
  const reading = bodyOf(cut);
  controller.abort(mine);
  assertEquals(await assertRejects(() => reading), mine);
  const closed = await request(half.url, { http2 });
  assertEquals(await closed.body.read(new Uint8Array(10)), 3);
  closed.close();
  assertEquals(await codeOf(closed.body.read(new Uint8Array(10))), "body-closed");
});

Deno.test("http2: sends a body, and reports a failure of its source", async () => {
  await using server = scriptedHttp2(({ head }) => head({ ":status": "201" }, true));
  for (const body of ["hello", new Uint8Array(3), source("hello"), source("hello", 5)]) {
    using response = await request(server.url, { http2: true, method: "POST", body });
    assertEquals(response.status, 201);
  }
  await using silent = scriptedHttp2(() => {});
  assertEquals(
    await codeOf(request(silent.url, { http2: true, method: "POST", body: source("hello", 9) })),
    "body-length",
  );
  const mine = new Error("mine");
  const body = { read: () => Promise.reject(mine) };
  assertEquals(await assertRejects(() => request(silent.url, { http2: true, method: "POST", body })), mine);
});

function source(text: string, length?: number) {
  let rest: Uint8Array | undefined = new TextEncoder().encode(text);
  return {
    length,
    read(into: Uint8Array): Promise<number | null> {
      if (!rest) return Promise.resolve(null);
      const count = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, count));
      rest = undefined;
      return Promise.resolve(count);
    },
  };
}

Deno.test("http2: a pool has one connection for all, and a new one after a failure", async () => {
  await using server = scriptedHttp2(async ({ count, head, data }) => {
    await head(OK);
    if (count !== 5) await data("hello", true);
  });
  using pool = new ConnectionPool();
  const options = { http2: true, pool, stall: 2000, timeout: 60_000 };
  assertEquals(await request(server.url, options).then(bodyOf), "hello");
  const four = Array.from({ length: 4 }, () => request(server.url, options).then(bodyOf));
  assertEquals(await Promise.all(four), ["hello", "hello", "hello", "hello"]);
  assertEquals(server.connections, 1);
  assertEquals(await codeOf(request(server.url, options).then(bodyOf)), "stalled");
  assertEquals(await request(server.url, options).then(bodyOf), "hello");
  assertEquals(server.connections, 2);
  pool[Symbol.dispose]();
  assertEquals(await request(server.url, options).then(bodyOf), "hello");
  assertEquals(server.connections, 3);
});

Deno.test("http2: a coding that was asked for is taken off once, and the fields say nothing of it", async () => {
  const body = await gzip("hello");
  const bad = body.slice(0, -6);
  await using server = scriptedHttp2(async ({ count, head, data }) => {
    await head({ ...OK, "content-encoding": "gzip", "content-length": `${(count === 0 ? body : bad).length}` });
    await data(count === 0 ? body : bad, true);
  });
  const headers = { "Accept-Encoding": ACCEPT_ENCODING };
  const response = await request(server.url, { http2: true, headers });
  assertEquals([response.headers.has("content-encoding"), response.length], [false, undefined]);
  assertEquals(await new Response(ReadableStream.from(decodedBody(response, 100))).text(), "hello");
  assertEquals(await codeOf(request(server.url, { http2: true, headers }).then(bodyOf)), "invalid-encoding");
});

Deno.test("http2: what comes compressed unasked is given as it came, or refused where that cannot be", async () => {
  const body = await gzip("hello");
  await using server = scriptedHttp2(async ({ head, data }) => {
    await head({ ...OK, "content-encoding": "gzip", "content-length": `${body.length}`, "etag": '"v1"' });
    await data(body, true);
  });
  const asked = request(server.url, { http2: true });
  if (HIDES) return assertEquals(await codeOf(asked), "unasked-encoding");
  using response = await asked;
  assertEquals([response.headers.get("content-encoding"), response.length], ["gzip", body.length]);
  assertEquals(await response.body.bytes(1000), body);
});

Deno.test("http2: follows redirects itself, and sends no secret to another origin", async () => {
  await using other = scriptedHttp2(async ({ block, head, data }) => {
    await head(OK);
    await data(`${block.length}`, true);
  });
  await using server = scriptedHttp2(({ head }) => head({ ":status": "302", "location": other.url }, true));
  const seen: string[] = [];
  const ask = async (headers: Record<string, string>) => {
    using response = await follow(server.url, {
      http2: true,
      headers: { "User-Agent": "me", ...headers },
      onRedirect: ({ status, to, crossOrigin }) => void seen.push(`${status} ${to.href} ${crossOrigin}`),
    });
    return Number(await bodyOf(response));
  };
  assertEquals(await ask({}), await ask({ Authorization: `Basic ${"x".repeat(99)}`, Cookie: "a=b" }));
  assertEquals(seen, [`302 ${other.url} true`, `302 ${other.url} true`]);
});

Deno.test("http2: only the proxy that is named is gone through, whatever the environment says", async () => {
  await using server = scriptedHttp2(async ({ head, data }) => (await head(OK), await data("hello", true)));
  await using wrong = testProxy({ scheme: "socks5" });
  await using right = testProxy({ scheme: "socks5", credentials: ["me", "s3"] });
  const values = { ALL_PROXY: `socks5://127.0.0.1:${wrong.port}`, http_proxy: `socks5://127.0.0.1:${wrong.port}` };
  const program = fileURLToPath(new URL("../../kit/http2_fetch.ts", import.meta.url));
  for (const env of [values, { ...values, NO_PROXY: "localhost" }]) {
    for (const proxy of [[], [`socks5h://me:s3@127.0.0.1:${right.port}`]]) {
      const args = ["run", "--quiet", "--allow-all", program, server.url, ...proxy];
      const quiet = { DENO_NO_UPDATE_CHECK: "1" };
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { ...env, ...quiet } }).output();
      const [said, problem] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      // The variables are there again afterwards.
      assertEquals(said, `hello ${values.ALL_PROXY}\n`, problem);
    }
  }
  assertEquals([wrong.asked, right.asked], [[], [`localhost:${server.port}`, `localhost:${server.port}`]]);
  for (const [answer, code] of [[1, "proxy-failed"], [2, "proxy-refused"], [4, "host-unreachable"]] as const) {
    await using other = testProxy({ scheme: "socks5", answer: new Uint8Array([5, answer, 0, 1, 0, 0, 0, 0, 0, 0]) });
    const proxy = parseProxy(`socks5h://127.0.0.1:${other.port}`);
    assertEquals(await codeOf(request(server.url, { http2: true, proxy })), code);
  }
  const proxy = parseProxy(`socks5h://me:no@127.0.0.1:${right.port}`);
  assertEquals(await codeOf(request(server.url, { http2: true, proxy })), "proxy-authentication");
});

Deno.test("http2: through an HTTP proxy, for https", async () => {
  const authority = await makeCertificate({ authority: true });
  const tls = await makeCertificate({ issuer: authority });
  await using server = scriptedHttp2(async ({ head, data }) => (await head(OK), await data("hello", true)), { tls });
  await using proxy = testProxy({ scheme: "http", credentials: ["me", "s3"] });
  const options = { http2: true, tls: { caCerts: [authority.cert] } };
  const through = (user: string) => ({ ...options, proxy: parseProxy(`http://${user}@127.0.0.1:${proxy.port}`) });
  assertEquals(await request(server.url, through("me:s3")).then(bodyOf), "hello");
  assertEquals(proxy.asked, [`localhost:${server.port}`]);
  assertEquals(await codeOf(request(server.url, through("me:no"))), "proxy-authentication");
});

Deno.test("http2: a download whose stream is reset goes on where it stopped, and is whole or not there", () =>
  withFolder(async (folder) => {
    const half = "x".repeat(10_000);
    await using server = scriptedHttp2(async ({ count, head, data, reset }) => {
      const validator = { etag: '"v1"' };
      if (count === 0) {
        await head({ ...OK, ...validator, "content-length": "20000" });
        await data(half);
        return await reset(8);
      }
      await head({
        ":status": "206",
        ...validator,
        "content-length": "10000",
        "content-range": "bytes 10000-19999/20000",
      });
      await data(half, true);
    });
    const report = await tryDownload(server.url, { file: `${folder}/f` }, { http2: true, retryWait: 1, digest: true });
    assertEquals([report.error, report.tries, report.bytes, report.httpVersion], [undefined, 2, 20_000, "2"]);
    assertEquals(await Deno.readTextFile(`${folder}/f`), half + half);
    await using broken = scriptedHttp2(async (
      { head, data, reset },
    ) => (await head(OK), await data(half), await reset(2)));
    const cut = await tryDownload(broken.url, { file: `${folder}/g` }, { http2: true, retries: 0 });
    assert(cut.error instanceof NetworkError && cut.error.code === "body-cut");
    assertEquals([...Deno.readDirSync(folder)].some(({ name }) => name === "g"), false);
  }));

Deno.test("http2: without content there is nothing to decode, whatever the head says", async () => {
  for (
    const [method, status, fields] of [
      ["HEAD", "200", { "content-encoding": "gzip", "content-length": "5" }],
      ["GET", "204", { "content-encoding": "gzip", "content-length": "5" }],
      ["GET", "304", { "content-encoding": "br", "content-length": "5" }],
      // A runtime that hides codings fails at this one, and hides that there is nothing.
      ...(HIDES ? [] : [["GET", "200", { "content-encoding": "br", "content-length": "0" }] as const]),
      ["GET", "200", { "content-encoding": "zstd" }],
    ] as const
  ) {
    await using server = scriptedHttp2(({ head }) => head({ ":status": status, ...fields }, true));
    const headers = { "Accept-Encoding": ACCEPT_ENCODING };
    using response = await request(server.url, { http2: true, method, headers, timeout: DEADLINE_MS });
    const length = method === "HEAD" || status === "304"
      ? 5
      : status === "204" || "content-length" in fields
      ? 0
      : undefined;
    const what = `${method} ${status} ${JSON.stringify(fields)}`;
    assertEquals(await Array.fromAsync(decodedBody(response, 100)), [], what);
    // Where codings are hidden, so is the length.
    if (!HIDES) assertEquals(response.length, length, what);
  }
});

/** Reactions of a server to a POST, and the number of requests: it is repeated only if the server says that it did not act on it. */
const REPEATS: readonly (readonly [what: string, script: Http2Script, requests: number])[] = [
  ["GOAWAY that covers it, and the end", async ({ goAway, close, id }) => (await goAway(id, 0), close()), 1],
  ["GOAWAY that covers it, and CANCEL", async ({ goAway, reset, id }) => (await goAway(id, 0), await reset(8)), 1],
  ["GOAWAY with an error", async ({ goAway, close, id }) => (await goAway(id, 2), close()), 1],
  ["CANCEL", ({ reset }) => reset(8), 1],
  ["the end of the connection", ({ close }) => close(), 1],
  ["REFUSED_STREAM (RFC 9113 §8.7)", ({ reset }) => reset(7), 2],
  ["GOAWAY that leaves it out (RFC 9113 §6.8)", async ({ goAway, close }) => (await goAway(0, 0), close()), 2],
];

for (const [what, script, requests] of REPEATS) {
  Deno.test(`http2: a POST after ${what} is sent ${requests === 1 ? "once" : "again"}`, async () => {
    for (const body of [undefined, "x"]) {
      await using server = scriptedHttp2(script);
      const sink = { write() {}, end() {} };
      await tryDownload(server.url, { sink }, {
        http2: true,
        method: "POST",
        body,
        retryWait: 1,
        timeout: DEADLINE_MS,
      });
      assertEquals(server.requests, requests, String(body));
    }
  });
}
