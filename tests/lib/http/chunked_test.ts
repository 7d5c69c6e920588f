import { assert, assertEquals } from "@std/assert";
import {
  ChunkedDecoder,
  encodeChunkSize,
  encodeLastChunk,
  Fields,
  HTTP_LIMITS,
  type HttpLimits,
  HttpMessageError,
} from "../../../lib/http/internal.ts";
import { octets, octetText } from "../../kit/raw.ts";

/** The data of a chunked body, what follows it, or why there is none. */
function decode(
  text: string,
  limits: Partial<HttpLimits> = {},
  kind: "request" | "response" = "request",
): unknown {
  const bytes = octets(text);
  const decoder = new ChunkedDecoder({ ...HTTP_LIMITS, ...limits }, kind);
  let data = "";
  let at = 0;
  try {
    while (true) {
      at = decoder.feed(bytes, at, bytes.length);
      if (decoder.done) return [data, text.slice(at), [...decoder.trailers ?? []]];
      if (at === bytes.length) return `incomplete after ${JSON.stringify(data)}`;
      const count = Math.min(decoder.remaining, bytes.length - at);
      data += octetText(bytes.subarray(at, at + count));
      decoder.took(count);
      at += count;
    }
  } catch (error) {
    assert(error instanceof HttpMessageError, String(error));
    return `${error.status} ${error.code}`;
  }
}

