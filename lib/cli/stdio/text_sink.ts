import { type ChunkSink, writeInChunks } from "../../core/bytes/chunks.ts";
import { Deadline } from "../../core/time/deadline.ts";

/** How a {@link TextSink} treats a reader who is behind. */
export interface TextSinkOptions {
  /** Text, in UTF-16 units, that may wait. @default 1 MiB */
  readonly bound?: number;
  /**
   * What is said in the place of so many lines that found no room. Without it none is left out, and who writes is asked
   * to wait.
   */
  readonly lost?: (count: number) => string;
  /** Called once, when the sink fails. */
  readonly failed?: (error: unknown) => void;
}

/** What is handed over at once: a reader who takes only some of it has moved all the same. */
const CHUNK_BYTES = 64 * 1024;
/** Milliseconds without a move after which a reader is not waited for at the end, once that was asked for. */
const PATIENCE = 1000;

/**
 * Text on its way to a reader, for a tool that goes on while that does not read: no write blocks the process. What is
 * written while another write is under way goes out in one.
 */
export class TextSink {
  readonly #sink: ChunkSink;
  readonly #options: TextSinkOptions;
  readonly #bound: number;
  readonly #encoder = new TextEncoder();
  #held = "";
  #lost = 0;
  #moved = 0;
  #writing?: Promise<void>;
  #failed = false;
  #told = false;

  /** Writes to a sink. */
  constructor(sink: ChunkSink, options: TextSinkOptions = {}) {
    this.#sink = sink;
    this.#options = options;
    this.#bound = options.bound ?? 1 << 20;
  }

  /** Takes lines, whole or not at all. The promise, where there is one, is to be waited for: the reader is behind, or gone. */
  write(text: string): Promise<void> | void {
    if (text === "") return;
    if (this.#options.lost) return this.#offer(text, this.#options.lost);
    this.#hold(text);
    if (!this.#failed && this.#held.length <= this.#bound) return;
    this.#told = true;
    return this.#writing;
  }

  /** Resolves when what waits has been taken; nothing when half of what may wait has room now. Throws what a write threw. */
  room(): Promise<void> | undefined {
    return this.#held.length > this.#bound / 2 ? this.#writing : undefined;
  }

  /**
   * Waits until all is written; once the signal has fired, only for a reader who still reads. Throws what a write threw,
   * unless that was told before.
   */
  async end(signal?: AbortSignal): Promise<void> {
    if (this.#lost > 0 && this.#options.lost) this.#tellLost(this.#options.lost);
    while (this.#writing && !(this.#failed && this.#told)) {
      const hurry = signal?.aborted === true;
      const moved = this.#moved;
      using deadline = new Deadline(hurry ? { timeout: PATIENCE } : { signal }, "write");
      try {
        return await deadline.race(this.#writing);
      } catch (error) {
        if (!deadline.signal.aborted || this.#failed) throw error;
        if (hurry && this.#moved === moved) return;
      }
    }
  }

  #offer(text: string, lost: (count: number) => string): void {
    if (this.#failed) return;
    if (this.#held !== "" && this.#held.length + text.length > this.#bound) this.#lost += text.split("\n").length - 1;
    else {
      if (this.#lost > 0) this.#tellLost(lost);
      this.#hold(text);
    }
  }

  #tellLost(lost: (count: number) => string): void {
    this.#hold(lost(this.#lost));
    this.#lost = 0;
  }

  #hold(text: string): void {
    this.#held += text;
    this.#writing ??= this.#drain();
  }

  #drain(): Promise<void> {
    const work = async () => {
      while (this.#held !== "") {
        const bytes = this.#encoder.encode(this.#held);
        this.#held = "";
        await writeInChunks(this.#sink, bytes, CHUNK_BYTES, () => this.#moved++);
      }
      this.#writing = undefined;
    };
    const writing = work();
    // Told by the next write, at the end, or to who asked for it.
    writing.catch((error) => {
      this.#failed = true;
      this.#options.failed?.(error);
    });
    return writing;
  }
}
