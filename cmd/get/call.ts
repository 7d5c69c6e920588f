import type { Call } from "../../lib/cli/mod.ts";
import { inFolder, type OPTIONS } from "./options.ts";
import type { RECORDS } from "./records.ts";

/** A call of `get`. */
export type GetCall = Call<typeof OPTIONS, typeof RECORDS>;

/** Whether a body is written to stdout. */
export function toStdout(options: GetCall["options"]): boolean {
  return options.output === "-" || (options.output === undefined && !inFolder(options));
}

/** Whether a body is written to a terminal. */
export function toTerminal(options: GetCall["options"]): boolean {
  return toStdout(options) && Deno.stdout.isTerminal();
}
