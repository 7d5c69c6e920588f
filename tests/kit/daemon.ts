/** A server program of another project that runs in the foreground. */
export interface Daemon extends AsyncDisposable {
  /** Its process id. */
  readonly pid: number;
}

/**
 * Starts a server program, and waits for a text in its log on stderr; at the end of the scope it is stopped, and its folder
 * removed.
 */
export async function startDaemon(
  program: string,
  args: readonly string[],
  { folder, ready: text }: { readonly folder: string; readonly ready: string },
): Promise<Daemon> {
  const process = new Deno.Command(program, { args: [...args], stdin: "null", stdout: "null", stderr: "piped" })
    .spawn();
  let log = "";
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  const gather = async () => {
    for await (const piece of process.stderr.pipeThrough(new TextDecoderStream())) {
      log += piece;
      if (log.includes(text)) ready.resolve();
    }
    ready.reject(new Error(`${program} ended: ${log}`));
  };
  const gathered = gather();
  const stop = async () => {
    try {
      process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await Promise.all([process.status, gathered]);
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await ready.promise;
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: process.pid, [Symbol.asyncDispose]: stop };
}
