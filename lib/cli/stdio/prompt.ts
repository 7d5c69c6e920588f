import { writeAllSync } from "../../core/bytes/writer.ts";
import { Interruption } from "../interrupt.ts";
import { readStdin } from "./stdin.ts";

/** Whether there is somebody to ask. */
export function canPrompt(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

const BACKSPACE = [8, 127];
const ERASE = [21, 23];
const END = [10, 13];
const INTERRUPT = 3;
const GIVE_UP = 4;

/**
 * Asks for a secret on the terminal, without showing what is typed; undefined when nobody wants to say it. Ctrl-C throws
 * an {@link Interruption}: a raw terminal makes no signal of it.
 */
export async function promptSecret(question: string): Promise<string | undefined> {
  const say = (text: string) => writeAllSync(Deno.stderr, new TextEncoder().encode(text));
  const typed: number[] = [];
  // Before the question: who answers it at once would be shown.
  Deno.stdin.setRaw(true);
  try {
    say(question);
    const key = new Uint8Array(1);
    while (await readStdin(key) !== null) {
      const [byte = 0] = key;
      if (END.includes(byte)) return new TextDecoder().decode(Uint8Array.from(typed));
      if (byte === INTERRUPT) throw new Interruption("SIGINT");
      if (byte === GIVE_UP) return undefined;
      if (ERASE.includes(byte)) typed.length = 0;
      else if (BACKSPACE.includes(byte)) eraseLast(typed);
      else if (byte >= 32) typed.push(byte);
    }
    return undefined;
  } finally {
    Deno.stdin.setRaw(false);
    say("\n");
  }
}

/** Takes away a character, which may have several bytes. */
function eraseLast(bytes: number[]): void {
  let last = bytes.pop();
  while (last !== undefined && (last & 0xc0) === 0x80) last = bytes.pop();
}
