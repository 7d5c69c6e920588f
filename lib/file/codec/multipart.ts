/** What comes out of a form that is read: the head of a part, some of its bytes, its end. */
export type FormEvent =
  | { readonly kind: "part"; readonly name: string; readonly fileName?: string }
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

/** A body that is no `multipart/form-data`, or passes a limit. */
export class FormError extends Error {}

const CR = 13;
const DASH = 45;
const LARGEST_HEAD = 8192;
const MOST_PARTS = 1000;
const CRLF = new Uint8Array([13, 10]);
const HEAD_END = new Uint8Array([13, 10, 13, 10]);

/** The boundary of a `multipart/form-data` Content-Type; undefined when it is none. */
export function formBoundary(contentType: string | undefined): string | undefined {
  const match = /^multipart\/form-data\s*;\s*boundary=(?:"([^"\\]{1,70})"|([\w'()+,\-./:=?]{1,70}))\s*$/i
    .exec(contentType ?? "");
  return match?.[1] ?? match?.[2];
}

/**
 * Reads `multipart/form-data` (RFC 7578) piece by piece, strictly: no text before the first boundary, CR LF only, heads of
 * at most 8 KiB, at most 1,000 parts. No more of a part is held than a boundary has bytes.
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
  #state: "start" | "boundary" | "head" | "data" = "start";
  #held: Uint8Array = new Uint8Array();
  #parts = 0;

  /** Begins a form with this boundary. */
  constructor(boundary: string) {
    this.#delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
  }

  /**
   * Takes more of the body. The bytes of an event are valid until the next one.
   *
   * @throws {FormError} When this is no form.
   */
  *feed(bytes: Uint8Array): Generator<FormEvent> {
    this.#held = this.#held.length === 0 ? bytes : join(this.#held, bytes);
    while (!this.done) {
      const before = this.#held.length;
      const state = this.#state;
      if (state === "data") yield* this.#data();
      else if (state === "head") yield* this.#head();
      else this.#boundary();
      if (this.#state === state && (state !== "data" || this.#held.length === before)) break;
    }
    // What is held until more comes must not change with the reader's buffer.
    this.#held = this.done ? new Uint8Array() : this.#held.slice();
  }

  /** Where a boundary has to stand: the first one has no line end before it. */
  #boundary(): void {
    const whole = this.#delimiter;
    const delimiter = this.#state === "start" ? whole.subarray(2) : whole;
    if (this.#held.length < delimiter.length + 2) return this.#fits(delimiter);
    this.#fits(delimiter);
    const rest = this.#held.subarray(delimiter.length);
    const last = rest[0] === DASH && rest[1] === DASH;
    if (!last && !startsWith(rest, CRLF)) throw new FormError("a boundary goes on behind its end");
    this.#held = rest.subarray(2);
    this.done = last;
    this.#state = "head";
    if (!last && ++this.#parts > MOST_PARTS) throw new FormError(`there are more than ${MOST_PARTS} parts`);
  }

  #fits(delimiter: Uint8Array): void {
    const length = Math.min(delimiter.length, this.#held.length);
    if (!startsWith(this.#held, delimiter.subarray(0, length))) throw new FormError("there is no boundary");
  }

  *#head(): Generator<FormEvent> {
    const end = indexOf(this.#held, HEAD_END);
    if (end > LARGEST_HEAD || (end < 0 && this.#held.length > LARGEST_HEAD)) {
      throw new FormError(`the head of a part has more than ${LARGEST_HEAD} bytes`);
    }
    if (end < 0) return;
    const part = readHead(this.#held.subarray(0, end));
    this.#held = this.#held.subarray(end + HEAD_END.length);
    this.#state = "data";
    yield part;
  }

  *#data(): Generator<FormEvent> {
    const held = this.#held;
    const delimiter = this.#delimiter;
    const end = indexOf(held, delimiter);
    // Without a boundary all is data but the end, where one may have begun.
    const count = end >= 0 ? end : beginOf(held, delimiter);
    if (count > 0) yield { kind: "data", bytes: held.subarray(0, count) };
    this.#held = held.subarray(count);
    if (end < 0) return;
    this.#state = "boundary";
    yield { kind: "end" };
  }
}

function readHead(bytes: Uint8Array): FormEvent {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormError("the head of a part is not UTF-8");
  }
  const lines = text.split("\r\n").filter((line) => /^content-disposition[\t ]*:/i.test(line));
  const value = /^[^:]*:[\t ]*form-data(;.*)$/i.exec(lines[0] ?? "")?.[1];
  if (value === undefined || lines.length > 1) throw new FormError("a part has no Content-Disposition of a form");
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted = ""] of value.matchAll(/;[\t ]*([\w*]+)="((?:\\"|[^"])*)"/g)) {
    if (parameters.has(name.toLowerCase())) throw new FormError("a part has a parameter twice");
    parameters.set(name.toLowerCase(), unquote(quoted));
  }
  const name = parameters.get("name");
  if (name === undefined) throw new FormError("a part has no name");
  return { kind: "part", name, fileName: parameters.get("filename") };
}

/** Browsers write a quote, CR and LF in a name as percent-encodings, and nothing else; curl writes a backslash. */
function unquote(text: string): string {
  return text.replaceAll('\\"', '"').replaceAll(/%22/g, '"').replaceAll(/%0D/gi, "\r").replaceAll(/%0A/gi, "\n");
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
