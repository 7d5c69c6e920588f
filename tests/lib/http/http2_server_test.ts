import { assert, assertEquals } from "@std/assert";
import {
  type Handler,
  type HttpServer,
  type HttpServerOptions,
  prepareResponse,
  type ServedRequest,
  serveHttp,
} from "../../../lib/http/mod.ts";
import { ERROR_CODES, type Http2ErrorName } from "../../../lib/http/codec/http2/errors.ts";
import {
  encodeFrame,
  encodeReset,
  encodeSettings,
  encodeWindowUpdate,
  FLAG,
  FRAME,
  PREFACE,
  readU32,
} from "../../../lib/http/codec/http2/frame.ts";
import { encodeHeaderBlock } from "../../../lib/http/codec/http2/hpack_encoder.ts";
import { FloodGuard } from "../../../lib/http/http2/flood_guard.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { headFrames, RawHttp2 } from "../../kit/raw_http2.ts";

const certificate = await makeCertificate();
const encoder = new TextEncoder();

/** Answers with what was asked: method, target, body. */
const echo: Handler = async (request) => {
  return { body: `${request.method} ${request.target} ${request.version} ${await request.body.text(1 << 24)}` };
};

/** Runs a test with a server and a raw client of it. */
async function served(
  handler: Handler,
  test: (client: RawHttp2, server: HttpServer, over: readonly ServedRequest[]) => Promise<void>,
  options: HttpServerOptions & { readonly preface?: boolean } = {},
): Promise<void> {
  const over: ServedRequest[] = [];
  const onRequest = (request: ServedRequest) => void over.push(request);
  await using server = serveHttp("127.0.0.1:0", handler, { tls: certificate, http2: true, onRequest, ...options });
  using client = await RawHttp2.connect(server.port ?? 0, certificate, options.preface);
  await test(client, server, over);
}

Deno.test("HTTP/2 server: requests at the same time, answered as each is ready", async () => {
  const first = Promise.withResolvers<void>();
  const handler: Handler = async ({ target }) => {
    if (target === "/slow") await first.promise;
    return { status: 201, headers: { "X-Name": target, "Connection": "close" }, body: target };
  };
  await served(handler, async (client) => {
    await client.request(1, { ":path": "/slow" });
    await client.request(3, { ":path": "/fast" });
    const [fast] = await client.responses(3);
    assertEquals([fast?.status, fast?.body, fast?.headers.get("x-name")], ["201", "/fast", "/fast"]);
    assertEquals([fast?.headers.get("content-length"), fast?.headers.has("connection")], ["5", false]);
    assert(fast?.headers.has("date"));
    first.resolve();
    assertEquals((await client.responses(1))[0]?.body, "/slow");
  });
});

Deno.test("HTTP/2 server: every kind of body", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "0123456789");
  const prepared = prepareResponse({ headers: { "X-Kind": "prepared" }, body: "ready" });
  const handler: Handler = async ({ target }) => {
    if (target === "/prepared") return prepared;
    if (target === "/none") return { status: 204 };
    if (target === "/file") return { body: ["<", { file: await Deno.open(path), offset: 2, length: 5 }, ">"] };
    if (target === "/throws") throw new Error("no");
    if (target === "/invalid") return { status: 42 };
    return {
      body: (async function* () {
        yield encoder.encode("one ");
        await Promise.resolve();
        yield encoder.encode("two");
      })(),
    };
  };
  await served(handler, async (client) => {
    const paths = ["/prepared", "/none", "/file", "/stream", "/throws", "/invalid"];
    const ids = paths.map((_, index) => 2 * index + 1);
    for (const [index, path] of paths.entries()) await client.request(ids[index] ?? 0, { ":path": path });
    await client.request(21, { ":path": "/prepared", ":method": "HEAD" });
    const found = (await client.responses(...ids, 21)).map(({ status, body }) => [status, body]);
    assertEquals(found, [
      ["200", "ready"],
      ["204", ""],
      ["200", "<23456>"],
      ["200", "one two"],
      ["500", "500 Internal Server Error\n"],
      ["500", "500 Internal Server Error\n"],
      ["200", ""],
    ]);
  });
  await Deno.remove(path);
});

