import { type Connection, raceSignal } from "../../core/mod.ts";

/** Milliseconds between two checks. */
const CHECK_MS = 100;
const NOTHING = new Uint8Array();

/** What {@link watchForReset} takes. */
export interface ResetWatch {
  /** Whether data is being sent now: then a reset shows by itself. */
  readonly busy: () => boolean;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/**
 * Throws when the peer resets a connection after the end of its side. Reading does not show that, it returns the end again;
 * sending no bytes fails. Over TLS, where no bytes are nothing to send, it returns at once.
 */
export async function watchForReset(connection: Connection, { busy, signal }: ResetWatch): Promise<void> {
  if (connection.security) return;
  while (!signal.aborted) {
    await pause(CHECK_MS, signal);
    if (!busy() && !signal.aborted) await connection.write(NOTHING).catch(asReset);
  }
}

/** After the peer's end, and before ours, a broken pipe is what the system calls a reset. */
function asReset(error: unknown): never {
  throw error instanceof Deno.errors.BrokenPipe
    ? new Deno.errors.ConnectionReset("Connection reset by peer", { cause: error })
    : error;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await raceSignal(promise, signal).catch(() => {});
  clearTimeout(timer);
}
