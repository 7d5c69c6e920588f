import { until } from "./wait.ts";

/** The SHA-256 of a file, by the program that others trust for it. */
export async function sha256sum(path: string): Promise<string> {
  const { stdout } = await new Deno.Command("sha256sum", { args: [path] }).output();
  return new TextDecoder().decode(stdout).slice(0, 64);
}

/** Bytes of a file; 0 while it is not there. */
export function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

/** The lines of a log, when there are enough of them: a server notes a transfer that was cut when it has noticed. */
export async function untilLogged(path: string, count: number): Promise<string[]> {
  return await until(`${count} lines in ${path}`, async () => {
    const lines = (await Deno.readTextFile(path)).trim().split("\n");
    return lines.length >= count && lines;
  });
}