Deno.test("HTTP/2 server: a body above both windows arrives, as the client is told to go on", async () => {
  await served(echo, async (client) => {
    const piece = new Uint8Array(16_384).fill(97);
    await client.request(1, { ":method": "POST" }, false);
    let [stream, connection] = [262_144, 65_535];
    for (let left = 150; left > 0; left--) {
      while (stream < piece.length || connection < piece.length) {
        const { stream: id, payload } = await client.nextOf(FRAME.WINDOW_UPDATE);
        if (id === 0) connection += readU32(payload, 0);
        else stream += readU32(payload, 0);
      }
      await client.frame(FRAME.DATA, left === 1 ? FLAG.END_STREAM : 0, 1, piece);
      stream -= piece.length;
      connection -= piece.length;
    }
    await client.send(encodeWindowUpdate(0, 1 << 24), encodeWindowUpdate(1, 1 << 24));
    const [response] = await client.responses(1);
    assertEquals(response?.body.length, "POST / 2 ".length + 150 * piece.length);
  });
});

Deno.test("HTTP/2 server: sends no more than the windows allow, also one that became negative", async () => {
  await served(() => ({ body: "x".repeat(100) }), async (client) => {
    await client.send(encodeSettings({ INITIAL_WINDOW_SIZE: 10 }));
    await client.request(1);
    assertEquals((await client.nextOf(FRAME.DATA)).payload.length, 10);
    await client.send(encodeSettings({ INITIAL_WINDOW_SIZE: 5 }), encodeWindowUpdate(1, 5), encodeWindowUpdate(1, 7));
    assertEquals((await client.nextOf(FRAME.DATA)).payload.length, 7);
    await client.send(encodeSettings({ INITIAL_WINDOW_SIZE: 1000 }));
    const [response] = await client.responses(1);
    assertEquals(response?.body.length, 83);
  });
});

Deno.test("HTTP/2 server: padding, priorities, CONTINUATION, trailers and unknown frames are read", async () => {
  await served(echo, async (client) => {
    const block = encodeHeaderBlock(Object.entries({ ":method": "POST", ":scheme": "https", ":path": "/p" }));
    const [one, rest] = [block.subarray(0, 3), block.subarray(3)];
    await client.frame(FRAME.HEADERS, FLAG.PADDED | FLAG.PRIORITY, 1, [2, 0, 0, 0, 0, 16, ...one, 0, 0]);
    await client.frame(FRAME.CONTINUATION, FLAG.END_HEADERS, 1, rest);
    await client.frame(99, 255, 7, [1, 2, 3]);
    await client.frame(FRAME.PRIORITY, 0, 9, [0, 0, 0, 1, 5]);
    await client.frame(FRAME.DATA, FLAG.PADDED, 1, [3, 104, 105, 0, 0, 0]);
    await client.frame(FRAME.HEADERS, FLAG.END_HEADERS | FLAG.END_STREAM, 1, encodeHeaderBlock([["x-sum", "1"]]));
    assertEquals((await client.responses(1))[0]?.body, "POST /p 2 hi");
    await client.frame(FRAME.PING, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]);
    const pong = await client.nextOf(FRAME.PING);
    assertEquals([pong.flags, [...pong.payload]], [FLAG.ACK, [1, 2, 3, 4, 5, 6, 7, 8]]);
  });
});

