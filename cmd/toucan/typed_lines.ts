import { type Output, readStdin } from "../../lib/cli/mod.ts";
import { raceSignal, writeAllSync } from "../../lib/core/mod.ts";

const LF = "\n";
/** Maximum length of a typed line, in UTF-16 units; a terminal holds 4096 bytes. */
const MAX_LINE_LENGTH = 64 * 1024;

/** Lines that are typed at stdin, each after a prompt. */
export class TypedLines {
  readonly #output: Pick<Output, "flush">;
  readonly #signal: AbortSignal;
  readonly #decoder = new TextDecoder();
  #held = "";

  /** Prompts on stderr, after all that the output holds. */
  constructor(output: Pick<Output, "flush">, signal: AbortSignal) {
    this.#output = output;
    this.#signal = signal;
  }

  /** Returns the next line, without its line end; null at the end of stdin. */
  async next(prompt: string): Promise<string | null> {
    this.#output.flush();
    writeAllSync(Deno.stderr, new TextEncoder().encode(prompt));
    const buffer = new Uint8Array(4096);
    while (!this.#held.includes(LF)) {
      const count = await raceSignal(readStdin(buffer), this.#signal);
      if (count === null) return null;
      this.#held += this.#decoder.decode(buffer.subarray(0, count), { stream: true });
      if (this.#held.length > MAX_LINE_LENGTH) this.#held = this.#held.slice(0, MAX_LINE_LENGTH) + LF;
    }
    const end = this.#held.indexOf(LF);
    const line = this.#held.slice(0, end).replace(/\r$/, "");
    this.#held = this.#held.slice(end + 1);
    return line;
  }

  /** Waits for Enter; resolves to false if the tour is to end: at q, and at the end of input on a terminal. */
  async goesOn(): Promise<boolean> {
    const line = await this.next("press Enter for the next leg, or q and Enter to leave\n");
    if (line === null) return !Deno.stdin.isTerminal();
    return line.trim().toLowerCase() !== "q";
  }
}
