import { formatDuration, progressText, TimeoutError } from "../../core/mod.ts";

/** Returns the error of a connection without data for `idle` milliseconds, after `bytes` received bytes. */
export function idleError(idle: number | undefined, bytes: number): TimeoutError {
  const progress = { phase: bytes > 0 ? "body" : "first-byte", bytes } as const;
  return new TimeoutError(`no data for ${formatDuration(idle ?? 0)}${progressText(progress)}`, {
    code: "idle",
    ...progress,
  });
}