Deno.test("HTTP/2 server: 100-continue, cookies in parts, authority and Host", async () => {
  const handler: Handler = async ({ headers, authority, url, body }) => {
    return { body: [headers.get("cookie"), authority, url?.href, await body.text()].join(" | ") };
  };
  await served(handler, async (client) => {
    const fields = [
      ...Object.entries({ ":method": "POST", ":scheme": "https", ":path": "/a", ":authority": "x.test" }),
      ...[["cookie", "a=1"], ["cookie", "b=2"], ["expect", "100-continue"], ["host", "X.test"]] as const,
    ] as const;
    await client.frame(FRAME.HEADERS, FLAG.END_HEADERS, 1, encodeHeaderBlock(fields));
    assertEquals(client.fields(await client.nextOf(FRAME.HEADERS)), [[":status", "100"]]);
    await client.frame(FRAME.DATA, FLAG.END_STREAM, 1, encoder.encode("body"));
    assertEquals((await client.responses(1))[0]?.body, "a=1; b=2 | x.test | https://x.test/a | body");
  });
});

/** Requests that are malformed: their stream is reset, and the connection goes on. */
const MALFORMED: readonly (readonly [title: string, fields: Readonly<Record<string, string>>])[] = [
  ["a capital letter in a name", { "X-A": "1" }],
  ["a field of the connection", { "connection": "close" }],
  ["Transfer-Encoding", { "transfer-encoding": "chunked" }],
  ["te other than trailers", { "te": "gzip" }],
  ["an unknown pseudo-header field", { ":version": "2" }],
  ["a pseudo-header field behind a field", { "a": "1", ":protocol": "x" }],
  ["a line break in a value", { "a": "1\r\nb: 2" }],
  ["a space at the end of a value", { "a": "1 " }],
  ["a method that is not a token", { ":method": "G T" }],
  ["an empty path", { ":path": "" }],
  ["a path without a slash", { ":path": "a" }],
  ["a space in the path", { ":path": "/a b" }],
  ["Host against authority", { "host": "other" }],
  ["an authority with a user", { ":authority": "a@b" }],
  ["a content-length without a body", { "content-length": "5" }],
  ["a content-length that is not a number", { "content-length": "+1" }],
  ["CONNECT with a path", { ":method": "CONNECT" }],
];

Deno.test("HTTP/2 server resets malformed requests, and goes on", async () => {
  await served(echo, async (client) => {
    const ids = MALFORMED.map((_, index) => 2 * index + 1);
    for (const [index, [, fields]] of MALFORMED.entries()) await client.request(ids[index] ?? 0, fields);
    await client.request(201);
    const found = [...await client.responses(...ids, 201)];
    assertEquals(found.pop()?.body, "GET / 2 ");
    const code = ERROR_CODES.PROTOCOL_ERROR;
    assertEquals(
      found.map(({ reset }, index) => [MALFORMED[index]?.[0], reset]),
      MALFORMED.map(([title]) => [title, code]),
    );
  });
});

Deno.test("HTTP/2 server resets a body of another length than its content-length", async () => {
  await served(echo, async (client) => {
    await client.request(1, { ":method": "POST", "content-length": "3" }, false);
    await client.frame(FRAME.DATA, FLAG.END_STREAM, 1, encoder.encode("ab"));
    await client.request(3, { ":method": "POST", "content-length": "3" }, false);
    await client.frame(FRAME.DATA, 0, 3, encoder.encode("abcd"));
    const found = await client.responses(1, 3);
    assertEquals(found.map(({ reset }) => reset), [ERROR_CODES.PROTOCOL_ERROR, ERROR_CODES.PROTOCOL_ERROR]);
  });
});

const open = headFrames(1, { ":method": "POST" }, false);
const repeated = (count: number, frame: Uint8Array) => Array.from({ length: count }, () => frame);
const wide = new Uint8Array(16_384);

