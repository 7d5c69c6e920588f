import { type ChunkSink, writeInChunks } from "../../core/bytes/chunks.ts";
import { Deadline } from "../../core/time/deadline.ts";

/** Options of a {@link BufferedTextSink}. */
export interface BufferedTextSinkOptions {
  /** Maximum length of buffered text, in UTF-16 units. @default 1 MiB */
  readonly maxBuffered?: number;
  /**
   * Returns the notice that replaces dropped lines, from their number. Without it nothing is dropped: a write to a full
   * buffer returns a promise to wait for.
   */
  readonly droppedNotice?: (lines: number) => string;
  /** Called once, when a write fails. */
  readonly onFailure?: (error: unknown) => void;
}

/** Bytes of one write to the sink; each one that completes counts as progress of the reader. */
const WRITE_BYTES = 64 * 1024;
/** Milliseconds without progress after which {@link BufferedTextSink.end} stops waiting, once its signal has fired. */
const STALL_TIMEOUT_MS = 1000;

/**
 * Buffers text for a reader that may be slow, so that no write blocks the process. Text that is written while a write is
 * pending is joined into the next one.
 */
export class BufferedTextSink {
  readonly #sink: ChunkSink;
  readonly #options: BufferedTextSinkOptions;
  readonly #maxBuffered: number;
  readonly #encoder = new TextEncoder();
  #buffer = "";
  #droppedLines = 0;
  #completedWrites = 0;
  #writing?: Promise<void>;
  #failed = false;
  #reported = false;

  /** Creates a buffer before a sink. */
  constructor(sink: ChunkSink, options: BufferedTextSinkOptions = {}) {
    this.#sink = sink;
    this.#options = options;
    this.#maxBuffered = options.maxBuffered ?? 1 << 20;
  }

  /**
   * Adds whole lines to the buffer, or drops all of them.
   *
   * @returns A promise to wait for when the buffer is full or a write has failed, if nothing may be dropped.
   */
  write(text: string): Promise<void> | void {
    if (text === "") return;
    if (this.#options.droppedNotice) return this.#writeOrDrop(text, this.#options.droppedNotice);
    this.#append(text);
    if (!this.#failed && this.#buffer.length <= this.#maxBuffered) return;
    this.#reported = true;
    return this.#writing;
  }

  /**
   * Returns a promise that resolves when the buffer is empty, and rejects with the error of a failed write; undefined when
   * half of the buffer is free.
   */
  drained(): Promise<void> | undefined {
    return this.#buffer.length > this.#maxBuffered / 2 ? this.#writing : undefined;
  }

  /**
   * Waits until everything is written; after the signal has fired, only while the reader makes progress. Throws the error
   * of a failed write, unless {@link BufferedTextSink.write} has reported it.
   */
  async end(signal?: AbortSignal): Promise<void> {
    if (this.#droppedLines > 0 && this.#options.droppedNotice) this.#appendNotice(this.#options.droppedNotice);
    while (this.#writing && !(this.#failed && this.#reported)) {
      const stopping = signal?.aborted === true;
      const completed = this.#completedWrites;
      using deadline = new Deadline(stopping ? { timeout: STALL_TIMEOUT_MS } : { signal }, "write");
      try {
        return await deadline.race(this.#writing);
      } catch (error) {
        if (!deadline.signal.aborted || this.#failed) throw error;
        if (stopping && this.#completedWrites === completed) return;
      }
    }
  }

  #writeOrDrop(text: string, notice: (lines: number) => string): void {
    if (this.#failed) return;
    if (this.#buffer !== "" && this.#buffer.length + text.length > this.#maxBuffered) {
      this.#droppedLines += text.split("\n").length - 1;
    } else {
      if (this.#droppedLines > 0) this.#appendNotice(notice);
      this.#append(text);
    }
  }

  #appendNotice(notice: (lines: number) => string): void {
    this.#append(notice(this.#droppedLines));
    this.#droppedLines = 0;
  }

  #append(text: string): void {
    this.#buffer += text;
    this.#writing ??= this.#drain();
  }

  #drain(): Promise<void> {
    const work = async () => {
      while (this.#buffer !== "") {
        const bytes = this.#encoder.encode(this.#buffer);
        this.#buffer = "";
        await writeInChunks(this.#sink, bytes, WRITE_BYTES, () => this.#completedWrites++);
      }
      this.#writing = undefined;
    };
    const writing = work();
    // The error is reported by the next write, by end(), or to a caller that waits for the promise.
    writing.catch((error) => {
      this.#failed = true;
      this.#options.onFailure?.(error);
    });
    return writing;
  }
}
