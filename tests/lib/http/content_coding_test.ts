import { assert, assertEquals } from "@std/assert";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { concat, NetworkError, ToucanError } from "../../../lib/core/mod.ts";
import { ZstdFrames } from "../../../lib/http/codec/zstd_frames.ts";
import { contentCoding } from "../../../lib/http/client/body/content_coding.ts";
import { decompress } from "../../../lib/http/client/body/decompress.ts";
import { ACCEPT_ENCODING, ConnectionPool, decodedBody, request } from "../../../lib/http/internal.ts";
import { answering, octets, octetText } from "../../kit/raw.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

/** A source whose pieces are gone when the next one is asked for, as those of a connection are. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const room = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const count = Math.min(size, bytes.length - at);
    room.set(bytes.subarray(at, at + count));
    yield await Promise.resolve(room.subarray(0, count));
    room.fill(0xaa);
  }
}

/** Returns the decoded text, and the code of the error at its end. */
async function decode(name: string, bytes: Uint8Array, size: number, reused = true): Promise<[string, string?]> {
  const coding = contentCoding(name);
  assert(coding, name);
  let text = "";
  try {
    for await (const piece of decompress(pieces(bytes, size), coding, reused)) text += octetText(piece);
    return [text];
  } catch (error) {
    return [text, error instanceof ToucanError ? error.code : String(error)];
  }
}

const TEXT = "hello, ".repeat(40) + "world";
const plain = octets(TEXT);
const ENCODED: Readonly<Record<string, Uint8Array>> = {
  "gzip": gzipSync(plain),
  "x-gzip": gzipSync(plain),
  "deflate": deflateSync(plain),
  "deflate, raw": deflateRawSync(plain),
  "br": brotliCompressSync(plain),
  "zstd": zstdCompressSync(plain),
};
const SKIPPABLE = octets("\x5f\x2a\x4d\x18\x03\0\0\0abc");
/** Bodies in which the coded stream stands, and whether it is accepted so. */
const SHAPES: readonly (readonly [name: string, shape: (coded: Uint8Array) => Uint8Array, expected: Expected])[] = [
  ["whole", (coded) => coded, () => [TEXT]],
  ["empty", () => new Uint8Array(), () => [""]],
  ["no coding at all", () => octets("\x03no coding at all"), () => ["", "invalid-encoding"]],
  ["without its last byte", (coded) => coded.subarray(0, -1), () => "invalid-encoding"],
  ["without its half", (coded) => coded.subarray(0, coded.length / 2), () => "invalid-encoding"],
  ["its first byte", (coded) => coded.subarray(0, 1), () => ["", "invalid-encoding"]],
  ["garbage behind", (coded) => concat([coded, octets("garbage")]), () => "invalid-encoding"],
  [
    "zeros behind",
    (coded) => concat([coded, new Uint8Array(600)]),
    (name) => /gzip/.test(name) ? [TEXT] : "invalid-encoding",
  ],
  ["zeros and garbage behind", (coded) => concat([coded, octets("\0\0garbage")]), () => "invalid-encoding"],
  // Members of gzip (RFC 1952 §2.2) and frames of zstd (RFC 8878 §3.1) follow each other.
  ["twice", (coded) => concat([coded, coded]), (name) => /gzip|zstd/.test(name) ? [TEXT + TEXT] : "invalid-encoding"],
  ["twice, cut", (coded) => concat([coded, coded.subarray(0, -1)]), () => "invalid-encoding"],
];
type Expected = (name: string) => [string, string?] | string;

for (const [name, coded] of Object.entries(ENCODED)) {
  const coding = name.split(",")[0] ?? "";
  for (const [shape, shaped, expected] of SHAPES) {
    Deno.test(`content coding ${name}: ${shape}`, async () => {
      for (const size of [1, 2, 7, 1 << 16]) {
        const found = await decode(coding, shaped(coded), size);
        const wanted = expected(name);
        if (typeof wanted === "string") assertEquals(found[1], wanted, `pieces of ${size}`);
        else assertEquals(found, wanted, `pieces of ${size}`);
      }
    });
  }
}

Deno.test("content coding: pieces that are kept stay what they were", async () => {
  const bytes = Uint8Array.from({ length: 3 << 20 }, (_, i) => i >> 5);
  for (const [name, encode] of Object.entries({ gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync })) {
    const coding = contentCoding(name);
    assert(coding);
    const kept = await Array.fromAsync(decompress(pieces(encode(bytes), 1000), coding, false));
    assertEquals(concat(kept), bytes, name);
  }
});

Deno.test("content coding zstd: skippable frames, and a window beyond 8 MiB", async () => {
  const coded = zstdCompressSync(plain);
  for (const size of [1, 1 << 16]) {
    assertEquals(await decode("zstd", concat([SKIPPABLE, coded, SKIPPABLE]), size), [TEXT]);
    assertEquals(await decode("zstd", concat([coded, SKIPPABLE.subarray(0, -1)]), size), [TEXT, "invalid-encoding"]);
  }
  // A frame with a window of 16 MiB: magic, descriptor, window, one raw block.
  const wide = octets("\x28\xb5\x2f\xfd\x00\x70\x19\x00\x00abc");
  const narrow = octets("\x28\xb5\x2f\xfd\x00\x68\x19\x00\x00abc");
  assertEquals(await decode("zstd", narrow, 1), ["abc"]);
  assertEquals(await decode("zstd", wide, 1), ["", "invalid-encoding"]);
});

