import { OutputClosedError } from "../core/errors.ts";
import { fromSystem } from "../core/system_error.ts";
import { writeAllSync } from "../core/writer.ts";

/** What text is written to: stdout and stderr of the process, or something that a test reads. */
export interface Sink {
  /** Writes some of the bytes, and says how many. */
  writeSync(bytes: Uint8Array): number;
  /** Whether a person looks at it. */
  isTerminal(): boolean;
}

/** How the result is laid out. */
export interface OutputOptions {
  /** One JSON object per line instead of text. */
  readonly json?: boolean;
  /** Where the result goes. @default Deno.stdout */
  readonly stdout?: Sink;
  /** Where everything else goes. @default Deno.stderr */
  readonly stderr?: Sink;
}

const ENOUGH = 64 * 1024;

/** What JSON itself lets pass: DEL, C1, and the marks that turn text (see `showUntrusted`). */
const HARMFUL = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * The result of a tool, on its way to stdout. Text is gathered until there is enough of it or nothing else to do, so
 * that a hundred thousand records take few writes and a single one does not wait.
 */
export class Output {
  /** Whether the result is one JSON object per line. */
  readonly json: boolean;
  /** Whether a person looks at the result. */
  readonly terminal: boolean;
  /** Whether the result may be coloured. */
  readonly colour: boolean;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #encoder = new TextEncoder();
  #held = "";
  #scheduled = false;
  #failure: unknown;
  #beside?: Output;

  /** Makes the output of one run. */
  constructor(options: OutputOptions = {}) {
    this.json = options.json ?? false;
    this.#stdout = options.stdout ?? Deno.stdout;
    this.#stderr = options.stderr ?? Deno.stderr;
    this.terminal = !this.json && this.#stdout.isTerminal();
    this.colour = this.terminal && !Deno.noColor;
  }

  /** The same with its result on stderr: for a tool whose stdout carries somebody's data. */
  onStderr(): Output {
    return this.#beside ??= new Output({ json: this.json, stdout: this.#stderr, stderr: this.#stderr });
  }

  /** Where the record of what ended the run goes: to stderr as well, once others do. */
  get last(): Output {
    return this.#beside ?? this;
  }

  /** Adds text to the result. */
  write(text: string): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#held += text;
    if (this.#held.length >= ENOUGH) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setTimeout(() => this.#flushLater(), 0);
    }
  }

  /** Adds a line to the result. */
  line(text: string): void {
    this.write(text + "\n");
  }

  /** Adds a record to the result, as one line of JSON. What could do something to a terminal stands in it as escapes. */
  record(value: object): void {
    this.write(recordLine(value));
  }

  /** Says something beside the result, on stderr. */
  note(text: string): void {
    this.#tryFlush();
    try {
      writeAllSync(this.#stderr, this.#encoder.encode(text + "\n"));
    } catch {
      // There is no place left to say that stderr is gone.
    }
  }

  /** Writes out what was gathered. */
  flush(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#held === "") return;
    const bytes = this.#encoder.encode(this.#held);
    this.#held = "";
    try {
      writeAllSync(this.#stdout, bytes);
    } catch (error) {
      this.#failure = outputError(error);
      throw this.#failure;
    }
  }

  #flushLater(): void {
    this.#scheduled = false;
    this.#tryFlush();
  }

  #tryFlush(): void {
    try {
      this.flush();
    } catch {
      // Kept: the next write, or the end of the run, reports it.
    }
  }
}

/** A record as one line of JSON, in which nothing can do something to a terminal. */
export function recordLine(value: object): string {
  return JSON.stringify(value).replace(HARMFUL, escape) + "\n";
}

/** What a failed write to stdout means: its reader went away, or the disk beneath it is full. */
export function outputError(error: unknown): unknown {
  if (error instanceof Deno.errors.BrokenPipe) return new OutputClosedError("stdout", error);
  return fromSystem(error, { doing: "write to", what: "stdout" });
}
