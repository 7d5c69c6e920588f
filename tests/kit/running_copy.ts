/** A program that runs until the end of the scope. */
export interface RunningCopy extends AsyncDisposable {
  /** Whether it has not ended; read from `/proc`. */
  alive(): boolean;
}

/** Starts a program, which is killed at the end of the scope. */
export function childOf(program: string, args: readonly string[]): RunningCopy {
  const child = new Deno.Command(program, { args: [...args], stdin: "null", stdout: "null", stderr: "null" }).spawn();
  return {
    alive() {
      try {
        Deno.readLinkSync(`/proc/${child.pid}/exe`);
        return true;
      } catch {
        return false;
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}
