import { ToucanError } from "./errors.ts";

/**
 * Converts anything that was thrown to a {@link ToucanError}, for results that hold errors: one is returned unchanged; the reason of an aborted signal
 * becomes `aborted`, everything else, such as an error of a callback, `internal`. The original is the `cause`.
 */
export function toToucanError(error: unknown, signal?: AbortSignal): ToucanError {
  if (error instanceof ToucanError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const aborted = signal?.aborted === true && signal.reason === error;
  return new ToucanError(message, { code: aborted ? "aborted" : "internal", cause: error });
}

/** Returns what was thrown originally: the opposite of {@link toToucanError}. */
export function thrownBy(error: ToucanError): unknown {
  return error.code === "aborted" || error.code === "internal" ? error.cause : error;
}
