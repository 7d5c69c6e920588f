import { type Output, readStdin } from "../../lib/cli/mod.ts";
import { raceSignal } from "../../lib/core/mod.ts";

const LF = 10;

/** Resolves when Enter was pressed, or stdin has ended. */
export async function enterPressed(output: Pick<Output, "note" | "flush">, signal: AbortSignal): Promise<void> {
  output.flush();
  output.note("press Enter for the next leg");
  const buffer = new Uint8Array(256);
  while (true) {
    const count = await raceSignal(readStdin(buffer), signal);
    if (count === null || buffer.subarray(0, count).includes(LF)) return;
  }
}
