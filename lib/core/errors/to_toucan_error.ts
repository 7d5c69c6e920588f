import { ToucanError } from "./errors.ts";

/**
 * Makes an error of ours of whatever was thrown, for results that hold errors: itself where it is one; `aborted` for what a signal
 * was aborted with; `internal` for everything else, such as what a callback has thrown. The original is the `cause`.
 */
export function toToucanError(error: unknown, signal?: AbortSignal): ToucanError {
  if (error instanceof ToucanError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const aborted = signal?.aborted === true && signal.reason === error;
  return new ToucanError(message, { code: aborted ? "aborted" : "internal", cause: error });
}

/** What was thrown in the first place: the opposite of {@link toToucanError}. */
export function thrownBy(error: ToucanError): unknown {
  return error.code === "aborted" || error.code === "internal" ? error.cause : error;
}
