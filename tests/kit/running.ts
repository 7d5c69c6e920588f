import type { Printed, RecordCheck } from "./json_records.ts";
import { type RunningTool, startTool, type ToolOptions } from "./tool.ts";

/** A tool that runs with `--json` until it is stopped. */
export class Running implements AsyncDisposable {
  readonly #check: RecordCheck;
  readonly #path: string;
  readonly #tool: RunningTool;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #stdout = "";

  private constructor(check: RecordCheck, path: string, tool: RunningTool) {
    this.#check = check;
    this.#path = path;
    this.#tool = tool;
    this.#stdin = tool.process.stdin.getWriter();
    this.#reader = tool.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Starts a verb; its output is compared with the tables of records when it exits. */
  static async start(
    check: RecordCheck,
    path: string,
    words: readonly string[],
    options: ToolOptions = {},
  ): Promise<Running> {
    const [tool = "", ...verb] = path.split(" ");
    return new Running(check, path, await startTool(tool, [...verb, "--json", ...words], options));
  }

  /** Waits until stdout has output. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (let match = pattern.exec(this.#stdout);; match = pattern.exec(this.#stdout)) {
      if (match) return match;
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`stdout ended without ${pattern}: ${this.#stdout}${this.#tool.stderr()}`);
      this.#stdout += value;
    }
  }

  /** Its port. */
  async address(): Promise<string> {
    return (await this.prints(/"address":"([^"]*)"/))[1] ?? "";
  }

  /** Writes to its stdin. */
  async types(text: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(text));
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#tool.process.kill(signal);
  }

  /** Stops it, and checks its output. */
  async stop(): Promise<Printed[]> {
    this.#tool.process.kill("SIGTERM");
    for (let piece = await this.#reader.read(); !piece.done; piece = await this.#reader.read()) {
      this.#stdout += piece.value;
    }
    await this.#tool.code;
    return await this.#check.check(this.#path, `${this.#stdout}\n${this.#tool.stderr()}`);
  }

  /** Kills it if it is still running. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stdin.close().catch(() => {});
    await this.#tool[Symbol.asyncDispose]();
  }
}