const CASES: readonly (readonly [name: string, text: string, expected: unknown, limits?: Partial<HttpLimits>])[] = [
  ["empty", "0\r\n\r\n", ["", "", []]],
  ["two chunks, and more behind", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET", ["abcde", "GET", []]],
  ["hexadecimal in both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", ["01234567890123456789", "", []]],
  ["leading zeros", "0003\r\nabc\r\n000\r\n\r\n", ["abc", "", []]],
  ["data that looks like chunks", "5\r\n0\r\n\r\n\r\n0\r\n\r\n", ["0\r\n\r\n", "", []]],
  ["extensions", '3;a;b=c; d = "e;\\"f"\r\nabc\r\n0;last\r\n\r\n', ["abc", "", []]],
  ["space before an extension", "3 ;a\r\nabc\r\n0\r\n\r\n", ["abc", "", []]],
  ["trailers", "0\r\nA: b\r\nc:d \r\n\r\nx", ["", "x", [["A", "b"], ["c", "d"]]]],
  ["cut in the size", "3", 'incomplete after ""'],
  ["cut in the data", "3\r\nab", 'incomplete after "ab"'],
  ["cut behind the data", "3\r\nabc\r", 'incomplete after "abc"'],
  ["cut before the last empty line", "0\r\n", 'incomplete after ""'],
  ["cut in a trailer", "0\r\nA: b\r\n", 'incomplete after ""'],
  ["no size", "\r\nabc", "400 http-invalid-chunk"],
  ["no hexadecimal digit", "g\r\nabc", "400 http-invalid-chunk"],
  ["a sign", "+3\r\nabc", "400 http-invalid-chunk"],
  ["negative", "-3\r\nabc", "400 http-invalid-chunk"],
  ["0x", "0x3\r\nabc\r\n0\r\n\r\n", "400 http-invalid-chunk"],
  ["space before the size", " 3\r\nabc", "400 http-invalid-chunk"],
  ["space behind the size", "3 \r\nabc", "400 http-invalid-chunk"],
  ["LF alone behind the size", "3\nabc\r\n0\r\n\r\n", "400 http-invalid-chunk"],
  ["LF alone behind an extension", "3;a\nabc\r\n0\r\n\r\n", "400 http-invalid-chunk"],
  ["CR alone behind the size", "3\rabc", "400 http-invalid-chunk"],
  ["an extension that is none", "3;=\r\nabc", "400 http-invalid-chunk"],
  ["an extension with an open quote", '3;a="b\r\nabc', "400 http-invalid-chunk"],
  ["NUL in an extension", "3;a\0\r\nabc", "400 http-invalid-chunk"],
  ["more data than the size", "3\r\nabcd\r\n0\r\n\r\n", "400 http-invalid-chunk"],
  ["less data than the size", "5\r\nabc\r\n0\r\n\r\n", "400 http-invalid-chunk"],
  ["LF alone behind the data", "3\r\nabc\n0\r\n\r\n", "400 http-invalid-chunk"],
  ["a size beyond 53 bits", "20000000000000\r\n", "413 http-too-large-chunk"],
  ["a size beyond 64 bits", "10000000000000003\r\nabc", "413 http-too-large-chunk"],
  ["LF alone behind a trailer", "0\r\nA: b\n\r\n", "400 http-invalid-trailer"],
  ["LF alone as the last line", "0\r\n\n", "400 http-invalid-trailer"],
  ["a trailer that is none", "0\r\nA\r\n\r\n", "400 http-invalid-field-name"],
  ["folding in trailers", "0\r\nA: b\r\n c\r\n\r\n", "400 http-invalid-folding"],
  ["a length as a trailer", "0\r\nContent-Length: 3\r\n\r\n", "400 http-invalid-trailer"],
  ["a coding as a trailer", "0\r\nTransfer-Encoding: chunked\r\n\r\n", "400 http-invalid-trailer"],
  ["a size line at its limit", `3;${"a".repeat(8)}\r\nabc\r\n0\r\n\r\n`, ["abc", "", []], { chunkLine: 10 }],
  ["a size line beyond it", `3;${"a".repeat(9)}\r\nabc\r\n0\r\n\r\n`, "413 http-too-large-chunk-line", {
    chunkLine: 10,
  }],
  ["zeros beyond it", `${"0".repeat(300)}3\r\nabc`, "413 http-too-large-chunk-line"],
  ["many extensions", "1;abcdefg\r\nx\r\n".repeat(3), "413 http-too-large-chunk-extensions", { chunkExtensions: 20 }],
  ["trailers at their limit", "0\r\nA: b\r\n\r\n", ["", "", [["A", "b"]]], { trailers: 8 }],
  ["trailers beyond it", "0\r\nA: b\r\n\r\n", "431 http-too-large-trailers", { trailers: 7 }],
  ["too many trailers", "0\r\nA: b\r\nA: b\r\n\r\n", "431 http-too-large-trailers", { fields: 1 }],
];

for (const [name, text, expected, limits] of CASES) {
  Deno.test(`chunked: ${name}`, () => assertEquals(decode(text, limits), expected));
}

/** Cases that a request is rejected for, and a response is not. */
const IN_RESPONSES: readonly (readonly [name: string, text: string, expected: unknown, strict: string])[] = [
  ["a space behind the size", "3 \r\nabc\r\n0 \r\n\r\n", ["abc", "", []], "400 http-invalid-chunk"],
  ["tabs and spaces behind it", "3 \t \r\nabc\r\n0\r\n\r\n", ["abc", "", []], "400 http-invalid-chunk"],
  ["an empty extension", "3;\r\nabc\r\n0\r\n\r\n", ["abc", "", []], "400 http-invalid-chunk"],
  ["an extension with an open quote", '3;a="\r\nabc\r\n0\r\n\r\n', ["abc", "", []], "400 http-invalid-chunk"],
  ["blanks behind an extension", '3;a="b" \r\nabc\r\n0\r\n\r\n', ["abc", "", []], "400 http-invalid-chunk"],
  [
    "a length as a trailer",
    "0\r\nContent-Length: 3\r\n\r\n",
    ["", "", [["Content-Length", "3"]]],
    "400 http-invalid-trailer",
  ],
  [
    "a length that is none as a trailer",
    "0\r\nContent-Length: x\r\n\r\n",
    ["", "", [["Content-Length", "x"]]],
    "400 http-invalid-content-length",
  ],
  [
    "a coding as a trailer",
    "0\r\nTransfer-Encoding: chunked\r\n\r\n",
    ["", "", [["Transfer-Encoding", "chunked"]]],
    "400 http-invalid-trailer",
  ],
  ["folding in trailers", "0\r\nA: b\r\n c\r\n\r\n", ["", "", [["A", "b c"]]], "400 http-invalid-folding"],
];

for (const [name, text, expected, strict] of IN_RESPONSES) {
  Deno.test(`chunked, accepted in a response only: ${name}`, () => {
    assertEquals([decode(text, {}, "response"), decode(text)], [expected, strict]);
  });
}

for (
  const [name, text, expected] of [
    ["a digit behind a space", "3 4\r\nabc", "400 http-invalid-chunk"],
    ["a control character in an extension", "3;\x01\r\nabc", "400 http-invalid-chunk"],
    ["no-break space behind the size", "3\xa0\r\nabc", "400 http-invalid-chunk"],
    ["blanks beyond the limit", `3${" ".repeat(300)}\r\nabc`, "413 http-too-large-chunk-line"],
    ["blanks without a size", " \r\nabc", "400 http-invalid-chunk"],
    ["LF alone behind the size", "3\nabc\r\n0\r\n\r\n", "400 http-invalid-chunk"],
    ["folding before the first trailer", "0\r\n A: b\r\n\r\n", "400 http-invalid-folding"],
    [
      "many extensions on little data",
      "1;abcdefghijklmnopqrstuvwxyz\r\nx\r\n".repeat(700),
      "413 http-too-large-chunk-extensions",
    ],
  ] as const
) {
  Deno.test(`chunked, rejected in a response too: ${name}`, () => assertEquals(decode(text, {}, "response"), expected));
}

Deno.test("chunked: in a response extensions may grow with the data", () => {
  const text = `${`1e;${"a".repeat(28)}\r\n${"x".repeat(30)}\r\n`.repeat(2000)}0\r\n\r\n`;
  assertEquals(decode(text, {}, "response"), ["x".repeat(60_000), "", []]);
  assertEquals(decode(text), "413 http-too-large-chunk-extensions");
});

Deno.test("chunked: what is written is read", () => {
  const chunk = (data: string) => octetText(encodeChunkSize(data.length)) + data + "\r\n";
  const trailers = new Fields([["A", "b"]]);
  const text = chunk("abc") + chunk("x".repeat(300)) + octetText(encodeLastChunk(trailers));
  assertEquals(decode(text), ["abc" + "x".repeat(300), "", [["A", "b"]]]);
});
