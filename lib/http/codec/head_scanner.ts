import { invalid, tooLarge } from "./invalid.ts";
import type { HttpLimits } from "./limits.ts";
import { CR, LF } from "./octets.ts";

/** Where a head lies in a buffer, the empty line included. */
export interface HeadPlace {
  /** Its first byte. */
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

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
   * @throws {HttpMessageError} For a line that does not end with CR LF, an empty line where none may be, a limit that was passed.
   */
  find(bytes: Uint8Array, start: number, end: number): HeadPlace | undefined {
    let lineStart = start + this.#lineStart;
    for (let at = start + this.#scanned; at < end; at++) {
      if (bytes[at] !== LF) continue;
      const bare = at === lineStart || bytes[at - 1] !== CR;
      this.#check(lineStart - start, (bare ? at : at - 1) - lineStart, at + 1 - start);
      if (bare) throw invalid("line-end", "a line ends with LF alone");
      if (at - lineStart > 1) {
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
        // One empty line before a request is forgiven (RFC 9112 §2.2).
        if (!this.#request || this.#skipped > 0) {
          throw invalid("start-line", "there is an empty line instead of a head");
        }
        this.#skipped = 2;
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
