import { invalid, tooLarge } from "./invalid.ts";
import type { HttpLimits } from "./limits.ts";
import { CR, encodeOctets, LF } from "./octets.ts";
import { notHttp } from "./version.ts";

/** Where a head lies in a buffer, the empty line included. */
export interface HeadPlace {
  /** Its first byte. */
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

/** Start of a status line. */
const HTTP = encodeOctets("HTTP/");

/** Empty lines that are ignored before a request line. */
const MAX_EMPTY_LINES = 16;

/**
 * Finds the end of a head in a buffer that fills, and checks line ends and limits on the way. It goes on where it
 * stopped, so that a head which comes byte by byte costs no more than one that comes at once; however it is cut, the
 * same is found.
 */
export class HeadScanner {
  readonly #limits: HttpLimits;
  readonly #request: boolean;
  /** All from the start of the buffer's first byte that was not used yet. */
  #scanned = 0;
  #lineStart = 0;
  #lines = 0;
  #skipped = 0;

  /** Makes a scanner for heads of requests or of responses. */
  constructor(kind: "request" | "response", limits: HttpLimits) {
    this.#request = kind === "request";
    this.#limits = limits;
  }

  /**
   * Looks through `bytes` from `start` up to `end`; undefined when the head is not complete. Each call has the same
   * bytes and perhaps more behind them; `start` may move with them. Once a head was found, the next call begins a new one.
   *
   * @throws {HttpMessageError} For a response that does not begin with `HTTP/`, a line of a request that does not end with CR LF, an empty line where none may be, a limit that was passed.
   */
  find(bytes: Uint8Array, start: number, end: number): HeadPlace | undefined {
    // What is another protocol may never send an empty line.
    if (!this.#request && this.#lines === 0 && !mayBeHttp(bytes, start, end)) throw notHttp();
    let lineStart = start + this.#lineStart;
    for (let at = start + this.#scanned; at < end; at++) {
      if (bytes[at] !== LF) continue;
      const length = (at > lineStart && bytes[at - 1] === CR ? at - 1 : at) - lineStart;
      const bare = lineStart + length === at;
      this.#check(lineStart - start, length, at + 1 - start);
      // A response may end its lines with LF alone (RFC 9112 §2.2); a request that does could be two to another server.
      if (bare && this.#request) throw invalid("line-end", "a line ends with LF alone");
      if (length > 0) {
        if (++this.#lines > this.#limits.fields + 1) {
          throw tooLarge(431, "fields", `there are more than ${this.#limits.fields} fields`);
        }
      } else if (this.#lines > 0) {
        const place = { start: start + this.#skipped, end: at + 1 };
        this.#scanned =
          this.#lineStart =
          this.#lines =
          this.#skipped =
            0;
        return place;
      } else {
        // Empty lines before a request are ignored (RFC 9112 §2.2).
        if (!this.#request || this.#skipped >= 2 * MAX_EMPTY_LINES) {
          throw invalid("start-line", "there is an empty line instead of a head");
        }
        this.#skipped += 2;
      }
      lineStart = at + 1;
    }
    const content = end > lineStart && bytes[end - 1] === CR ? end - 1 : end;
    this.#check(lineStart - start, content - lineStart, end - start);
    this.#scanned = end - start;
    this.#lineStart = lineStart - start;
    return undefined;
  }

  /** Of two limits that are passed, the one that was passed first counts, or it would depend on how the bytes come. */
  #check(lineStart: number, length: number, size: number): void {
    const { startLine, fieldLine, head } = this.#limits;
    const limit = this.#lines === 0 ? startLine : fieldLine;
    if (length > limit && lineStart + limit < head) {
      if (this.#lines > 0) throw tooLarge(431, "field", `a field line has more than ${limit} bytes`);
      throw tooLarge(this.#request ? 414 : 431, "start-line", `the first line has more than ${limit} bytes`);
    }
    if (size > head) throw tooLarge(431, "head", `the head has more than ${head} bytes`);
  }
}

/** Whether a response begins like one, as far as it has come. An empty line is another error. */
function mayBeHttp(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === CR || bytes[start] === LF) return true;
  for (let i = 0; i < HTTP.length && start + i < end; i++) if (bytes[start + i] !== HTTP[i]) return false;
  return true;
}

/** Whether nothing but empty lines has come, if anything: no request has begun. */
export function isEmptyLines(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== CR && bytes[at] !== LF) return false;
  return true;
}
