import { assert, assertEquals } from "@std/assert";
import {
  HeadScanner,
  HTTP_LIMITS,
  HttpMessageError,
  parseResponseHead,
  reasonOf,
  responseFraming,
} from "../../../lib/http/internal.ts";
import { octets } from "../../kit/raw.ts";

function read(text: string, method = "GET"): unknown {
  const bytes = octets(text);
  try {
    const place = new HeadScanner("response", HTTP_LIMITS).find(bytes, 0, bytes.length);
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
  ["LF alone", "HTTP/1.1 200 OK\nContent-Length: 5\n\n", "http-invalid-line-end"],
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
  ["folding", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "http-invalid-folding"],
  ["all but the last byte", "HTTP/1.1 200 OK\r\n\r", "incomplete"],
];

for (const [name, text, expected, method] of CASES) {
  Deno.test(`response head: ${name}`, () => assertEquals(read(text, method), expected));
}

Deno.test("reasons are those of RFC 9110", () => {
  assertEquals([reasonOf(206), reasonOf(413), reasonOf(599)], ["Partial Content", "Content Too Large", ""]);
});
