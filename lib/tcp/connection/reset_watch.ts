import { type Connection, pause } from "../../core/mod.ts";

/** Milliseconds between two checks. */
const CHECK_INTERVAL_MS = 100;
const NOTHING = new Uint8Array();

/** Options of {@link watchForReset}. */
export interface ResetWatch {
  /** Whether data is being sent now: then a reset is reported by the write. */
  readonly busy: () => boolean;
  /** Stops the watch. */
  readonly signal: AbortSignal;
}

/**
 * Throws when the peer resets a connection after closing its side. A read does not report that, it returns the end again;
 * a write of no bytes does. Over TLS, where a write of no bytes does nothing, it returns at once.
 */
export async function watchForReset(connection: Connection, { busy, signal }: ResetWatch): Promise<void> {
  if (connection.security) return;
  while (!signal.aborted) {
    await pause(CHECK_INTERVAL_MS, signal).catch(() => {});
    if (!busy() && !signal.aborted) await connection.write(NOTHING).catch(asReset);
  }
}

/** Converts a broken pipe after the peer's end: the system reports a reset as such. */
function asReset(error: unknown): never {
  throw error instanceof Deno.errors.BrokenPipe
    ? new Deno.errors.ConnectionReset("Connection reset by peer", { cause: error })
    : error;
}
