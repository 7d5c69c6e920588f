import { NetworkError } from "../../../core/mod.ts";
import { connectionMayPass } from "../wait.ts";

/** Codes of transient failures, beside those of connections. */
const PASSING = new Set(["ftp-transient", "ftp-closing", "transfer-incomplete", "body-too-long"]);

/** Returns whether a later attempt may succeed after a failure of FTP. */
export function mayPassByFtp(error: unknown): boolean {
  return connectionMayPass(error) || (error instanceof NetworkError && PASSING.has(error.code));
}
