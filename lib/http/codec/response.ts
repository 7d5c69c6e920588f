import { Fields } from "./fields/fields.ts";
import { FramingFields } from "./framing_fields.ts";
import type { Framing, ResponseHead } from "./head.ts";
import type { HeadPlace } from "./head_scanner.ts";
import { invalid } from "./invalid.ts";
import { CR, decodeOctets, FIELD_VALUE, LF, SP } from "./octets.ts";
import { unfold } from "./unfold.ts";
import { readVersion, VERSION_LENGTH } from "./version.ts";

/**
 * Reads the head of a response that a {@link HeadScanner} has found; lines that end with LF alone, obs-fold and a repeated
 * Content-Length are accepted, other than in a request. Its fields read from `bytes` until they are told to
 * keep what they need.
 *
 * @throws {HttpMessageError} For an invalid head.
 * @example
 * ```ts
 * import { HeadScanner, HTTP_LIMITS, parseResponseHead } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
 * const place = new HeadScanner("response", HTTP_LIMITS).find(bytes, 0, bytes.length);
 * const head = place && parseResponseHead(bytes, place);
 * assertEquals([head?.status, head?.reason, head?.contentLength], [404, "Not Found", 0]);
 * ```
 */
export function parseResponseHead(read: Uint8Array, place: HeadPlace): ResponseHead {
  const { bytes, start, end } = unfold({ bytes: read, ...place }, 1);
  const version = readVersion(bytes, start);
  let at = start + VERSION_LENGTH;
  const status = bytes[at] === SP ? readStatus(bytes, at + 1) : 0;
  if (status < 100) throw invalid("status-line", "the status line has no status");
  at += 4;
  const reason = at + 1;
  // A server without a reason may leave the space before it out too.
  if (bytes[at] === SP) { while (FIELD_VALUE[bytes[++at]] === 1); }
  if (bytes[at] !== CR || bytes[at + 1] !== LF) {
    throw invalid("status-line", "the status line goes on behind the status");
  }
  const fields = new FramingFields("response");
  fields.read(bytes, at + 2, end - 2);
  if (fields.chunked && version === "1.0") throw invalid("framing", "there is a Transfer-Encoding in HTTP/1.0");
  return {
    version,
    status,
    reason: reason < at ? decodeOctets(bytes, reason, at) : "",
    headers: Fields.parsed(bytes, at + 2, end - 2),
    contentLength: fields.contentLength,
    chunked: fields.chunked,
    keepAlive: !fields.close && (version === "1.1" || fields.keepAlive),
  };
}

function readStatus(bytes: Uint8Array, at: number): number {
  let status = 0;
  for (let i = at; i < at + 3; i++) {
    const digit = bytes[i] - 48;
    if (!(digit >= 0 && digit <= 9)) return 0;
    status = status * 10 + digit;
  }
  return status;
}

/** Whether a response to a request with this method can have content, whatever its fields say (RFC 9112 §6.3). */
export function mayHaveContent(method: string, status: number): boolean {
  return method !== "HEAD" && status >= 200 && status !== 204 && status !== 304;
}

/**
 * The length of the content by the head where there is none to read: that of a HEAD or a 304 is what a GET would have
 * (RFC 9110 §8.6), a 204 has none whatever its fields say.
 */
export function lengthWithoutContent(status: number, contentLength: number | undefined): number {
  return status === 204 ? 0 : contentLength ?? 0;
}

/** Where the body of a response to a request with this method ends (RFC 9112 §6.3). */
export function responseFraming(
  head: Pick<ResponseHead, "status" | "chunked" | "contentLength">,
  method: string,
): Framing {
  const { status, chunked, contentLength } = head;
  if (status === 101 || (method === "CONNECT" && status >= 200 && status < 300)) return { kind: "tunnel" };
  if (!mayHaveContent(method, status)) return { kind: "none" };
  if (chunked) return { kind: "chunked" };
  if (contentLength === undefined) return { kind: "close" };
  return contentLength > 0 ? { kind: "length", length: contentLength } : { kind: "none" };
}
