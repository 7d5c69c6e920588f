import { fromSystem, isUnknownFailure, SystemError } from "../../core/mod.ts";

/** Errors that may be temporary: SQLITE_FULL, SQLITE_BUSY, SQLITE_LOCKED. The runtime exposes only their texts. */
const TRANSIENT_ERRORS: ReadonlyMap<string, string> = new Map([
  ["database or disk is full", "disk-full"],
  ["database is locked", "history-busy"],
  ["database table is locked", "history-busy"],
]);
/** Returns an error of SQLite or of the file system as an error of the history file. */
export function historyError(error: unknown, path: string): unknown {
  const known = fromSystem(error, { doing: "use", what: path });
  if (!isUnknownFailure(known) || !(error instanceof Error)) return known;
  return new SystemError(`cannot use the history file ${path}: ${error.message}`, {
    code: TRANSIENT_ERRORS.get(error.message) ?? "history-unusable",
    operation: "history",
    reason: "history",
    cause: error,
  });
}
