import { concat } from "../../deps/std/bytes.ts";

/** One line of input, without its line end: text, or why there is none. */
export type Line =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text: string; readonly problem: LineProblem };

/** What can be wrong with a line; `text` then holds its beginning, for a message. */
export type LineProblem = "too-long" | "not-utf8";

/** How lines are read. */
export interface LineOptions {
  /** Bytes that a line may have. @default 1 MiB */
  readonly limit?: number;
  /** Bytes of a line with a problem that `text` holds. @default 256 */
  readonly shown?: number;
}

const LIMIT = 1 << 20;
const SHOWN = 256;
const LF = 10;
const CR = 13;

/**
 * Cuts a stream of bytes into lines that end with LF or CRLF; a last line may end with the stream. No line is held
 * beyond the limit: what is too long is passed over up to its end and reported once, in its place.
 */
export class LineSplitter {
  readonly #limit: number;
  readonly #shown: number;
  readonly #strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #lossy = new TextDecoder("utf-8", { ignoreBOM: true });
  #held: Uint8Array[] = [];
  #size = 0;
  #skipping = false;

  /** Makes a splitter. */
  constructor(options: LineOptions = {}) {
    this.#limit = options.limit ?? LIMIT;
    this.#shown = Math.min(options.shown ?? SHOWN, this.#limit);
  }

  /** Takes the next bytes and returns the lines that they complete. */
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

  /** Says that the stream has ended, and returns the line that was left open, if any. */
  end(): Line | undefined {
    return this.#size > 0 || this.#skipping ? this.#finish() : undefined;
  }

  /** Whole lines in one piece: decoded in one go where the text is sound, which is most of the work saved. */
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
    // One byte more than the limit, for the CR of a line that just fits.
    if (this.#size > this.#limit + 1) this.#skipping = true;
    let piece = bytes.slice(0, this.#skipping ? this.#shown : undefined);
    // A line that comes byte by byte must not be held as so many arrays, each many times as large as what is in it.
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
 * Reads the lines of a stream, each as soon as it is complete.
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
