import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Line, LineSplitter, readLines } from "../../../lib/core/mod.ts";

const encoder = new TextEncoder();

function split(chunks: readonly Uint8Array[], limit?: number): Line[] {
  const splitter = new LineSplitter({ limit });
  const lines = chunks.flatMap((chunk) => splitter.push(chunk));
  const last = splitter.end();
  return last ? [...lines, last] : lines;
}

function texts(text: string, limit?: number): string[] {
  return split([encoder.encode(text)], limit).map((line) =>
    line.problem ? `<${line.problem} ${line.text}>` : line.text
  );
}

Deno.test("lines end with LF or CRLF, the last also with the stream", () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ["", []],
    ["\n", [""]],
    ["a", ["a"]],
    ["a\n", ["a"]],
    ["a\r\n", ["a"]],
    ["a\r", ["a"]],
    ["a\rb\n", ["a\rb"]],
    ["a\r\r\n", ["a\r"]],
    ["a\n\n\nb", ["a", "", "", "b"]],
    ["\r\n\r\n", ["", ""]],
    ["é\n日本\n", ["é", "日本"]],
    ["\ufeffa\n", ["\ufeffa"]],
    ["a\0b\n", ["a\0b"]],
  ];
  for (const [text, lines] of cases) assertEquals(texts(text), lines, JSON.stringify(text));
});

Deno.test("a line may have as many bytes as the limit, its end not counted", () => {
  assertEquals(texts("1234\n1234\r\n1234", 4), ["1234", "1234", "1234"]);
  assertEquals(texts("12345\na\n12345\r\nb\n12345", 4), [
    "<too-long 1234>",
    "a",
    "<too-long 1234>",
    "b",
    "<too-long 1234>",
  ]);
  assertEquals(texts("éé\nééé\nok\n", 4), ["éé", "<too-long éé>", "ok"]);
});

Deno.test("LineSplitter reports a line that is not UTF-8 in its place, and returns the others", () => {
  const lines = split([new Uint8Array([97, 10, 0xff, 98, 10, 99, 10, 0xc3, 10, 100])]);
  assertEquals(lines, [
    { text: "a" },
    { text: "\ufffdb", problem: "not-utf8" },
    { text: "c" },
    { text: "\ufffd", problem: "not-utf8" },
    { text: "d" },
  ]);
});

Deno.test("any chunking gives the same lines", () => {
  const byte = fc.constantFrom(10, 10, 13, 97, 98, 99, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xff, 0);
  const bytes = fc.array(byte, { maxLength: 200 }).map((list) => new Uint8Array(list));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(12)), fc.integer({ min: 1, max: 40 }), (bytes, sizes, limit) => {
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) chunks.push(bytes.subarray(at, at += size));
      chunks.push(bytes.subarray(at));
      const lines = split(chunks, limit);
      assertEquals(lines, split([bytes], limit));
      assertEquals(lines, split(Array.from(bytes, (byte) => new Uint8Array([byte])), limit));
      const feeds = bytes.filter((byte) => byte === 10).length;
      assertEquals(lines.length, feeds + (bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0));
      for (const { text } of lines) assert(encoder.encode(text.replaceAll("\ufffd", "?")).length <= Math.max(limit, 3));
    }),
    { seed: 3, numRuns: 2000 },
  );
});

Deno.test("what is too long is not held", () => {
  const splitter = new LineSplitter({ limit: 1000 });
  const chunk = new Uint8Array(1 << 20).fill(97);
  const before = Deno.memoryUsage();
  for (let i = 0; i < 200; i++) assertEquals(splitter.push(chunk), []);
  const grown = Deno.memoryUsage().external - before.external;
  assert(grown < 8 << 20, `${grown} bytes more are held`);
  assertEquals(splitter.push(encoder.encode("\nnext\n")), [
    { text: "a".repeat(256), problem: "too-long" },
    { text: "next" },
  ]);
});

Deno.test("a line is given when it is complete, not when the stream goes on", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, {
    highWaterMark: 9,
  });
  const writer = writable.getWriter();
  const lines = readLines(readable);
  await writer.write(encoder.encode("one\ntw"));
  assertEquals((await lines.next()).value, { text: "one" });
  await writer.write(encoder.encode("o\n"));
  assertEquals((await lines.next()).value, { text: "two" });
  await writer.close();
  assertEquals(await lines.next(), { done: true, value: undefined });
});
