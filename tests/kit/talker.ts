import { type RunningTool, watch } from "./tool.ts";

/** A process that talks over its stdin and stdout. */
export interface Talker extends AsyncDisposable {
  /** Writes to its stdin. */
  say(text: string): Promise<void>;
  /** Ends its stdin. */
  end(): Promise<void>;
  /** Resolves when its stdout has given just this, in any number of pieces; fails when something else comes. */
  hears(text: string): Promise<void>;
  /** Resolves when its stdout has ended; fails when more comes. */
  hearsEnd(): Promise<void>;
  /** Its exit code, when it has ended. */
  readonly code: Promise<number>;
  /** The process. */
  readonly tool: RunningTool;
}

/** Talks to a process that was started. */
export function talker(tool: RunningTool): Talker {
  const writer = tool.process.stdin.getWriter();
  const reader = tool.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  let ended = false;
  const more = async () => {
    const { value, done } = await reader.read();
    if (done) ended = true;
    else heard += value;
  };
  return {
    tool,
    code: tool.code,
    say: (text) => writer.write(new TextEncoder().encode(text)),
    end: () => writer.close(),
    async hears(text) {
      while (heard.length < text.length && !ended) await more();
      if (heard !== text) throw new Error(`heard ${JSON.stringify(heard.slice(0, 200))}, stderr: ${tool.stderr()}`);
      heard = "";
    },
    async hearsEnd() {
      while (!ended) await more();
      if (heard !== "") throw new Error(`heard more: ${JSON.stringify(heard.slice(0, 200))}`);
    },
    async [Symbol.asyncDispose]() {
      await writer.close().catch(() => {});
      await tool[Symbol.asyncDispose]();
      await reader.cancel().catch(() => {});
    },
  };
}

/** Starts a program that nobody here wrote. */
export function peer(program: string, args: readonly string[]): Talker {
  const command = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" });
  return talker(watch(command.spawn()));
}
