import type { ChunkSink } from "../../core/bytes/chunks.ts";
import { OutputClosedError } from "../../core/errors/errors.ts";
import { fromSystem } from "../../core/errors/system_error.ts";
import { HARMFUL_CODE_UNITS } from "../../core/harmful.ts";
import { writeAllSync } from "../../core/bytes/writer.ts";
import type { Exactly } from "../grammar/exactly.ts";
import type { NoRecords, RecordOf, Records } from "../grammar/record.ts";
import type { Sink } from "./sink.ts";
import { supportsColour } from "./terminal.ts";
import { BufferedTextSink } from "./buffered_text_sink.ts";

/** Options of an {@link Output}. */
export interface OutputOptions {
  /** Whether the result is one JSON object per line instead of text. @default false */
  readonly json?: boolean;
  /** Destination of the result. @default Deno.stdout */
  readonly stdout?: Sink;
  /** Destination of everything else. @default Deno.stderr */
  readonly stderr?: Sink;
}

/** Options of {@link Output.makeNonBlocking}. */
export interface NonBlockingOptions {
  /** Destination of the result. */
  readonly stdout: ChunkSink;
  /** Destination of everything else. If given, no write waits: lines that exceed the buffer are dropped and counted. */
  readonly stderr?: ChunkSink;
  /** Maximum length of buffered text, in UTF-16 units. @default 1 MiB */
  readonly maxBuffered?: number;
  /** Fires when the process is asked to stop; a stalled reader is not waited for after that. */
  readonly signal: AbortSignal;
}

/** Length of gathered text, in UTF-16 units, from which on it is written at once. */
const FLUSH_LENGTH = 64 * 1024;

/** Escapes a character as JSON does: each UTF-16 code unit by itself. */
function escape(char: string): string {
  return char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Writes the result of a tool to stdout, and everything else to stderr. Text is gathered until there is enough of it or
 * the event loop is idle, so that a hundred thousand records take few writes and a single one is written at once.
 */
export class Output<R extends Records = NoRecords> {
  /** Whether the result is one JSON object per line. */
  readonly json: boolean;
  /** Whether the result is text for a terminal. */
  readonly terminal: boolean;
  /** Whether the result may be coloured. */
  readonly colour: boolean;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #encoder = new TextEncoder();
  #buffer = "";
  #scheduled = false;
  #failure: unknown;
  #onStderr?: Output<R>;
  #nonBlocking?: { readonly out: BufferedTextSink; readonly err?: BufferedTextSink; readonly signal: AbortSignal };

  /** Creates the output of one run. */
  constructor(options: OutputOptions = {}) {
    this.json = options.json ?? false;
    this.#stdout = options.stdout ?? Deno.stdout;
    this.#stderr = options.stderr ?? Deno.stderr;
    this.terminal = !this.json && this.#stdout.isTerminal();
    this.colour = this.terminal && supportsColour(this.#stdout);
  }

  /**
   * Makes all further writes non-blocking. With `stderr` (for servers) no write fails or waits: lines that exceed the
   * buffer are dropped and counted. Without it, a write returns a promise when its reader is behind.
   *
   * @returns A signal that fires with the given one, and when the stdout of a server (or stderr, if records go there) has
   * failed.
   */
  makeNonBlocking(options: NonBlockingOptions): AbortSignal {
    const { stdout, stderr, maxBuffered, signal } = options;
    const stop = new AbortController();
    signal.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
    const onFailure = (error: unknown) => {
      this.#failure ??= error;
      stop.abort(error);
    };
    const droppedNotice = (lines: number) =>
      this.json ? recordLine({ event: "lost", lines }) : `(${lines} lines dropped: output was not read in time)\n`;
    this.#nonBlocking = stderr
      ? {
        out: new BufferedTextSink(stdout, { maxBuffered, droppedNotice, onFailure }),
        err: new BufferedTextSink(stderr, {
          maxBuffered,
          droppedNotice,
          onFailure: (error) => void (this.#onStderr && onFailure(error)),
        }),
        signal,
      }
      : { out: new BufferedTextSink(stdout, { maxBuffered }), signal };
    return stop.signal;
  }

  /** Returns an output whose result goes to stderr, for a tool that writes received data to stdout. */
  onStderr(): Output<R> {
    if (this.#onStderr) return this.#onStderr;
    this.#onStderr = new Output<R>({ json: this.json, stdout: this.#stderr, stderr: this.#stderr });
    const nonBlocking = this.#nonBlocking;
    if (nonBlocking?.err) this.#onStderr.#nonBlocking = { ...nonBlocking, out: nonBlocking.err };
    return this.#onStderr;
  }

  /** The output for the record of an error that ends the run: on stderr if records go there. */
  get forError(): Output<R> {
    return this.#onStderr ?? this;
  }

  /** Adds text to the result. A returned promise is to be waited for: the reader is behind, or has closed the output. */
  write(text: string): Promise<void> | void {
    if (this.#nonBlocking) return this.#nonBlocking.out.write(text);
    if (this.#failure !== undefined) throw this.#failure;
    this.#buffer += text;
    if (this.#buffer.length >= FLUSH_LENGTH) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setTimeout(() => this.#flushLater(), 0);
    }
  }

  /**
   * Returns a promise that resolves when the buffer is empty, for a server that waits instead of dropping lines; undefined
   * when the buffer has room.
   */
  drained(): Promise<void> | undefined {
    return this.#nonBlocking?.out.drained();
  }

  /** Adds a line to the result. */
  line(text: string): Promise<void> | void {
    return this.write(text + "\n");
  }

  /**
   * Adds a record of the verb's table to the result, as one line of JSON. Characters that could control a terminal are
   * escaped.
   */
  record<T extends RecordOf<R>>(value: Exactly<T, RecordOf<R>>): Promise<void> | void {
    return this.write(recordLine(value));
  }

  /** Writes a line to stderr. */
  note(text: string): void {
    if (this.#nonBlocking?.err) return void this.#nonBlocking.err.write(text + "\n");
    this.#tryFlush();
    try {
      writeAllSync(this.#stderr, this.#encoder.encode(text + "\n"));
    } catch {
      // A failure of stderr cannot be reported.
    }
  }

  /** Writes the gathered text. Has no effect on non-blocking output, which is written as it comes. */
  flush(): void {
    if (this.#nonBlocking) return;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#buffer === "") return;
    const bytes = this.#encoder.encode(this.#buffer);
    this.#buffer = "";
    try {
      writeAllSync(this.#stdout, bytes);
    } catch (error) {
      this.#failure = outputError(error);
      throw this.#failure;
    }
  }

  /** Writes the gathered text and waits until all output is written. Throws the error of a failed write. */
  async end(): Promise<void> {
    this.flush();
    this.#onStderr?.flush();
    if (!this.#nonBlocking) return;
    const { out, err, signal } = this.#nonBlocking;
    // Each is written to its end even if the other fails; only a failure of the result is reported.
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
      // The error is stored: the next write, or the end of the run, reports it.
    }
  }
}

/** Returns a record as one line of JSON without characters that could control a terminal. */
export function recordLine(value: object): string {
  return JSON.stringify(value).replace(HARMFUL_CODE_UNITS, escape) + "\n";
}

/** Returns the error for a failed write to stdout or stderr: closed by its reader, or an error of the system such as a full disk. */
export function outputError(error: unknown, what = "stdout"): unknown {
  if (error instanceof Deno.errors.BrokenPipe) return new OutputClosedError(what, error);
  return fromSystem(error, { doing: "write to", what });
}
