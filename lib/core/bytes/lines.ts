import { concat } from "../../deps/std/bytes.ts";

/** Line of input, without its line end: its text, or the problem with it. */
export type Line =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text: string; readonly problem: LineProblem };

/** Problem with a line; `text` then holds its beginning, for a message. */
export type LineProblem = "too-long" | "not-utf8";

/** Limits of a {@link LineSplitter}. */
export interface LineOptions {
  /** Maximum length of a line in bytes. @default 1 MiB */
  readonly limit?: number;
  /** Number of bytes that `text` holds of a line with a problem. @default 256 */
  readonly shown?: number;
}

const MAX_LINE_BYTES = 1 << 20;
const MAX_SHOWN_BYTES = 256;
const LF = 10;
const CR = 13;

/**
 * Splits a stream of bytes into lines that end with LF or CRLF; the last line may lack its line end. At most the limit is held
 * in memory: a longer line is skipped up to its end and reported once, in its place.
 */
export class LineSplitter {
  readonly #limit: number;
  readonly #shown: number;
  readonly #strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #lossy = new TextDecoder("utf-8", { ignoreBOM: true });
  #held: Uint8Array[] = [];
  #size = 0;
  #skipping = false;

  /** Creates a splitter. */
  constructor(options: LineOptions = {}) {
    this.#limit = options.limit ?? MAX_LINE_BYTES;
    this.#shown = Math.min(options.shown ?? MAX_SHOWN_BYTES, this.#limit);
  }

  /** Adds the next bytes and returns the lines that they complete. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    const end = chunk.lastIndexOf(LF);
    if (this.#size > 0 || this.#skipping) {
      const first = chunk.indexOf(LF);
      if (first < 0) return this.#hold(chunk), lines;
      this.#hold(chunk.subarray(0, first));
      lines.push(this.#finish());
      start = first + 1;
    }
    if (end >= start) this.#block(chunk.subarray(start, end), lines);
    if (end + 1 < chunk.length) this.#hold(chunk.subarray(Math.max(start, end + 1)));
    return lines;
  }

  /** Ends the stream, and returns an incomplete last line, if any. */
  end(): Line | undefined {
    return this.#size > 0 || this.#skipping ? this.#finish() : undefined;
  }

  /** Splits complete lines: valid text is decoded in one call, which saves most of the work. */
  #block(block: Uint8Array, lines: Line[]): void {
    if (block.length <= this.#limit) {
      const text = this.#decode(block);
      if (text !== undefined) {
        for (const line of text.split("\n")) lines.push({ text: line.endsWith("\r") ? line.slice(0, -1) : line });
        return;
      }
    }
    let start = 0;
    while (start <= block.length) {
      const lf = block.indexOf(LF, start);
      const end = lf < 0 ? block.length : lf;
      lines.push(this.#line(block.subarray(start, end)));
      start = end + 1;
    }
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#size += bytes.length;
    if (this.#skipping) return;
    // One byte more than the limit, for the CR of a line of maximum length.
    if (this.#size > this.#limit + 1) this.#skipping = true;
    let piece = bytes.slice(0, this.#skipping ? this.#shown : undefined);
    // A line that arrives byte by byte must not be held as one array per byte, each many times as large as its content.
    while ((this.#held.at(-1)?.length ?? Infinity) <= piece.length) piece = concat([...this.#held.splice(-1), piece]);
    this.#held.push(piece);
  }

  #finish(): Line {
    const bytes = this.#held.length === 1 ? this.#held[0] ?? new Uint8Array() : concat(this.#held);
    const tooLong = this.#skipping;
    this.#held = [];
    this.#size = 0;
    this.#skipping = false;
    return tooLong ? this.#problem(bytes, "too-long") : this.#line(bytes);
  }

  #line(bytes: Uint8Array): Line {
    const whole = bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
    if (whole.length > this.#limit) return this.#problem(whole, "too-long");
    const text = this.#decode(whole);
    return text === undefined ? this.#problem(whole, "not-utf8") : { text };
  }

  #problem(bytes: Uint8Array, problem: LineProblem): Line {
    return { text: this.#lossy.decode(bytes.subarray(0, this.#shown)), problem };
  }

  #decode(bytes: Uint8Array): string | undefined {
    try {
      return this.#strict.decode(bytes);
    } catch {
      return undefined;
    }
  }
}

/**
 * Yields the lines of a stream, each as soon as it is complete.
 *
 * @example
 * ```ts
 * import { readLines } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = await Array.fromAsync(readLines(new Blob(["one\r\ntwo"]).stream()));
 * assertEquals(lines, [{ text: "one" }, { text: "two" }]);
 * ```
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>, options: LineOptions = {}): AsyncGenerator<Line> {
  const splitter = new LineSplitter(options);
  for await (const chunk of stream) yield* splitter.push(chunk);
  const last = splitter.end();
  if (last) yield last;
}
