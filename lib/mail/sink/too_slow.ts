import { TimeoutError } from "../../core/mod.ts";

/** A client that was too slow. */
export function tooSlow(peer: string): TimeoutError {
  return new TimeoutError(`${peer} timed out`, { code: "client-too-slow", peer });
}
