import { assert, assertEquals } from "@std/assert";
import {
  HeadScanner,
  HttpMessageError,
  parseResponseHead,
  reasonOf,
  RESPONSE_LIMITS,
  responseFraming,
} from "../../../lib/http/internal.ts";
import { octets } from "../../kit/raw.ts";

function read(text: string, method = "GET"): unknown {
  const bytes = octets(text);
  try {
    const place = new HeadScanner("response", RESPONSE_LIMITS).find(bytes, 0, bytes.length);
    if (!place) return "incomplete";
    const head = parseResponseHead(bytes, place);
    return [head.status, head.reason, responseFraming(head, method).kind, head.keepAlive];
  } catch (error) {
    assert(error instanceof HttpMessageError, String(error));
    return error.code;
  }
}

const CASES: readonly (readonly [name: string, text: string, expected: unknown, method?: string])[] = [
  ["plain", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", [200, "OK", "length", true]],
  ["empty reason", "HTTP/1.1 200 \r\n\r\n", [200, "", "close", true]],
  ["no reason and no space", "HTTP/1.1 200\r\n\r\n", [200, "", "close", true]],
  ["a reason with octets above", "HTTP/1.1 200 \xd6K\r\n\r\n", [200, "\xd6K", "close", true]],
  ["1.0", "HTTP/1.0 200 OK\r\n\r\n", [200, "OK", "close", false]],
  ["1.0, kept", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n", [200, "OK", "length", true]],
  ["chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", [200, "OK", "chunked", true]],
  ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", [200, "OK", "none", true], "HEAD"],
  ["HEAD, chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", [200, "OK", "none", true], "HEAD"],
  ["100", "HTTP/1.1 100 Continue\r\n\r\n", [100, "Continue", "none", true]],
  ["101", "HTTP/1.1 101 Switching Protocols\r\n\r\n", [101, "Switching Protocols", "tunnel", true]],
  ["204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", [204, "No Content", "none", true]],
  ["304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", [304, "Not Modified", "none", true]],
  ["length 0", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", [200, "OK", "none", true]],
  ["2xx to CONNECT", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", [200, "OK", "tunnel", true], "CONNECT"],
  ["4xx to CONNECT", "HTTP/1.1 407 No\r\nContent-Length: 5\r\n\r\n", [407, "No", "length", true], "CONNECT"],
  ["a status of its own", "HTTP/1.1 799 Odd\r\n\r\n", [799, "Odd", "close", true]],
  ["close", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", [200, "OK", "close", false]],
  ["Host and Expect mean nothing", "HTTP/1.1 200 OK\r\nHost: /\r\nHost: b\r\nExpect: x\r\nContent-Length: 1\r\n\r\n", [
    200,
    "OK",
    "length",
    true,
  ]],
  ["status 99", "HTTP/1.1 099 Odd\r\n\r\n", "http-invalid-status-line"],
  ["two digits", "HTTP/1.1 20 OK\r\n\r\n", "http-invalid-status-line"],
  ["four digits", "HTTP/1.1 2000 OK\r\n\r\n", "http-invalid-status-line"],
  ["NUL in the reason", "HTTP/1.1 200 O\0K\r\n\r\n", "http-invalid-status-line"],
  ["two spaces", "HTTP/1.1  200 OK\r\n\r\n", "http-invalid-status-line"],
  ["another protocol", "ICY 200 OK\r\n\r\n", "http-invalid-version"],
  ["HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", "http-unsupported-version"],
  ["an empty line before", "\r\nHTTP/1.1 200 OK\r\n\r\n", "http-invalid-start-line"],
  ["LF alone", "HTTP/1.1 200 OK\nContent-Length: 5\n\n", [200, "OK", "length", true]],
  ["LF alone behind some lines", "HTTP/1.1 200 OK\r\nContent-Length: 5\nA: b\r\n\n", [200, "OK", "length", true]],
  ["LF alone, no fields", "HTTP/1.1 200 OK\n\n", [200, "OK", "close", true]],
  ["LF alone, one letter in a line", "HTTP/1.1 200 OK\nA\n\n", "http-invalid-field-name"],
  ["CR alone", "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n", "http-invalid-field-value"],
  ["CR CR LF", "HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n", "http-invalid-field-value"],
  ["the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", [
    200,
    "OK",
    "length",
    true,
  ]],
  ["the same length in a list", "HTTP/1.1 200 OK\r\nContent-Length: 5, 5,, 05\r\n\r\n", [200, "OK", "length", true]],
  ["two lengths in a list", "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", "http-invalid-content-length"],
  ["a length and none", "HTTP/1.1 200 OK\r\nContent-Length: 5, x\r\n\r\n", "http-invalid-content-length"],
  ["a list of no length", "HTTP/1.1 200 OK\r\nContent-Length: ,\r\n\r\n", "http-invalid-content-length"],
  ["empty elements", "HTTP/1.1 200 OK\r\nTransfer-Encoding: , chunked ,\r\n\r\n", [200, "OK", "chunked", true]],
  ["an empty list of codings", "HTTP/1.1 200 OK\r\nTransfer-Encoding: ,\r\nContent-Length: 5\r\n\r\n", [
    200,
    "OK",
    "length",
    true,
  ]],
  ["identity", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n", [
    200,
    "OK",
    "length",
    true,
  ]],
  ["identity, chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity, chunked\r\n\r\n", [
    200,
    "OK",
    "chunked",
    true,
  ]],
  [
    "chunked, identity",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
    "http-invalid-transfer-encoding",
  ],
  ["chunked twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", "http-invalid-transfer-encoding"],
  ["205 with a length", "HTTP/1.1 205 Reset Content\r\nContent-Length: 5\r\n\r\n", [
    205,
    "Reset Content",
    "length",
    true,
  ]],
  ["103 with a length", "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n", [103, "Early Hints", "none", true]],
  ["204, chunked", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", [204, "No Content", "none", true]],
  ["304, chunked", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", [
    304,
    "Not Modified",
    "none",
    true,
  ]],
  ["1,000 fields", `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(999)}Content-Length: 5\r\n\r\n`, [
    200,
    "OK",
    "length",
    true,
  ]],
  ["1,001 fields", `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(1001)}\r\n`, "http-too-large-fields"],
  ["1,001 lines of a folded field", `HTTP/1.1 200 OK\r\nA: b${"\r\n c".repeat(1000)}\r\n\r\n`, "http-too-large-fields"],
  [
    "few fields beyond the bytes",
    `HTTP/1.1 200 OK\r\n${`A: ${"b".repeat(50_000)}\r\n`.repeat(6)}\r\n`,
    "http-too-large-head",
  ],
  [
    "both lengths",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "http-invalid-framing",
  ],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "http-invalid-content-length"],
  [
    "gzip, chunked",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "http-unsupported-transfer-encoding",
  ],
  ["folding", "HTTP/1.1 200 OK\r\nContent-Length:\r\n 5\r\n\r\n", [200, "OK", "length", true]],
  [
    "folding that makes a length of two",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n 0\r\n\r\n",
    "http-invalid-content-length",
  ],
  ["folding before the first field", "HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "http-invalid-folding"],
  ["folding behind a name", "HTTP/1.1 200 OK\r\nContent-Length\r\n : 5\r\n\r\n", [200, "OK", "length", true]],
  ["blanks before the colon of a length", "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n", [200, "OK", "length", true]],
  ["blanks in a name", "HTTP/1.1 200 OK\r\nA B: c\r\n\r\n", "http-invalid-field-name"],
  ["blanks without a name", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n : c\r\n", [200, "OK", "close", true]],
  ["all but the last byte", "HTTP/1.1 200 OK\r\n\r", "incomplete"],
];

for (const [name, text, expected, method] of CASES) {
  Deno.test(`response head: ${name}`, () => assertEquals(read(text, method), expected));
}

for (
  const [name, lines, expected] of [
    ["one SP for a fold and the blanks around it", "A: b \t\r\n \t c\r\n\td\r\n", [["A", "b c d"]]],
    ["blanks before a colon", "A : b\r\nC\t :d\r\n", [["A", "b"], ["C", "d"]]],
    ["a line of blanks", "A: b\r\n \r\nC: d\r\n", [["A", "b"], ["C", "d"]]],
    ["an empty value that goes on", "A:\r\n b\r\n", [["A", "b"]]],
    ["folds that end with LF", "A: b\n c\nD: e\n", [["A", "b c"], ["D", "e"]]],
    ["something like a field in a fold", "A: b\r\n Content-Length: 5\r\n", [["A", "b Content-Length: 5"]]],
  ] as const
) {
  Deno.test(`response head, unfolded: ${name}`, () => {
    const bytes = octets(`HTTP/1.1 200 OK\r\n${lines}\r\n`);
    const place = new HeadScanner("response", RESPONSE_LIMITS).find(bytes, 0, bytes.length);
    assert(place);
    const head = parseResponseHead(bytes, place);
    assertEquals([...head.headers], expected.map((pair) => [...pair]));
    assertEquals(head.contentLength, undefined);
  });
}

Deno.test("reasons are those of RFC 9110", () => {
  assertEquals([reasonOf(206), reasonOf(413), reasonOf(599)], ["Partial Content", "Content Too Large", ""]);
  assertEquals([reasonOf(207), reasonOf(407), reasonOf(423)], [
    "Multi-Status",
    "Proxy Authentication Required",
    "Locked",
  ]);
});