Deno.test("zstd frames: where a stream is complete, in whatever pieces it comes", () => {
  const whole = concat([SKIPPABLE, zstdCompressSync(plain), zstdCompressSync(new Uint8Array(1 << 20))]);
  const ends = [SKIPPABLE.length, whole.length - zstdCompressSync(new Uint8Array(1 << 20)).length, whole.length];
  const frames = new ZstdFrames();
  const complete: number[] = [];
  for (let at = 0; at < whole.length; at++) {
    frames.feed(whole.subarray(at, at + 1));
    if (frames.complete) complete.push(at + 1);
  }
  assertEquals(complete, ends);
  const once = new ZstdFrames();
  assertEquals(once.complete, false);
  for (let at = 0; at < whole.length;) at += once.feed(whole.subarray(at));
  assertEquals(once.complete, true);
  once.feed(octets("garbage"));
  assertEquals(once.complete, false);
});

Deno.test("decodedBody: several codings, and unknown ones", async () => {
  const chain = (coding: string, body: Uint8Array): [string, Uint8Array] => [coding, body];
  const four = brotliCompressSync(zstdCompressSync(deflateRawSync(gzipSync(plain))));
  for (
    const [coding, body, expected] of [
      [...chain("gzip, deflate, zstd, br", four), TEXT],
      [...chain("none", plain), TEXT],
      [...chain(",identity , GZIP,,", gzipSync(plain)), TEXT],
      [...chain("br, gzip", gzipSync(brotliCompressSync(plain).subarray(0, -1))), "invalid-encoding"],
      [...chain("br, gzip", gzipSync(brotliCompressSync(plain)).subarray(0, -1)), "invalid-encoding"],
      [...chain("gzip, gzip, gzip, gzip, gzip, gzip", plain), "unsupported-encoding"],
      [...chain("compress", plain), "unsupported-encoding"],
      [...chain("constructor", plain), "unsupported-encoding"],
    ] as const
  ) {
    await using server = answering(
      `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n${octetText(body)}`,
    );
    using response = await request(`http://127.0.0.1:${server.port}/`, { timeout: DEADLINE_MS });
    const found = await Array.fromAsync(decodedBody(response, 1 << 20)).then(
      (all) => octetText(concat(all)),
      (error) => {
        assert(error instanceof NetworkError, String(error));
        return error.code;
      },
    );
    assertEquals(found, expected, coding);
  }
});

Deno.test("without content there is nothing to decode, whatever the head says", async () => {
  for (
    const [method, status, fields] of [
      ["HEAD", "200 OK", "Content-Encoding: gzip\r\nContent-Length: 100\r\n"],
      ["HEAD", "200 OK", "Content-Encoding: unheard-of\r\nTransfer-Encoding: chunked\r\n"],
      ["GET", "204 No Content", "Content-Encoding: gzip\r\nContent-Length: 100\r\n"],
      ["GET", "304 Not Modified", "Content-Encoding: gzip\r\nContent-Length: 100\r\n"],
      ["GET", "200 OK", "Content-Encoding: gzip\r\nContent-Length: 0\r\n"],
      ["GET", "205 Reset Content", "Content-Encoding: br\r\nContent-Length: 0\r\n"],
      ["GET", "200 OK", "Content-Encoding: gzip, br\r\nConnection: close\r\n"],
      ["GET", "200 OK", "Content-Encoding: zstd\r\nTransfer-Encoding: chunked\r\n"],
    ] as const
  ) {
    const end = method === "GET" && fields.includes("chunked") ? "0\r\n\r\n" : "";
    await using server = answering(`HTTP/1.1 ${status}\r\n${fields}\r\n${end}`);
    using pool = new ConnectionPool();
    using response = await request(`http://127.0.0.1:${server.port}/`, { method, pool, timeout: DEADLINE_MS });
    assertEquals(await Array.fromAsync(decodedBody(response, 1000)), [], `${method} ${status} ${fields}`);
  }
});

Deno.test("an error comes behind all that was decoded before it, and at once to one who stops", async () => {
  const coded = gzipSync(plain);
  async function* failing() {
    yield await Promise.resolve(coded);
    throw new NetworkError("cut", { code: "body-cut" });
  }
  const coding = contentCoding("gzip");
  assert(coding);
  let text = "";
  let code = "";
  try {
    for await (const piece of decompress(failing(), coding, true)) text += octetText(piece);
  } catch (error) {
    code = error instanceof NetworkError ? error.code : "";
  }
  assertEquals([text, code], [TEXT, "body-cut"]);
  async function* waiting() {
    yield await Promise.resolve(coded);
    await new Promise(() => {});
  }
  for await (const _piece of decompress(waiting(), coding, true)) break;
});

Deno.test("Accept-Encoding names what this runtime can decode", () => {
  assertEquals(ACCEPT_ENCODING, "gzip, deflate, br, zstd");
  for (const name of ACCEPT_ENCODING.split(", ")) assert(contentCoding(name), name);
});
