import { assert, assertEquals } from "@std/assert";
import type { Transform } from "node:stream";
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  deflateRawSync,
  zstdCompressSync,
} from "node:zlib";
import { concat, writeAll } from "../../lib/core/mod.ts";
import { octets, octetText, readUntil, scriptedServer } from "../kit/raw.ts";
import { runTool, startTool } from "../kit/tool.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const coded = (coding: string, body: Uint8Array) =>
  `${OK}Content-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n${octetText(body)}`;
const HELLO = octets("hello\n");

/** Output and exit code by response; each request has to be sent once. */
const CASES: readonly (readonly [
  what: string,
  args: readonly string[],
  response: string,
  code: number,
  stdout: string | RegExp,
])[] = [
  ["204 with a length, to DELETE", ["-X", "DELETE"], "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 0, ""],
  ["204 with a coding", ["--compressed"], "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n", 0, ""],
  [
    "HEAD with a coding",
    ["-I", "--compressed"],
    `${OK}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n`,
    0,
    /Content-Length: 5/,
  ],
  [
    "an empty body with a coding",
    ["--compressed"],
    `${OK}Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n`,
    0,
    "",
  ],
  [
    "304 with a coding",
    ["--compressed"],
    "HTTP/1.1 304 Not Modified\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\n",
    0,
    "",
  ],
  ["br", ["--compressed"], coded("br", brotliCompressSync(HELLO)), 0, "hello\n"],
  ["zstd", ["--compressed"], coded("zstd", zstdCompressSync(HELLO)), 0, "hello\n"],
  ["raw deflate", ["--compressed"], coded("deflate", deflateRawSync(HELLO)), 0, "hello\n"],
  ["br that is cut", ["--compressed"], coded("br", brotliCompressSync(HELLO).subarray(0, -1)), 3, /^/],
  ["zstd that is cut", ["--compressed"], coded("zstd", zstdCompressSync(HELLO).subarray(0, -1)), 3, /^/],
  [
    "LF alone, folded fields and blanks behind chunk sizes",
    [],
    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked,\nA: b\n c\n\n6  \r\nhello\n\r\n0  \r\nContent-Length: 6\r\n\r\n",
    0,
    "hello\n",
  ],
];

for (const [what, args, response, code, stdout] of CASES) {
  Deno.test(`get: ${what}`, async () => {
    await using server = scriptedServer(async (conn) => {
      await readUntil(conn, /\r\n\r\n/);
      await writeAll(conn, octets(response));
    });
    const result = await runTool("get", ["--retry-wait", "1ms", ...args, `http://127.0.0.1:${server.port}/`]);
    assertEquals([result.code, server.clients], [code, 1], result.stderr);
    if (typeof stdout === "string") assertEquals(result.stdout, stdout);
    else assert(stdout.test(result.stdout), result.stdout);
  });
}

/** Size of a decoded bomb in bytes, and maximum memory for decoding it, including the runtime. */
const DECODED = 512 << 20;
const MEMORY = 150 << 20;

/** Returns DECODED encoded zero bytes. */
async function bomb(encoder: Transform): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  encoder.on("data", (piece: Uint8Array) => pieces.push(piece));
  const ended = new Promise((resolve) => encoder.on("end", resolve));
  const zeros = new Uint8Array(1 << 20);
  for (let size = 0; size < DECODED; size += zeros.length) {
    await new Promise((resolve) => encoder.write(zeros, resolve));
  }
  encoder.end();
  await ended;
  return concat(pieces);
}

for (
  const [coding, make] of [
    ["gzip", () => createGzip()],
    ["br", () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })],
  ] as const
) {
  Deno.test({
    name: `get --compressed: decodes a ${coding} bomb in bounded memory`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const body = await bomb(make());
      const looked = Promise.withResolvers<void>();
      await using server = scriptedServer(async (conn) => {
        await readUntil(conn, /\r\n\r\n/);
        const response = octets(coded(coding, body));
        await writeAll(conn, response.subarray(0, -1));
        // The tool runs until its memory was measured.
        await looked.promise;
        await writeAll(conn, response.subarray(-1));
      });
      await using tool = await startTool("get", ["--compressed", `http://127.0.0.1:${server.port}/`]);
      let size = 0;
      let peak = 0;
      for await (const piece of tool.process.stdout) {
        size += piece.length;
        if (peak > 0 || size < DECODED * 0.9) continue;
        const status = Deno.readTextFileSync(`/proc/${tool.process.pid}/status`);
        peak = Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
        looked.resolve();
      }
      looked.resolve();
      assertEquals([await tool.code, size], [0, DECODED], tool.stderr());
      assert(peak > 0 && peak < MEMORY, `${peak} bytes`);
    },
  });
}
