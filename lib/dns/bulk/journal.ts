import { fromSystem, openForAppending, SystemError } from "../../core/mod.ts";
import { ListDigest } from "./list_digest.ts";

/** The file that the records of a run go to, if they go to one. */
export interface OutputFile {
  /** Number that tells the file from others. */
  readonly inode: number;
  /** Its size in bytes. */
  readonly size: number;
}

/** Access to the file that records go to. */
export interface OutputAccess {
  /** Returns the file, or undefined when the records go elsewhere, such as into a pipe. */
  state(): OutputFile | undefined;
  /** Cuts the file. */
  truncate(size: number): void;
}

const NAME = "toucan bulk journal";
const HEAD = `${NAME} 2`;
const NONE: readonly number[] = [];

/**
 * Notes which questions are finished, so that a run that was killed at any time can be continued. Before records are
 * written, their positions and the size of the output file are noted; afterwards, that they are written. A run that finds
 * a note without its end cuts the output file back to the noted size and repeats those questions: into a file each record
 * is written exactly once. Into a pipe, the records of that one note may come twice; none is lost. Each note has a digest of
 * the list up to there, so that another list is refused.
 */
export class Journal {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #output: OutputAccess;
  readonly #encoder = new TextEncoder();
  readonly #finished = new Positions();
  readonly #list = new ListDigest();
  /** The list up to the last note of the runs before. */
  #known = "";
  #knownCount = 0;

  private constructor(path: string, file: Deno.FsFile, output: OutputAccess) {
    this.#path = path;
    this.#file = file;
    this.#output = output;
  }

  /**
   * Opens a journal, or creates it; the output file of a killed run is cut back. `about` says what the run is about, such
   * as its types: a journal of another run is refused.
   *
   * @throws {SystemError} `invalid-journal`, `output-changed`, and those of the file.
   */
  static async open(path: string, about: string, output: OutputAccess): Promise<Journal> {
    let file: Deno.FsFile | undefined;
    try {
      file = openForAppending(path);
      const text = await Deno.readTextFile(path);
      const journal = new Journal(path, file, output);
      journal.#restore(text, about);
      return journal;
    } catch (error) {
      file?.close();
      throw fromSystem(error, { doing: "open", what: path });
    }
  }

  /** Returns whether the question at this position is finished. */
  has(position: number): boolean {
    return this.#finished.has(position);
  }

  /** Number of questions that are finished. */
  get size(): number {
    return this.#finished.size;
  }

  /** Whether so much of the list was read that it is known to be that of the runs before. */
  get isChecked(): boolean {
    return this.#list.count >= this.#knownCount;
  }

  /**
   * Takes the next input of the list.
   *
   * @throws {SystemError} `invalid-journal` for another list than that of the runs before.
   */
  read(input: string): void {
    this.#list.add(input);
    if (this.#list.count === this.#knownCount && `${this.#list}` !== this.#known) throw this.#otherList();
  }

  /**
   * Takes the end of the list.
   *
   * @throws {SystemError} `invalid-journal` for another list than that of the runs before.
   */
  endOfList(): void {
    if (!this.isChecked) throw this.#otherList();
  }

  #otherList(): SystemError {
    return this.#invalid("it is of another list");
  }

  #invalid(why: string): SystemError {
    return new SystemError(`cannot resume from ${this.#path}: ${why}`, {
      code: "invalid-journal",
      operation: "resume",
    });
  }

  /** Writes records by `write`, which must have handed them to the system when it returns, and notes their positions. */
  record(positions: readonly number[], write: () => void): void {
    if (positions.length === 0) return;
    const state = this.#output.state();
    const place = state ? `${state.inode} ${state.size}` : "- -";
    this.#append(`begin ${this.#list} ${place} ${formatRanges(positions)}\n`);
    write();
    this.#append("end\n");
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  #restore(text: string, about: string): void {
    const head = `${HEAD} ${JSON.stringify(about)}`;
    // A line without its end was not written to its end: nothing was done after it.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const [first, ...lines] = whole.split("\n").slice(0, -1);
    if (first === undefined) {
      if (text !== "" && !head.startsWith(text)) throw this.#invalid("it is not a journal");
      this.#append(`${text === "" ? "" : "\n"}${head}\n`);
      return;
    }
    if (first !== head) {
      throw this.#invalid(first.startsWith(NAME) ? "it is of a run with other types" : "it is not a journal");
    }
    if (whole !== text) this.#append("\n");
    let open: { readonly place: string; readonly positions: readonly number[] } | undefined;
    for (const line of lines) {
      const [, list, place = "", ranges = ""] = /^begin (\d+:[\da-f]{16}) (\d+ \d+|- -) ([\d,-]+)$/.exec(line) ?? [];
      if (list !== undefined) this.#known = list;
      if (line === "end") {
        for (const position of open?.positions ?? NONE) this.#finished.add(position);
        open = undefined;
      } else if (place !== "") open = { place, positions: parseRanges(ranges) };
    }
    this.#knownCount = Number.parseInt(this.#known) || 0;
    if (open && open.place !== "- -") this.#cut(open.place);
  }

  /** Cuts the output back to where the records begin that may not have been written to their end. */
  #cut(place: string): void {
    const [inode, size] = place.split(" ").map(Number);
    const state = this.#output.state();
    if (!state || size === undefined || state.inode !== inode) return;
    if (state.size < size) {
      throw new SystemError(`the output has ${state.size} bytes, but had ${size} bytes when the run was interrupted`, {
        code: "output-changed",
        operation: "resume",
      });
    }
    if (state.size > size) this.#output.truncate(size);
  }

  #append(text: string): void {
    const bytes = this.#encoder.encode(text);
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }
}

/** A set of positions that are mostly consecutive: all below a mark, and some above it. */
class Positions {
  readonly #above = new Set<number>();
  #mark = 0;

  /** Number of positions. */
  get size(): number {
    return this.#mark + this.#above.size;
  }

  has(position: number): boolean {
    return position < this.#mark || this.#above.has(position);
  }

  add(position: number): void {
    if (position < this.#mark) return;
    this.#above.add(position);
    while (this.#above.delete(this.#mark)) this.#mark++;
  }
}

function formatRanges(positions: readonly number[]): string {
  const sorted = [...positions].sort((one, other) => one - other);
  const ranges: string[] = [];
  for (let at = 0; at < sorted.length;) {
    const first = sorted[at] ?? 0;
    let last = first;
    while (sorted[++at] === last + 1) last++;
    ranges.push(first === last ? `${first}` : `${first}-${last}`);
  }
  return ranges.join(",");
}

function parseRanges(text: string): number[] {
  return text.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
}
