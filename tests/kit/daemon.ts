import { untilListening } from "./port.ts";

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
  return await started(process, ready.promise, { folder, log: gathered });
}

/** Waits until a started program listens on a port; at the end of the scope it is stopped, and its folder removed. */
export function listening(process: Deno.ChildProcess, port: number, end: End = {}): Promise<Daemon> {
  return started(process, untilListening(port, process), end);
}

/** Way to end a program: a signal, a folder that is removed then, and the reading of its log. */
interface End {
  readonly signal?: Deno.Signal;
  readonly folder?: string;
  readonly log?: Promise<void>;
}

async function started(
  process: Deno.ChildProcess,
  ready: Promise<void>,
  { signal = "SIGTERM", folder, log }: End,
): Promise<Daemon> {
  const stop = async () => {
    try {
      process.kill(signal);
    } catch {
      // It has ended by itself.
    }
    await Promise.all([process.status, log]);
    if (folder !== undefined) await Deno.remove(folder, { recursive: true });
  };
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: process.pid, [Symbol.asyncDispose]: stop };
}
