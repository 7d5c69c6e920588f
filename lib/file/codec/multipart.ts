import { boundaryOf, FormError, readPartHead } from "./part_head.ts";

export { FormError };

/** Parts of a form as it is parsed: the head of a part, some of its bytes, its end. */
export type FormEvent =
  | { readonly kind: "part"; readonly name: string; readonly fileName?: string }
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

const TAB = 9;
const LF = 10;
const CR = 13;
const SP = 32;
const DASH = 45;
const MAX_HEAD_BYTES = 8192;
const MAX_PARTS = 1000;
const MAX_PADDING_BYTES = 1024;
const CRLF = new Uint8Array([13, 10]);
const HEAD_END = new Uint8Array([13, 10, 13, 10]);

/** Returns the boundary of a `multipart/form-data` Content-Type (RFC 2046 §5.1.1); undefined when it has none. */
export function formBoundary(contentType: string | undefined): string | undefined {
  return boundaryOf(contentType, "multipart/form-data");
}

/**
 * Reads `multipart/form-data` (RFC 7578, RFC 2046 §5.1) piece by piece: with a preamble and an epilogue, white space behind
 * boundaries, and files that are nested in `multipart/mixed`. Lines end with CR LF; heads have at most 8 KiB, forms at
 * most 1,000 parts. No more of a part is held than a boundary has bytes.
 *
 * @example
 * ```ts
 * import { FormReader } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const reader = new FormReader("b");
 * const form = '--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nhello\r\n--b--\r\n';
 * const kinds = [...reader.feed(new TextEncoder().encode(form))].map((event) => event.kind);
 * assertEquals([kinds, reader.done], [["part", "data", "end"], true]);
 * ```
 */
export class FormReader {
  /** Whether the closing boundary was seen: until then something is missing. */
  done = false;
  readonly #delimiter: Uint8Array;
  /** The name of the field whose files these are, in `multipart/mixed`. */
  readonly #field?: string;
  #state: "preamble" | "boundary" | "head" | "data" = "preamble";
  // As if a line had ended before: the first boundary may be at the very beginning.
  #held: Uint8Array = CRLF;
  #parts = 0;
  #nested?: FormReader;

  /** Begins a form with this boundary; or, with the name of a field, the files that it holds. */
  constructor(boundary: string, field?: string) {
    this.#delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
    this.#field = field;
  }

  /**
   * Takes more of the body. The bytes of an event are valid until the next one.
   *
   * @throws {FormError} For an invalid form.
   */
  *feed(bytes: Uint8Array): Generator<FormEvent> {
    this.#held = this.#held.length === 0 ? bytes : join(this.#held, bytes);
    while (!this.done) {
      const before = this.#held.length;
      const state = this.#state;
      if (state === "preamble") this.#preamble();
      else if (state === "boundary") this.#boundary();
      else if (state === "head") yield* this.#head();
      else yield* this.#data();
      if (this.#state === state && (state !== "data" || this.#held.length === before)) break;
    }
    // What is held until more comes must not change with the reader's buffer.
    this.#held = this.done ? new Uint8Array() : this.#held.slice();
  }

  /** Skips what comes before the first boundary. */
  #preamble(): void {
    const at = indexOf(this.#held, this.#delimiter);
    this.#held = this.#held.subarray(at >= 0 ? at + this.#delimiter.length : beginOf(this.#held, this.#delimiter));
    if (at >= 0) this.#state = "boundary";
  }

  /** Reads the rest of the line behind a boundary: the two dashes of the last one, or nothing but white space. */
  #boundary(): void {
    const held = this.#held;
    if (held[0] === DASH && (held.length < 2 || held[1] === DASH)) {
      this.done = held.length >= 2;
      return;
    }
    const end = held.findIndex((byte) => byte !== SP && byte !== TAB);
    const count = end < 0 ? held.length : end;
    if (count > MAX_PADDING_BYTES) {
      throw new FormError(`more than ${MAX_PADDING_BYTES} bytes of white space behind a boundary`);
    }
    if (end < 0 || (held[end] === CR && end + 1 === held.length)) return;
    if (held[end] === LF) throw new FormError("lines of a form end with CR LF, not with LF alone");
    if (held[end] !== CR || held[end + 1] !== LF) throw new FormError("there is text behind a boundary");
    // The line end stays: it is also the one before an empty head.
    this.#held = held.subarray(end);
    this.#state = "head";
    if (++this.#parts > MAX_PARTS) throw new FormError(`there are more than ${MAX_PARTS} parts`);
  }

  *#head(): Generator<FormEvent> {
    const end = indexOf(this.#held, HEAD_END);
    if (end > MAX_HEAD_BYTES || (end < 0 && this.#held.length > MAX_HEAD_BYTES)) {
      throw new FormError(`the head of a part has more than ${MAX_HEAD_BYTES} bytes`);
    }
    if (end < 0) return;
    const { nested, ...part } = readPartHead(this.#held.subarray(CRLF.length, Math.max(CRLF.length, end)), this.#field);
    this.#held = this.#held.subarray(end + HEAD_END.length);
    this.#state = "data";
    if (nested === undefined) yield part;
    else if (this.#field !== undefined) throw new FormError("multipart/mixed is nested twice");
    else this.#nested = new FormReader(nested, part.name);
  }

  *#data(): Generator<FormEvent> {
    const held = this.#held;
    const delimiter = this.#delimiter;
    const end = indexOf(held, delimiter);
    // Without a boundary all is data but the end, where one may have begun.
    const count = end >= 0 ? end : beginOf(held, delimiter);
    if (count > 0) yield* this.#content(held.subarray(0, count));
    this.#held = held.subarray(count);
    if (end < 0) return;
    this.#held = held.subarray(end + delimiter.length);
    this.#state = "boundary";
    if (this.#nested?.done === false) throw new FormError("incomplete multipart/mixed");
    if (!this.#nested) yield { kind: "end" };
    this.#nested = undefined;
  }

  *#content(bytes: Uint8Array): Generator<FormEvent> {
    if (!this.#nested) yield { kind: "data", bytes };
    else {
      for (const event of this.#nested.feed(bytes)) {
        if (event.kind === "part" && ++this.#parts > MAX_PARTS) {
          throw new FormError(`there are more than ${MAX_PARTS} parts`);
        }
        yield event;
      }
    }
  }
}

/** Where `pattern` stands in `bytes`; -1 when it does not. */
function indexOf(bytes: Uint8Array, pattern: Uint8Array): number {
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (at + pattern.length > bytes.length) return -1;
    if (startsWith(bytes.subarray(at, at + pattern.length), pattern)) return at;
  }
  return -1;
}

/** Where the beginning of `pattern` stands at the end of `bytes`; their length when it does not. */
function beginOf(bytes: Uint8Array, pattern: Uint8Array): number {
  const from = Math.max(0, bytes.length - pattern.length + 1);
  for (let at = bytes.indexOf(CR, from); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (startsWith(pattern, bytes.subarray(at))) return at;
  }
  return bytes.length;
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.length <= bytes.length && beginning.every((byte, i) => byte === bytes[i]);
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
