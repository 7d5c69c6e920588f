/** Result of a program of the system. */
export interface SystemResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the system with this text on stdin. */
export async function system(program: string, args: readonly string[], stdin = ""): Promise<SystemResult> {
  const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const process = new Deno.Command(program, { args: [...args], env: { LC_ALL: "C.UTF-8" }, ...piped }).spawn();
  const fed = new Blob([stdin]).stream().pipeTo(process.stdin).catch(() => {});
  const { code, stdout, stderr } = await process.output();
  await fed;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
