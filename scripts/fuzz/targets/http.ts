import { ToucanError } from "../../../lib/core/mod.ts";
import {
  ChunkedDecoder,
  dispositionFileName,
  formatHttpDate,
  HeadScanner,
  HTTP_LIMITS,
  parseChallenges,
  parseContentRange,
  parseEntityTags,
  parseForwarded,
  parseHttpDate,
  parseParameters,
  parsePreferences,
  parseRange,
  parseRequestHead,
  parseResponseHead,
  RESPONSE_LIMITS,
  safeFileName,
  WebSocketDecoder,
} from "../../../lib/http/internal.ts";
import { type FuzzTarget, holds, octetText, outcome, same } from "../target.ts";

const REQUEST =
  'GET /a?b HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\nX-Y: 1, 2\r\n\r\n5;a="b"\r\nhello\r\n0\r\nT: 1\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nETag: "a"\r\nSet-Cookie: a=b\r\n folded\r\n\r\nabc';
const LINES = [
  "\r\n",
  "\n",
  "\r",
  ":",
  " ",
  "\t",
  "HTTP/1.1",
  "Content-Length: 0\r\n",
  "Transfer-Encoding: chunked\r\n",
];

function head(kind: "request" | "response"): FuzzTarget["check"] {
  const limits = kind === "request" ? HTTP_LIMITS : RESPONSE_LIMITS;
  const parse = kind === "request" ? parseRequestHead : parseResponseHead;
  const read = (bytes: Uint8Array, ends: readonly number[]) =>
    outcome(() => {
      const scanner = new HeadScanner(kind, limits);
      for (const end of ends) {
        const place = scanner.find(bytes, 0, end);
        if (!place) continue;
        const { headers, ...rest } = parse(bytes, place);
        return { ...rest, headers: [...headers], place };
      }
      return "incomplete";
    }, [ToucanError]);
  return (bytes, cut) => same("cut in two", read(bytes, [cut, bytes.length]), read(bytes, [bytes.length]));
}

/** Feeds a body in two parts and returns its data, or the error. */
function dechunk(pieces: readonly Uint8Array[], kind: "request" | "response"): unknown {
  const decoder = new ChunkedDecoder(kind === "request" ? HTTP_LIMITS : RESPONSE_LIMITS, kind);
  let data = "";
  return outcome(() => {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length && !decoder.done;) {
        const taken = Math.min(decoder.remaining, piece.length - at);
        data += octetText(piece.subarray(at, at + taken));
        if (taken > 0) decoder.took(taken);
        at = decoder.feed(piece, at + taken, piece.length);
      }
    }
    return { data, done: decoder.done, trailers: decoder.trailers && [...decoder.trailers] };
  }, [ToucanError]);
}

/** Codecs of HTTP/1.1 and WebSocket. */
export const HTTP_TARGETS: Readonly<Record<string, FuzzTarget>> = {
  "http-request": { seeds: [REQUEST], tokens: LINES, check: head("request") },
  "http-response": { seeds: [RESPONSE], tokens: LINES, check: head("response") },
  "http-chunked": {
    seeds: [REQUEST.slice(REQUEST.indexOf("5;")), "a\r\n0123456789\r\n0\r\n\r\n"],
    tokens: ["\r\n", "0\r\n", ";", "=", '"', "\\", "ffffffffffffffff", " "],
    check(bytes, cut) {
      for (const kind of ["request", "response"] as const) {
        same(kind, dechunk([bytes.subarray(0, cut), bytes.subarray(cut)], kind), dechunk([bytes], kind));
      }
    },
  },
  "http-field": {
    seeds: [
      "attachment; filename=\"a.txt\"; filename*=UTF-8''%e2%82%ac",
      "bytes=0-1,5-,-3",
      "bytes 0-1/3",
      'W/"a", "b"',
      'Basic realm="a, b", Digest nonce=x',
      'for="[2001:db8::1]:80";proto=https, for=_x',
      "gzip;q=0.5, *;q=0, br",
      "Sun, 06 Nov 1994 08:49:37 GMT",
    ],
    tokens: ["; ", ", ", "=", '"', "\\", "%", "*", "''", "bytes=", "-", "/", "..", "q=", "99999999999999999999"],
    check(bytes) {
      const text = octetText(bytes);
      const name = dispositionFileName(text);
      if (name !== undefined) safe(name);
      const own = safeFileName(text);
      if (own !== undefined) safe(own);
      for (const size of [0, 10, 2 ** 40]) {
        const ranges = parseRange(text, size);
        if (!Array.isArray(ranges)) continue;
        for (const { first, last } of ranges) {
          holds(`range ${first}-${last} of ${size}`, first >= 0 && first <= last && last < size);
        }
      }
      parseContentRange(text);
      parseEntityTags(text);
      parseChallenges(text);
      parseForwarded(text);
      parseParameters(text);
      parsePreferences(text);
      const time = parseHttpDate(text, 0);
      if (time !== undefined) same("date", parseHttpDate(formatHttpDate(time), 0), time);
    },
  },
  "websocket": {
    seeds: ["\x81\x85\x01\x02\x03\x04iglhn", "\x88\x82\x00\x00\x00\x00\x03\xe8", "\x01\x80aaaa\x80\x80aaaa"],
    tokens: ["\x81\xfe\x00\x7e", "\x82\xff\0\0\0\0\0\0\0\x01", "\x89\x80abcd", "\x8a\xfd", "\x00"],
    check(bytes, cut) {
      const read = (...pieces: readonly Uint8Array[]) => {
        const decoder = new WebSocketDecoder({ limit: 1000 });
        const events: unknown[] = [];
        return [
          outcome(() => void pieces.forEach((piece) => events.push(...decoder.push(piece))), [ToucanError]),
          events.length,
        ];
      };
      same("outcome", read(bytes.subarray(0, cut), bytes.subarray(cut))[0], read(bytes)[0]);
    },
  },
};

function safe(name: string): void {
  // deno-lint-ignore no-control-regex -- control characters are what a name must not hold
  holds(`"${name}" is not safe`, !/[/\\\0-\x1f\x7f]/.test(name) && !/^\.{0,2}$/.test(name) && name.isWellFormed());
}
