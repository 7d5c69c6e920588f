import { trim } from "./fields/fields.ts";
import { HttpMessageError, invalid, tooLarge, unsupported } from "./invalid.ts";
import { allIn, AUTHORITY, COLON, CR, decodeOctets, FIELD_VALUE, isBlank, LF, TOKEN, trimBlanks } from "./octets.ts";

/** Kinds of sections that field lines belong to. */
export type SectionKind = "request" | "response" | "request-trailers" | "response-trailers";

/**
 * Checks field lines, and takes out of them what decides where a message ends and what becomes of the connection. It
 * makes no text of a field that is not one of these.
 */
export class FramingFields {
  /** Number of Host fields. */
  hosts = 0;
  /** Content-Length. */
  contentLength?: number;
  /** Whether Transfer-Encoding says `chunked`. */
  chunked = false;
  /** Whether Connection says `close`. */
  close = false;
  /** Whether Connection says `keep-alive`. */
  keepAlive = false;
  /** Whether Expect says `100-continue`. */
  expectContinue = false;
  readonly #kind: SectionKind;
  #codings = "";

  /** Host and Expect mean something in a request only, the trailers of a response nothing at all (RFC 9110 §6.5.1). */
  constructor(kind: SectionKind) {
    this.#kind = kind;
  }

  /**
   * Reads the field lines from `start` up to `end`, where the empty line begins; each is known to end with CR LF.
   *
   * @throws {HttpMessageError} When a field is invalid, or two contradict each other.
   */
  read(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end;) {
      const name = at;
      while (TOKEN[bytes[at]] === 1) at++;
      const nameEnd = at;
      // Blanks before a colon are removed from a response, and a request with them is rejected (RFC 9112 §5.1).
      if (this.#kind === "response" && at > name) { while (isBlank(bytes[at])) at++; }
      if (at === name || bytes[at] !== COLON) throw nameError(bytes, name, at);
      const colon = at++;
      while (FIELD_VALUE[bytes[at]] === 1) at++;
      if (bytes[at] !== CR || bytes[at + 1] !== LF) {
        throw invalid("field-value", "a field has a control character in its value");
      }
      this.#take(bytes, name, nameEnd, colon, at);
      at += 2;
    }
    if (this.#codings !== "") this.#chunked();
  }

  #take(bytes: Uint8Array, name: number, nameEnd: number, colon: number, end: number): void {
    if (this.#kind === "response-trailers") return;
    switch (nameEnd - name) {
      case 4:
        if (this.#kind !== "response" && is(bytes, name, "host")) this.#host(bytes, colon + 1, end);
        break;
      case 6:
        if (this.#kind === "request" && is(bytes, name, "expect")) this.#expect(value(bytes, colon + 1, end));
        break;
      case 10:
        if (is(bytes, name, "connection")) this.#connection(value(bytes, colon + 1, end));
        break;
      case 14:
        if (is(bytes, name, "content-length")) this.#length(value(bytes, colon + 1, end));
        break;
      case 17:
        if (is(bytes, name, "transfer-encoding")) this.#codings += `,${value(bytes, colon + 1, end)}`;
        break;
    }
  }

  #host(bytes: Uint8Array, start: number, end: number): void {
    const [from, to] = trim(bytes, start, end);
    if (!allIn(AUTHORITY, bytes, from, to)) throw invalid("host", "invalid Host");
    if (++this.hosts > 1) throw invalid("host", "there is more than one Host");
  }

  #expect(value: string): void {
    if (value.toLowerCase() !== "100-continue") {
      throw new HttpMessageError(417, "http-unsupported-expectation", "nothing but 100-continue can be expected");
    }
    this.expectContinue = true;
  }

  #connection(value: string): void {
    for (const option of value.toLowerCase().split(",")) {
      if (option.trim() === "close") this.close = true;
      if (option.trim() === "keep-alive") this.keepAlive = true;
    }
  }

  /** In a response it may be repeated, with the same value each time (RFC 9110 §8.6). */
  #length(value: string): void {
    const response = this.#kind === "response";
    const lengths = response ? elements(value) : [value];
    if (lengths.length === 0 || !lengths.every((length) => /^\d+$/.test(length))) {
      throw invalid("content-length", "invalid Content-Length: not a number");
    }
    for (const length of lengths.map(Number)) {
      if (!Number.isSafeInteger(length)) throw tooLarge(413, "body", "Content-Length is beyond all bounds");
      if (this.contentLength !== undefined && !(response && this.contentLength === length)) {
        throw invalid("content-length", "there is more than one Content-Length");
      }
      this.contentLength = length;
    }
  }

  /**
   * Nothing but one `chunked` is spoken here, and it has to be the last coding (RFC 9112 §6.1). In a response empty
   * elements (RFC 9110 §5.6.1) and a leading `identity` (RFC 2616 §3.6) say nothing.
   */
  #chunked(): void {
    const list = this.#codings.slice(1).toLowerCase();
    const codings = this.#kind === "response"
      ? withoutLeading("identity", elements(list))
      : list.split(",").map(trimBlanks);
    if (codings.length === 0) return;
    if (this.contentLength !== undefined) {
      throw invalid("framing", "there are both Content-Length and Transfer-Encoding");
    }
    const place = codings.indexOf("chunked");
    if (place >= 0 && place < codings.length - 1) throw invalid("transfer-encoding", "chunked is not the last coding");
    if (place !== 0) {
      if (codings.some((coding) => !/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(coding))) {
        throw invalid("transfer-encoding", "invalid Transfer-Encoding");
      }
      throw unsupported(501, "transfer-encoding", "no transfer coding but chunked is spoken here");
    }
    this.chunked = true;
  }
}

/** The elements of a list, without the empty ones. */
function elements(list: string): string[] {
  return list.split(",").map(trimBlanks).filter((element) => element !== "");
}

function withoutLeading(coding: string, codings: readonly string[]): string[] {
  const first = codings.findIndex((other) => other !== coding);
  return first < 0 ? [] : codings.slice(first);
}

function nameError(bytes: Uint8Array, name: number, at: number): HttpMessageError {
  const blank = isBlank(bytes[at]);
  if (blank && at === name) return invalid("folding", "a field goes on in the next line");
  if (blank) return invalid("field-name", "there is space before a field's colon");
  return invalid("field-name", "a field line has no name");
}

/** Whether a name is there, in whatever case; `lower` is as long as the name. */
function is(bytes: Uint8Array, at: number, lower: string): boolean {
  for (let i = 0; i < lower.length; i++) {
    // What differs in this bit alone is the same letter; the one other pair of tokens, `^` and `~`, is in no name here.
    if ((bytes[at + i] | 0x20) !== lower.charCodeAt(i)) return false;
  }
  return true;
}

function value(bytes: Uint8Array, start: number, end: number): string {
  return decodeOctets(bytes, ...trim(bytes, start, end));
}
