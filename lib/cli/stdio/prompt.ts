import { writeAllSync } from "../../core/bytes/writer.ts";
import { Interruption } from "../interrupt.ts";
import { readStdin } from "./stdin.ts";

/** Returns whether stdin and stderr are a terminal, so that the user can be asked. */
export function canPrompt(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

/** Bytes that a raw terminal sends for keys: Backspace; Ctrl-U and Ctrl-W; Enter; Ctrl-C; Ctrl-D. */
const BACKSPACE = [8, 127];
const ERASE = [21, 23];
const ENTER = [10, 13];
const INTERRUPT = 3;
const END_OF_INPUT = 4;

/**
 * Asks for a secret on the terminal, without echo.
 *
 * @returns The typed text; undefined at Ctrl-D, and if the terminal cannot be switched to raw mode.
 * @throws {Interruption} At Ctrl-C, which sends no signal on a raw terminal.
 */
export async function promptSecret(question: string): Promise<string | undefined> {
  const print = (text: string) => writeAllSync(Deno.stderr, new TextEncoder().encode(text));
  const typed: number[] = [];
  // Set before the question is printed, so that an immediate answer is not echoed.
  if (!setRaw(true)) return undefined;
  try {
    print(question);
    const key = new Uint8Array(1);
    while (await readStdin(key) !== null) {
      const [byte = 0] = key;
      if (ENTER.includes(byte)) return new TextDecoder().decode(Uint8Array.from(typed));
      if (byte === INTERRUPT) throw new Interruption("SIGINT");
      if (byte === END_OF_INPUT) return undefined;
      if (ERASE.includes(byte)) typed.length = 0;
      else if (BACKSPACE.includes(byte)) eraseLast(typed);
      else if (byte >= 32) typed.push(byte);
    }
    return undefined;
  } finally {
    setRaw(false);
    print("\n");
  }
}

/**
 * Switches the echo and the line editing of the terminal off or on; false if it cannot: a secret is not asked for then. Some terminals
 * on Windows are pipes to the program behind them.
 */
export function setRaw(raw: boolean, terminal: Pick<typeof Deno.stdin, "setRaw"> = Deno.stdin): boolean {
  try {
    terminal.setRaw(raw);
    return true;
  } catch {
    return false;
  }
}

/** Removes the last character, which may have several bytes. */
function eraseLast(bytes: number[]): void {
  let last = bytes.pop();
  while (last !== undefined && (last & 0xc0) === 0x80) last = bytes.pop();
}
