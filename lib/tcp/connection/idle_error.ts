import { formatDuration, progressText, TimeoutError } from "../../core/mod.ts";

/** The error of a connection that nothing has crossed for `idle` milliseconds; `bytes` were received before. */
export function idleError(idle: number | undefined, bytes: number): TimeoutError {
  const progress = { phase: bytes > 0 ? "body" : "first-byte", bytes } as const;
  return new TimeoutError(`no data for ${formatDuration(idle ?? 0)}${progressText(progress)}`, {
    code: "idle",
    ...progress,
  });
}
