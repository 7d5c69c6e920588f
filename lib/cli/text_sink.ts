import { raceSignal } from "../core/deadline.ts";
import { stdoutChunks } from "./stdio.ts";

/** Text that waits from which on whoever writes is asked to wait too. */
const BEHIND = 1 << 20;

/**
 * Text on its way to stdout, for a tool that goes on while its reader does not: no write blocks the process, so that a
 * signal is heard. What is written while another write is under way goes out in one.
 */
export class TextSink {
  readonly #sink = stdoutChunks();
  readonly #encoder = new TextEncoder();
  #held = "";
  #writing?: Promise<void>;
  #failed = false;
  #told = false;

  /** Takes text. The promise, where there is one, is to be waited for: the reader is behind, or gone. */
  write(text: string): Promise<void> | void {
    this.#held += text;
    this.#writing ??= this.#drain();
    if (!this.#failed && this.#held.length <= BEHIND) return;
    this.#told = true;
    return this.#writing;
  }

  /** Waits until all is written, or the signal fires; throws what a write threw, unless that was told before. */
  async end(signal?: AbortSignal): Promise<void> {
    if (!this.#writing || (this.#failed && this.#told)) return;
    try {
      await raceSignal(this.#writing, signal);
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }

  #drain(): Promise<void> {
    const work = async () => {
      while (this.#held !== "") {
        const bytes = this.#encoder.encode(this.#held);
        this.#held = "";
        await this.#sink.write(bytes);
      }
      this.#writing = undefined;
    };
    const writing = work();
    // Told by the next write, or at the end.
    writing.catch(() => this.#failed = true);
    return writing;
  }
}
