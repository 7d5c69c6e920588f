import { TimeoutError } from "../../core/mod.ts";

/** Returns the error for a client that timed out. */
export function clientTimeout(peer: string): TimeoutError {
  return new TimeoutError(`${peer} timed out`, { code: "client-too-slow", peer });
}
