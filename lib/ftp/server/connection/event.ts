import type { Session } from "../session/session.ts";
import type { Transfer } from "./transfer.ts";
import type { FtpEvent } from "../types.ts";

/** Command that was begun. */
export interface Begun {
  /** Its name. */
  readonly verb: string;
  /** Absolute path that it names; empty without one. */
  readonly path: string;
  /** Time at which it came, by `performance.now()`. */
  readonly at: number;
}

/** Returns the event of a command that was answered. */
export function eventOf(
  { peer, user, tree }: Session,
  { verb, path, at }: Begun,
  code: number,
  { bytes = 0, error }: Partial<Pick<Transfer, "bytes" | "error">> = {},
): FtpEvent {
  const event = { peer, command: verb, path, code, bytes, ms: performance.now() - at };
  return { ...event, ...(tree && { user }), ...(error && { error }) };
}