/** Violations and floods of a connection, which end it with an error code. */
const ENDED: readonly (readonly [title: string, code: Http2ErrorName, frames: readonly Uint8Array[]])[] = [
  ["DATA on the connection", "PROTOCOL_ERROR", [encodeFrame(FRAME.DATA, 0, 0, [1])]],
  ["DATA on a stream that was never open", "PROTOCOL_ERROR", [encodeFrame(FRAME.DATA, 0, 1, [1])]],
  ["HEADERS on an even stream", "PROTOCOL_ERROR", headFrames(2)],
  ["HEADERS on an earlier stream", "STREAM_CLOSED", [...headFrames(5), ...headFrames(3)]],
  ["a frame within a header block", "PROTOCOL_ERROR", [encodeFrame(FRAME.HEADERS, 0, 1, [0x82]), encodeFrame(6, 0, 0)]],
  ["CONTINUATION of another stream", "PROTOCOL_ERROR", [
    encodeFrame(FRAME.HEADERS, 0, 1, [0x82]),
    encodeFrame(FRAME.CONTINUATION, 4, 3),
  ]],
  ["CONTINUATION alone", "PROTOCOL_ERROR", [encodeFrame(FRAME.CONTINUATION, 4, 1)]],
  ["a push", "PROTOCOL_ERROR", [encodeFrame(FRAME.PUSH_PROMISE, 4, 1, [0, 0, 0, 2])]],
  ["PING of another size", "FRAME_SIZE_ERROR", [encodeFrame(FRAME.PING, 0, 0, [1])]],
  ["PING on a stream", "PROTOCOL_ERROR", [encodeFrame(FRAME.PING, 0, 1, new Uint8Array(8))]],
  ["SETTINGS on a stream", "PROTOCOL_ERROR", [encodeFrame(FRAME.SETTINGS, 0, 1)]],
  ["SETTINGS of another size", "FRAME_SIZE_ERROR", [encodeFrame(FRAME.SETTINGS, 0, 0, [1])]],
  ["an acknowledgement with settings", "FRAME_SIZE_ERROR", [encodeFrame(FRAME.SETTINGS, 1, 0, [0, 1, 0, 0, 0, 0])]],
  ["a push setting of 2", "PROTOCOL_ERROR", [encodeSettings({ ENABLE_PUSH: 2 })]],
  ["a window of 2 GiB", "FLOW_CONTROL_ERROR", [encodeSettings({ INITIAL_WINDOW_SIZE: 2 ** 31 })]],
  ["a frame size below the least", "PROTOCOL_ERROR", [encodeSettings({ MAX_FRAME_SIZE: 16_383 })]],
  ["a window update by 0", "PROTOCOL_ERROR", [encodeWindowUpdate(0, 0)]],
  ["a window update beyond the largest window", "FLOW_CONTROL_ERROR", [encodeWindowUpdate(0, 2 ** 31 - 1)]],
  ["RST_STREAM on a stream that was never open", "PROTOCOL_ERROR", [encodeReset(1, "CANCEL")]],
  ["padding larger than the frame", "PROTOCOL_ERROR", [...open, encodeFrame(FRAME.DATA, FLAG.PADDED, 1, [9, 1])]],
  ["a broken header block", "COMPRESSION_ERROR", [encodeFrame(FRAME.HEADERS, 5, 1, [0x80])]],
  ["a frame above 16 KiB", "FRAME_SIZE_ERROR", [encodeFrame(FRAME.DATA, 0, 1, new Uint8Array(16_385))]],
  ["more data than the window", "FLOW_CONTROL_ERROR", [...open, ...repeated(17, encodeFrame(FRAME.DATA, 0, 1, wide))]],
  ["a flood of PING", "ENHANCE_YOUR_CALM", repeated(5000, encodeFrame(FRAME.PING, 0, 0, new Uint8Array(8)))],
  ["a flood of SETTINGS", "ENHANCE_YOUR_CALM", repeated(5000, encodeFrame(FRAME.SETTINGS, 0, 0))],
  ["a flood of PRIORITY", "ENHANCE_YOUR_CALM", repeated(5000, encodeFrame(FRAME.PRIORITY, 0, 1, new Uint8Array(5)))],
  ["a flood of empty DATA", "ENHANCE_YOUR_CALM", [...open, ...repeated(5000, encodeFrame(FRAME.DATA, 0, 1))]],
  ["a flood of unknown frames", "ENHANCE_YOUR_CALM", repeated(5000, encodeFrame(200, 0, 0))],
  ["a flood of CONTINUATION", "ENHANCE_YOUR_CALM", [
    encodeFrame(FRAME.HEADERS, 0, 1, [0x82]),
    ...repeated(1000, encodeFrame(FRAME.CONTINUATION, 0, 1)),
  ]],
  ["a header block without end", "ENHANCE_YOUR_CALM", [
    encodeFrame(FRAME.HEADERS, 0, 1, wide),
    ...repeated(10, encodeFrame(FRAME.CONTINUATION, 0, 1, wide)),
  ]],
  [
    "requests that are reset at once",
    "ENHANCE_YOUR_CALM",
    Array.from({ length: 1000 }, (_, index) => [...headFrames(2 * index + 1), encodeReset(2 * index + 1, "CANCEL")])
      .flat(),
  ],
  [
    "requests that make the server reset them",
    "ENHANCE_YOUR_CALM",
    Array.from({ length: 1000 }, (_, index) => headFrames(2 * index + 1, { "te": "x" })).flat(),
  ],
];

