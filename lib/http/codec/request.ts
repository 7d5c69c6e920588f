import { Fields } from "./fields/fields.ts";
import { FramingFields } from "./framing_fields.ts";
import type { Framing, HttpVersion, RequestHead, TargetForm } from "./head.ts";
import type { HeadPlace } from "./head_scanner.ts";
import { invalid } from "./invalid.ts";
import { CR, decodeOctets, LF, SP, TARGET, TOKEN } from "./octets.ts";
import { readVersion, VERSION_LENGTH } from "./version.ts";

/**
 * Reads the head of a request that a {@link HeadScanner} has found. Its fields read from `bytes` until they are told to
 * keep what they need.
 *
 * @throws {HttpMessageError} For an invalid head, with the status for the client.
 * @example
 * ```ts
 * import { HeadScanner, HTTP_LIMITS, parseRequestHead } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("GET /a?b HTTP/1.1\r\nHost: example.test\r\n\r\n");
 * const scanner = new HeadScanner("request", HTTP_LIMITS);
 * assertEquals(scanner.find(bytes, 0, 20), undefined);
 * const place = scanner.find(bytes, 0, bytes.length);
 * const head = place && parseRequestHead(bytes, place);
 * assertEquals([head?.method, head?.target, head?.host], ["GET", "/a?b", "example.test"]);
 * ```
 */
export function parseRequestHead(bytes: Uint8Array, place: HeadPlace): RequestHead {
  let at = place.start;
  while (TOKEN[bytes[at]] === 1) at++;
  const methodEnd = at;
  if (at === place.start || bytes[at] !== SP) throw invalid("request-line", "the request line has no method");
  const targetStart = ++at;
  let above = 0;
  while (TARGET[bytes[at]] === 1) above |= bytes[at++];
  const targetEnd = at;
  if (at === targetStart || bytes[at] !== SP) {
    throw invalid("request-line", "the request line has no target, or no version");
  }
  const version = readVersion(bytes, ++at);
  at += VERSION_LENGTH;
  if (bytes[at] !== CR || bytes[at + 1] !== LF) {
    throw invalid("request-line", "the request line goes on behind the version");
  }
  const fieldsStart = at + 2;
  const method = readMethod(bytes, place.start, methodEnd);
  const text = decodeOctets(bytes, targetStart, targetEnd);
  const target = above < 128 ? text : encodeAbove(text);
  const fields = new FramingFields("request");
  fields.read(bytes, fieldsStart, place.end - 2);
  if (fields.hosts === 0 && version === "1.1") throw invalid("host", "there is no Host");
  if (fields.chunked && version === "1.0") throw invalid("framing", "there is a Transfer-Encoding in HTTP/1.0");
  return new ParsedRequest(
    method,
    target,
    formOf(method, target),
    version,
    Fields.parsed(bytes, fieldsStart, place.end - 2),
    fields,
  );
}

class ParsedRequest implements RequestHead {
  readonly contentLength?: number;
  readonly chunked: boolean;
  readonly keepAlive: boolean;
  readonly expectContinue: boolean;

  constructor(
    readonly method: string,
    readonly target: string,
    readonly form: TargetForm,
    readonly version: HttpVersion,
    readonly headers: Fields,
    fields: FramingFields,
  ) {
    this.contentLength = fields.contentLength;
    this.chunked = fields.chunked;
    this.keepAlive = !fields.close && (version === "1.1" || fields.keepAlive);
    this.expectContinue = fields.expectContinue && version === "1.1";
  }

  get host(): string | undefined {
    return this.headers.get("host");
  }
}

/** The usual methods without making text of them. */
function readMethod(bytes: Uint8Array, start: number, end: number): string {
  if (end - start === 3 && bytes[start] === 71 && bytes[start + 1] === 69 && bytes[start + 2] === 84) return "GET";
  return decodeOctets(bytes, start, end);
}

function encodeAbove(text: string): string {
  return text.replace(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`);
}

function formOf(method: string, target: string): TargetForm {
  if (method === "CONNECT") {
    if (/^(?:[^/?#@:[\]]+|\[[0-9A-Fa-f:.]+\]):\d+$/.test(target)) return "authority";
  } else if (target.charCodeAt(0) === 47) return "origin";
  else if (target === "*") {
    if (method === "OPTIONS") return "asterisk";
  } else if (/^https?:\/\/[^/?#@]+(?:[/?]|$)/i.test(target)) return "absolute";
  throw invalid("target", "the request target has none of the forms there are");
}

/** Where the body of a request ends (RFC 9112 §6.3). */
export function requestFraming(head: Pick<RequestHead, "chunked" | "contentLength">): Framing {
  if (head.chunked) return { kind: "chunked" };
  return head.contentLength ? { kind: "length", length: head.contentLength } : { kind: "none" };
}
