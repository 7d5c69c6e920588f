import { type RunningTool, watch } from "./tool.ts";

/** A process that communicates over stdin and stdout. */
export interface Talker extends AsyncDisposable {
  /** Writes to its stdin. */
  say(text: string): Promise<void>;
  /** Closes its stdin. */
  end(): Promise<void>;
  /** Resolves when its stdout has printed exactly this text, in any number of chunks; fails at other text. */
  hears(text: string): Promise<void>;
  /** Resolves when its stdout has ended; fails at more text. */
  hearsEnd(): Promise<void>;
  /** Its exit code, once it has exited. */
  readonly code: Promise<number>;
  /** The process. */
  readonly tool: RunningTool;
}

/** Wraps a started process. */
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

/** Starts a peer program. */
export function peer(program: string, args: readonly string[]): Talker {
  const command = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" });
  return talker(watch(command.spawn()));
}