Deno.test("HTTP/2 server ends a connection for a violation or a flood, and goes on with others", async () => {
  // A body is not read.
  const handler: Handler = (request) => request.method === "POST" ? request.gone().then(() => ({})) : echo(request);
  await served(handler, async (good, server) => {
    const found = await Promise.all(ENDED.map(async ([title, , frames]) => {
      using client = await RawHttp2.connect(server.port ?? 0, certificate);
      await client.send(...frames);
      return [title, (await client.goAway())?.code];
    }));
    assertEquals(found, ENDED.map(([title, code]) => [title, ERROR_CODES[code]]));
    await good.request(1);
    assertEquals((await good.responses(1))[0]?.status, "200");
  });
});

Deno.test("HTTP/2 server: what does not begin as HTTP/2 does is rejected", async () => {
  for (const bytes of ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", PREFACE + "\0\0\0\x06\0\0\0\0\0"]) {
    await served(echo, async (client) => {
      await client.send(encoder.encode(bytes));
      assertEquals((await client.goAway())?.code, ERROR_CODES.PROTOCOL_ERROR);
    }, { preface: false });
  }
});

Deno.test("HTTP/2 server: more requests than allowed at once are refused, reset ones count until they are over", async () => {
  const release = Promise.withResolvers<void>();
  let running = 0;
  const handler: Handler = async () => {
    running++;
    await release.promise;
    return {};
  };
  await served(handler, async (client) => {
    for (let id = 1; id < 200; id += 2) await client.request(id);
    await client.send(encodeReset(1, "CANCEL"));
    await client.request(201);
    assertEquals((await client.responses(201))[0]?.reset, ERROR_CODES.REFUSED_STREAM);
    assertEquals(running, 100);
    release.resolve();
    await client.responses(199);
    await client.request(203);
    assertEquals((await client.responses(203))[0]?.status, "200");
  });
});

Deno.test("HTTP/2 server: fields above the limits are answered with 431", async () => {
  await served(echo, async (client) => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`x-${index}`, "1"]));
    await client.request(1, many);
    await client.request(3, { "x-long": "a".repeat(15_000), "x-long2": "a".repeat(900) });
    const found = await client.responses(1, 3);
    assertEquals(found.map(({ status }) => status), ["431", "431"]);
  }, { limits: { head: 16_000 } });
});

Deno.test("HTTP/2 server: a response before the end of the request stops the body", async () => {
  await served(() => ({ status: 413 }), async (client) => {
    await client.send(...open);
    await client.frame(FRAME.DATA, 0, 1, new Uint8Array(1000));
    const { payload } = await client.nextOf(FRAME.RST_STREAM);
    assertEquals(readU32(payload, 0), ERROR_CODES.NO_ERROR);
    await client.frame(FRAME.DATA, 0, 1, new Uint8Array(1000));
    await client.request(3);
    assertEquals((await client.responses(3))[0]?.status, "413");
  });
});

