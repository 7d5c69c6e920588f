import type { ChunkSink } from "../../core/bytes/chunks.ts";
import { OutputClosedError } from "../../core/errors/errors.ts";
import { fromSystem } from "../../core/errors/system_error.ts";
import { HARMFUL_CODE_UNITS } from "../../core/harmful.ts";
import { writeAllSync } from "../../core/bytes/writer.ts";
import type { Exactly } from "../grammar/exactly.ts";
import type { NoRecords, RecordOf, Records } from "../grammar/record.ts";
import { takesColour } from "./terminal.ts";
import { TextSink } from "./text_sink.ts";

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

/** How an {@link Output} goes on while its reader does not read. */
export interface FreeOptions {
  /** Where the result goes. */
  readonly stdout: ChunkSink;
  /** Where everything else goes: then nothing waits, and what finds no room is left out and counted. */
  readonly stderr?: ChunkSink;
  /** Text that may wait for a reader, in UTF-16 units. @default 1 MiB */
  readonly bound?: number;
  /** Fires when the process is asked to stop: then a reader who does not read is given up. */
  readonly signal: AbortSignal;
}

const ENOUGH = 64 * 1024;

/** Escapes a character as JSON does: each UTF-16 code unit by itself. */
function escape(char: string): string {
  return char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The result of a tool, on its way to stdout. Text is gathered until there is enough of it or nothing else to do, so
 * that a hundred thousand records take few writes and a single one does not wait.
 */
export class Output<R extends Records = NoRecords> {
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
  #beside?: Output<R>;
  #free?: { readonly out: TextSink; readonly err?: TextSink; readonly signal: AbortSignal };

  /** Makes the output of one run. */
  constructor(options: OutputOptions = {}) {
    this.json = options.json ?? false;
    this.#stdout = options.stdout ?? Deno.stdout;
    this.#stderr = options.stderr ?? Deno.stderr;
    this.terminal = !this.json && this.#stdout.isTerminal();
    this.colour = this.terminal && takesColour(this.#stdout);
  }

  /**
   * From here on no write blocks the process. With a `stderr` it is a server's, and has to be for the rest of the run: no
   * write fails or waits, and where a reader is so far behind that there is no room, lines are left out and counted.
   * Otherwise what is written says when it is to be waited for.
   *
   * The signal fires as the one given does, and when the stdout of a server (or stderr, if records go there) has failed.
   */
  free(options: FreeOptions): AbortSignal {
    const { stdout, stderr, bound, signal } = options;
    const stop = new AbortController();
    signal.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
    const failed = (error: unknown) => {
      this.#failure ??= error;
      stop.abort(error);
    };
    const lost = (lines: number) =>
      this.json ? recordLine({ event: "lost", lines }) : `(${lines} lines left out here: nobody read them in time)\n`;
    this.#free = stderr
      ? {
        out: new TextSink(stdout, { bound, lost, failed }),
        err: new TextSink(stderr, { bound, lost, failed: (error) => void (this.#beside && failed(error)) }),
        signal,
      }
      : { out: new TextSink(stdout, { bound }), signal };
    return stop.signal;
  }

  /** The same with its result on stderr: for a tool whose stdout carries somebody's data. */
  onStderr(): Output<R> {
    if (this.#beside) return this.#beside;
    this.#beside = new Output<R>({ json: this.json, stdout: this.#stderr, stderr: this.#stderr });
    const free = this.#free;
    if (free?.err) this.#beside.#free = { ...free, out: free.err };
    return this.#beside;
  }

  /** Where the record of what ended the run goes: to stderr as well, once others do. */
  get last(): Output<R> {
    return this.#beside ?? this;
  }

  /** Adds text to the result. The promise, where there is one, is to be waited for: the reader is behind, or gone. */
  write(text: string): Promise<void> | void {
    if (this.#free) return this.#free.out.write(text);
    if (this.#failure !== undefined) throw this.#failure;
    this.#held += text;
    if (this.#held.length >= ENOUGH) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setTimeout(() => this.#flushLater(), 0);
    }
  }

  /** Resolves when the reader has taken what waits, for a server that would rather wait than leave lines out; nothing when there is room. */
  room(): Promise<void> | undefined {
    return this.#free?.out.room();
  }

  /** Adds a line to the result. */
  line(text: string): Promise<void> | void {
    return this.write(text + "\n");
  }

  /**
   * Adds a record of the verb's table to the result, as one line of JSON. What could do something to a terminal stands
   * in it as escapes.
   */
  record<T extends RecordOf<R>>(value: Exactly<T, RecordOf<R>>): Promise<void> | void {
    return this.write(recordLine(value));
  }

  /** Says something beside the result, on stderr. */
  note(text: string): void {
    if (this.#free?.err) return void this.#free.err.write(text + "\n");
    this.#tryFlush();
    try {
      writeAllSync(this.#stderr, this.#encoder.encode(text + "\n"));
    } catch {
      // There is no place left to say that stderr is gone.
    }
  }

  /** Writes out what was gathered, unless that is under way anyhow. */
  flush(): void {
    if (this.#free) return;
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

  /** Writes out what was gathered, and waits until it is out; throws what has failed on the way. */
  async end(): Promise<void> {
    this.flush();
    this.#beside?.flush();
    if (!this.#free) return;
    const { out, err, signal } = this.#free;
    // Both come to their end, whatever the other does; nobody is told that nobody reads what is said beside the result.
    const [result] = await Promise.allSettled([out.end(signal), err?.end(signal)]);
    if (this.#failure !== undefined) throw this.#failure;
    if (result.status === "rejected") throw result.reason;
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
  return JSON.stringify(value).replace(HARMFUL_CODE_UNITS, escape) + "\n";
}

/** What a failed write to stdout or stderr means: its reader went away, or the disk beneath it is full. */
export function outputError(error: unknown, what = "stdout"): unknown {
  if (error instanceof Deno.errors.BrokenPipe) return new OutputClosedError(what, error);
  return fromSystem(error, { doing: "write to", what });
}
