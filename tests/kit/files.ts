import { until } from "./wait.ts";

/** Returns the SHA-256 of a file, computed by `sha256sum`. */
export async function sha256sum(path: string): Promise<string> {
  const { stdout } = await new Deno.Command("sha256sum", { args: [path] }).output();
  return new TextDecoder().decode(stdout).slice(0, 64);
}

/** Returns the size of a file in bytes; 0 if it does not exist. */
export function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

/** Waits for a number of lines in a log, and returns them: a server logs an interrupted transfer with a delay. */
export async function untilLogged(path: string, count: number): Promise<string[]> {
  return await until(`${count} lines in ${path}`, async () => {
    const lines = (await Deno.readTextFile(path)).trim().split("\n");
    return lines.length >= count && lines;
  });
}