/** Bodies that a handler does not read: bytes sent after the response, and whether the stream is reset then. */
const UNREAD: readonly (readonly [title: string, fields: Record<string, string>, pieces: number, reset: boolean])[] = [
  ["a rest within the limit, without a reset", {}, 4, false],
  ["a rest above the limit, with a reset", {}, 17, true],
  ["nothing, with a reset at once, where the client waits for 100", { expect: "100-continue" }, 0, true],
];

for (const [title, fields, pieces, reset] of UNREAD) {
  Deno.test(`HTTP/2 server: behind an early response it reads ${title}`, async () => {
    await served(() => ({ status: 413, body: "no" }), async (client) => {
      await client.request(1, { ":method": "POST", ...fields }, false);
      const [early] = await client.responses(1);
      assertEquals([early?.status, early?.body, early?.reset], ["413", "no", undefined]);
      const piece = new Uint8Array(16_384);
      for (let left = pieces; left > 0; left--) {
        await client.frame(FRAME.DATA, left === 1 && !reset ? FLAG.END_STREAM : 0, 1, piece);
      }
      // What comes before this is about the stream.
      await client.frame(FRAME.PING, 0, 0, new Uint8Array(8));
      let [resets, pong] = [0, false];
      while (!pong || resets < Number(reset)) {
        const frame = await client.next();
        if (frame?.type === FRAME.RST_STREAM) resets += readU32(frame.payload, 0) === ERROR_CODES.NO_ERROR ? 1 : 2;
        pong ||= frame?.type === FRAME.PING;
      }
      await client.request(3);
      assertEquals([(await client.responses(3))[0]?.status, resets], ["413", Number(reset)]);
    });
  });
}

Deno.test("HTTP/2 server: a client that resets its request behind an early response gets no reset", async () => {
  await served(() => ({ status: 413 }), async (client) => {
    await client.request(1, { ":method": "POST" }, false);
    assertEquals((await client.responses(1))[0]?.status, "413");
    await client.frame(FRAME.RST_STREAM, 0, 1, [0, 0, 0, ERROR_CODES.CANCEL]);
    await client.request(3);
    let types: number[] = [];
    for (let frame = await client.next(); frame && frame.stream !== 3; frame = await client.next()) {
      types = [...types, frame.type];
    }
    assertEquals(types.includes(FRAME.RST_STREAM), false);
  });
});

Deno.test("HTTP/2 server: a handler notices that its client resets the request, and an error in a stream resets it", async () => {
  const noticed = Promise.withResolvers<void>();
  const handler: Handler = async (request) => {
    if (request.target === "/wait") {
      await request.gone();
      noticed.resolve();
      return {};
    }
    return {
      body: (async function* () {
        yield encoder.encode("some");
        await Promise.resolve();
        throw new Error("no more");
      })(),
    };
  };
  await served(handler, async (client, _server, over) => {
    await client.request(1, { ":path": "/wait" });
    await client.send(encodeReset(1, "CANCEL"));
    await noticed.promise;
    await client.request(3);
    const [cut] = await client.responses(3);
    assertEquals([cut?.body, cut?.reset], ["some", ERROR_CODES.INTERNAL_ERROR]);
    assertEquals(over.map(({ error, version }) => [error?.code, version])[0], ["stream-reset", "2"]);
  });
});

Deno.test("HTTP/2 server: a shutdown lets requests end, refuses new ones, and says so", async () => {
  const release = Promise.withResolvers<void>();
  await served(async () => (await release.promise, { body: "done" }), async (client, server) => {
    await client.request(1);
    await client.frame(FRAME.PING, 0, 0, new Uint8Array(8));
    await client.nextOf(FRAME.PING);
    const stopped = server.shutdown();
    const { payload } = await client.nextOf(FRAME.GOAWAY);
    assertEquals([readU32(payload, 0), readU32(payload, 4)], [1, ERROR_CODES.NO_ERROR]);
    await client.request(3);
    assertEquals((await client.responses(3))[0]?.reset, ERROR_CODES.REFUSED_STREAM);
    release.resolve();
    assertEquals((await client.responses(1))[0]?.body, "done");
    await stopped;
    assertEquals(await client.next(), undefined);
  });
});

