import { assertEquals, assertThrows } from "@std/assert";
import { utf16 } from "../../../kit/utf16.ts";
import { decodeText, textLines, Utf8Chunks } from "../../../../lib/core/system/text.ts";

const TEXT = "grüße\r\n€ 😀\r\n";

const FORMS: Readonly<Record<string, Uint8Array>> = {
  "UTF-8": new TextEncoder().encode(TEXT),
  "UTF-8 with a byte order mark": new TextEncoder().encode(`\ufeff${TEXT}`),
  "UTF-16LE, as Windows PowerShell writes it": utf16(TEXT),
  "UTF-16BE": utf16(TEXT, false),
};

/** Returns what the chunks of a text are converted to. */
function converted(bytes: Uint8Array, size: number): string {
  const chunks = new Utf8Chunks();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(chunks.push(bytes.subarray(at, at + size)).slice());
  parts.push(chunks.end());
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
    new Uint8Array(parts.flatMap((part) => [...part])),
  );
}

for (const [form, bytes] of Object.entries(FORMS)) {
  Deno.test(`text of a person: ${form}`, () => {
    assertEquals(decodeText(bytes), TEXT);
    assertEquals(decodeText(bytes, { fatal: true }), TEXT);
    for (const size of [1, 2, 3, 4, 5, 1000]) assertEquals(converted(bytes, size), TEXT);
  });
}

Deno.test("text of a person: short ones, and those that begin like a mark", () => {
  for (const text of ["", "a", "ab", "\ufeffa", "ï»", "￾"]) {
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 9]) assertEquals(converted(bytes, size), text.replace(/^\ufeff/, ""));
  }
});

Deno.test("text of a person: bytes that are not UTF-8 pass chunks unchanged", () => {
  const bytes = Uint8Array.of(0xef, 0xbb, 0x41, 0xff, 0x0a);
  const chunks = new Utf8Chunks();
  assertEquals([...chunks.push(bytes), ...chunks.end()], [...bytes]);
  assertThrows(() => decodeText(bytes, { fatal: true }), TypeError);
  assertEquals(decodeText(bytes), "\ufffdA\ufffd\n");
});

Deno.test("text of a person: lines end with LF, CRLF or CR", () => {
  assertEquals(textLines("a\r\nb\nc\rd"), ["a", "b", "c", "d"]);
});
