import { assert, assertEquals } from "@std/assert";
import {
  HeadScanner,
  HTTP_LIMITS,
  type HttpLimits,
  HttpMessageError,
  parseRequestHead,
  requestFraming,
} from "../../../lib/http/internal.ts";
import { octets } from "../../kit/raw.ts";

/** Returns the parts of a request, or the status and code of its refusal, or undefined if it is incomplete. */
function read(text: string, limits: Partial<HttpLimits> = {}): unknown {
  const bytes = octets(text);
  try {
    const place = new HeadScanner("request", { ...HTTP_LIMITS, ...limits }).find(bytes, 0, bytes.length);
    if (!place) return "incomplete";
    const head = parseRequestHead(bytes, place);
    return [head.method, head.target, head.version, requestFraming(head)];
  } catch (error) {
    assert(error instanceof HttpMessageError, String(error));
    return `${error.status} ${error.code}`;
  }
}

const NONE = { kind: "none" };
const HOST = "Host: a\r\n";
const get = (fields: string) => `GET / HTTP/1.1\r\n${HOST}${fields}\r\n`;
const OK = ["GET", "/", "1.1", NONE];

const CASES: readonly (readonly [name: string, text: string, expected: unknown])[] = [
  ["plain", get(""), OK],
  ["another method", "PROPFIND /x HTTP/1.1\r\nhost:a\r\n\r\n", ["PROPFIND", "/x", "1.1", NONE]],
  ["1.0 without Host", "GET / HTTP/1.0\r\n\r\n", ["GET", "/", "1.0", NONE]],
  ["a later minor version", "GET / HTTP/1.9\r\nHost: a\r\n\r\n", OK],
  ["one empty line before", `\r\n${get("")}`, OK],
  ["several empty lines before", `${"\r\n".repeat(16)}${get("")}`, OK],
  ["too many empty lines before", `${"\r\n".repeat(17)}${get("")}`, "400 http-invalid-start-line"],
  ["an empty line of LF alone before", `\n${get("")}`, "400 http-invalid-line-end"],
  ["a line of blanks before", ` \r\n${get("")}`, "400 http-invalid-request-line"],
  ["a whole URL", "GET http://b:1/x?y HTTP/1.1\r\nHost: a\r\n\r\n", ["GET", "http://b:1/x?y", "1.1", NONE]],
  ["another scheme", "GET ftp://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-target"],
  ["a whole URL with a user", "GET http://u@b/ HTTP/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-target"],
  ["asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", ["OPTIONS", "*", "1.1", NONE]],
  ["asterisk to GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-target"],
  ["authority", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", ["CONNECT", "a:443", "1.1", NONE]],
  ["CONNECT to a path", "CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-target"],
  ["octets above ASCII", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", ["GET", "/%C3%A4", "1.1", NONE]],
  ["a fragment", "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-request-line"],
  ["HTTP/0.9", "GET /\r\n\r\n", "400 http-invalid-request-line"],
  ["two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-request-line"],
  ["space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "400 http-invalid-request-line"],
  ["CR alone behind the version", "GET / HTTP/1.1\rA: b\r\nHost: a\r\n\r\n", "400 http-invalid-request-line"],
  ["CR alone at the beginning of a field", get("\rA: b\r\n"), "400 http-invalid-field-name"],
  ["tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-request-line"],
  ["space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-request-line"],
  ["NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-request-line"],
  ["lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", "400 http-invalid-version"],
  ["HTTP/1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", "400 http-invalid-request-line"],
  ["HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 http-unsupported-version"],
  ["no Host", "GET / HTTP/1.1\r\n\r\n", "400 http-invalid-host"],
  ["two Hosts", get("Host: b\r\n"), "400 http-invalid-host"],
  ["two Hosts that are the same", get("host: a\r\n"), "400 http-invalid-host"],
  ["two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "400 http-invalid-host"],
  ["empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", OK],
  ["a path in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400 http-invalid-host"],
  ["a user in Host", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "400 http-invalid-host"],
  ["a list in Host", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", "400 http-invalid-host"],
  ["IPv6 in Host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", OK],
  ["LF alone behind the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", "400 http-invalid-line-end"],
  ["LF alone behind a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", "400 http-invalid-line-end"],
  ["LF alone as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", "400 http-invalid-line-end"],
  ["CR alone in a value", get("A: b\rc\r\n"), "400 http-invalid-field-value"],
  ["CR CR LF", get("A: b\r\r\n"), "400 http-invalid-field-value"],
  ["CR alone in a name", get("A\rB: c\r\n"), "400 http-invalid-field-name"],
  ["NUL in a value", get("A: b\0c\r\n"), "400 http-invalid-field-value"],
  ["DEL in a value", get("A: b\x7f\r\n"), "400 http-invalid-field-value"],
  ["tab and octets above in a value", get("A: b\t\xe4\r\n"), OK],
  ["folding", get("A: b\r\n c\r\n"), "400 http-invalid-folding"],
  ["folding by tab", get("A: b\r\n\tc\r\n"), "400 http-invalid-folding"],
  ["folding before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400 http-invalid-folding"],
  ["space before the colon", get("Transfer-Encoding : chunked\r\n"), "400 http-invalid-field-name"],
  ["tab before the colon", get("A\t: b\r\n"), "400 http-invalid-field-name"],
  ["no colon", get("A\r\n"), "400 http-invalid-field-name"],
  ["no name", get(": b\r\n"), "400 http-invalid-field-name"],
  ["a name that is no token", get("A(B): c\r\n"), "400 http-invalid-field-name"],
  ["empty value", get("A:\r\nB: \t \r\n"), OK],
  ["length", get("Content-Length: 5\r\n"), ["GET", "/", "1.1", { kind: "length", length: 5 }]],
  ["length 0", get("Content-Length: 0\r\n"), OK],
  ["leading zeros", get("Content-Length: 007\r\n"), ["GET", "/", "1.1", { kind: "length", length: 7 }]],
  ["101 fields", get("A: b\r\n".repeat(100)), "431 http-too-large-fields"],
  ["empty elements", get("Transfer-Encoding: , chunked\r\n"), "400 http-invalid-transfer-encoding"],
  ["length with a sign", get("Content-Length: +5\r\n"), "400 http-invalid-content-length"],
  ["negative length", get("Content-Length: -5\r\n"), "400 http-invalid-content-length"],
  ["length as a list", get("Content-Length: 5, 5\r\n"), "400 http-invalid-content-length"],
  ["length twice", get("Content-Length: 5\r\nContent-Length: 5\r\n"), "400 http-invalid-content-length"],
  ["two lengths", get("Content-Length: 5\r\nContent-Length: 6\r\n"), "400 http-invalid-content-length"],
  ["hexadecimal length", get("Content-Length: 0x5\r\n"), "400 http-invalid-content-length"],
  ["length with an exponent", get("Content-Length: 1e3\r\n"), "400 http-invalid-content-length"],
  ["length with space in it", get("Content-Length: 5 5\r\n"), "400 http-invalid-content-length"],
  ["empty length", get("Content-Length:\r\n"), "400 http-invalid-content-length"],
  ["length that is too large", get(`Content-Length: ${2 ** 53}\r\n`), "413 http-too-large-body"],
  ["length beyond 64 bits", get(`Content-Length: ${"9".repeat(30)}\r\n`), "413 http-too-large-body"],
  ["chunked", get("Transfer-Encoding: chunked\r\n"), ["GET", "/", "1.1", { kind: "chunked" }]],
  ["chunked in capitals", get("TRANSFER-ENCODING: CHUNKED\r\n"), ["GET", "/", "1.1", { kind: "chunked" }]],
  ["CL.TE", get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), "400 http-invalid-framing"],
  ["TE.CL", get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), "400 http-invalid-framing"],
  ["TE and CL 0", get("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), "400 http-invalid-framing"],
  ["xchunked", get("Transfer-Encoding: xchunked\r\n"), "501 http-unsupported-transfer-encoding"],
  [
    "chunked twice",
    get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
    "400 http-invalid-transfer-encoding",
  ],
  ["chunked not last", get("Transfer-Encoding: chunked, gzip\r\n"), "400 http-invalid-transfer-encoding"],
  ["gzip, chunked", get("Transfer-Encoding: gzip, chunked\r\n"), "501 http-unsupported-transfer-encoding"],
  ["identity", get("Transfer-Encoding: identity\r\n"), "501 http-unsupported-transfer-encoding"],
  [
    "two fields",
    get("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"),
    "501 http-unsupported-transfer-encoding",
  ],
  ["chunked with a vertical tab", get("Transfer-Encoding: \x0bchunked\r\n"), "400 http-invalid-field-value"],
  ["chunked with an octet above", get("Transfer-Encoding: \xa0chunked\r\n"), "400 http-invalid-transfer-encoding"],
  ["chunked in quotes", get('Transfer-Encoding: "chunked"\r\n'), "400 http-invalid-transfer-encoding"],
  ["empty coding", get("Transfer-Encoding:\r\n"), "400 http-invalid-transfer-encoding"],
  ["chunked with a parameter", get("Transfer-Encoding: chunked;a=b\r\n"), "400 http-invalid-transfer-encoding"],
  ["chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400 http-invalid-framing"],
  ["expectation", get("Expect: 100-Continue\r\n"), OK],
  ["another expectation", get("Expect: wonders\r\n"), "417 http-unsupported-expectation"],
  ["nothing", "", "incomplete"],
  ["half a line", "GET / HT", "incomplete"],
  ["all but the last byte", get("").slice(0, -1), "incomplete"],
];

for (const [name, text, expected] of CASES) {
  Deno.test(`request head: ${name}`, () => assertEquals(read(text), expected));
}

const SMALL: HttpLimits = { ...HTTP_LIMITS, startLine: 40, fieldLine: 30, head: 100, fields: 3 };

Deno.test("request head: each limit holds at its byte", () => {
  const line = (length: number) => `GET /${"a".repeat(length - 14)} HTTP/1.1\r\n`;
  const field = (length: number) => `A: ${"b".repeat(length - 3)}\r\n`;
  assertEquals(read(`${line(40)}${HOST}\r\n`, SMALL) instanceof Array, true);
  assertEquals(read(`${line(41)}${HOST}\r\n`, SMALL), "414 http-too-large-start-line");
  assertEquals(read(line(41).slice(0, -2), SMALL), "414 http-too-large-start-line");
  assertEquals(read(get(field(30)), SMALL), OK);
  assertEquals(read(get(field(31)), SMALL), "431 http-too-large-field");
  assertEquals(read(get(field(4) + field(4)), SMALL), OK);
  assertEquals(read(get(field(4) + field(4) + field(4)), SMALL), "431 http-too-large-fields");
  const full = get(field(30) + field(30));
  assertEquals(read(full, { ...SMALL, head: full.length }), OK);
  assertEquals(read(full, { ...SMALL, head: full.length - 1 }), "431 http-too-large-head");
});

Deno.test("request head: what decides about the connection", () => {
  const keeps = (version: string, connection: string) => {
    const bytes = octets(`GET / HTTP/${version}\r\nHost: a\r\n${connection}\r\n`);
    const place = new HeadScanner("request", HTTP_LIMITS).find(bytes, 0, bytes.length);
    assert(place);
    return parseRequestHead(bytes, place).keepAlive;
  };
  assertEquals(keeps("1.1", ""), true);
  assertEquals(keeps("1.1", "Connection: close\r\n"), false);
  assertEquals(keeps("1.1", "Connection: x, CLOSE\r\n"), false);
  assertEquals(keeps("1.1", "Connection: x\r\nConnection: close\r\n"), false);
  assertEquals(keeps("1.1", "Connection: closed\r\n"), true);
  assertEquals(keeps("1.0", ""), false);
  assertEquals(keeps("1.0", "Connection: Keep-Alive\r\n"), true);
  assertEquals(keeps("1.0", "Connection: keep-alive, close\r\n"), false);
});