/** Silent clients: the frames that they send, and the status that they get, if any. */
const SLOW: readonly (readonly [title: string, frames: readonly Uint8Array[], status?: string])[] = [
  ["nothing", []],
  ["half a preface", [encoder.encode(PREFACE.slice(0, 10))]],
  ["half a header block", [encoder.encode(PREFACE), encodeSettings({}), encodeFrame(1, 0, 1, [0x82])]],
  ["half a frame", [encoder.encode(PREFACE), encodeSettings({}), Uint8Array.of(0, 0, 9)]],
  ["half a body", [encoder.encode(PREFACE), encodeSettings({}), ...open], "408"],
  ["no request", [encoder.encode(PREFACE), encodeSettings({})]],
];

Deno.test("HTTP/2 server: clients that stop in the middle are not kept", async () => {
  await served(echo, async (_client, server) => {
    const found = await Promise.all(SLOW.map(async ([title, frames, status]) => {
      using client = await RawHttp2.connect(server.port ?? 0, certificate, false);
      await client.send(...frames);
      const answered = status === undefined ? undefined : (await client.responses(1))[0]?.status;
      await client.goAway();
      return [title, answered];
    }));
    assertEquals(found, SLOW.map(([title, , status]) => [title, status]));
  }, { headerTimeout: 300, bodyTimeout: 300, idleTimeout: 300, writeTimeout: 300 });
});

Deno.test("HTTP/2 server: a client that gives no window does not keep a response", async () => {
  await served(() => ({ body: "x".repeat(1000) }), async (client, _server, over) => {
    await client.send(encodeSettings({ INITIAL_WINDOW_SIZE: 0 }));
    await client.request(1);
    const [cut] = await client.responses(1);
    assertEquals([cut?.status, cut?.reset], ["200", ERROR_CODES.CANCEL]);
    assertEquals(over[0]?.error?.code, "write-timeout");
  }, { writeTimeout: 60 });
});

Deno.test("HTTP/2 server: mutated connections end or go on, and the server stays", async () => {
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const parts = [encodeSettings({}), ...headFrames(1), ...open, encodeFrame(0, 1, 1, [1, 2]), encodeWindowUpdate(0, 5)];
  await served(echo, async (_client, server) => {
    for (let turn = 0; turn < 60; turn++) {
      using client = await RawHttp2.connect(server.port ?? 0, certificate);
      const frames = Array.from({ length: 6 }, () => (parts[random(parts.length)] ?? new Uint8Array()).slice());
      for (const frame of frames) if (random(2) === 0) frame[random(frame.length)] = random(256);
      await client.send(...frames, encodeFrame(FRAME.GOAWAY, 0, 0, new Uint8Array(8)));
    }
    using client = await RawHttp2.connect(server.port ?? 0, certificate);
    await client.request(1);
    assertEquals((await client.responses(1))[0]?.status, "200");
  });
});

Deno.test("HTTP/2 server: HTTP/1.1 stays beside it", async () => {
  await served(echo, async (_client, server) => {
    using http = await Deno.connectTls({ hostname: "localhost", port: server.port ?? 0, caCerts: [certificate.cert] });
    await http.write(encoder.encode("GET /old HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    const text = await new Response(http.readable).text();
    assert(text.endsWith("GET /old 1.1 "), text);
  });
});

Deno.test("flood guard: frames that belong to requests and data are free, others come back with time", () => {
  let now = 0;
  const guard = new FloodGuard(() => now);
  const allowed = () => {
    let count = 0;
    try {
      for (;; count++) guard.control();
    } catch {
      return count;
    }
  };
  assertEquals([allowed(), allowed()], [1000, 0]);
  guard.request();
  guard.sentData();
  assertEquals(allowed(), 6);
  now += 1000;
  assertEquals(allowed(), 200);
});
