import { ToucanError } from "../../core/errors/errors.ts";
import { fromSystem } from "../../core/errors/system_error.ts";
import { certificateLines } from "./certificate_lines.ts";
import { hintOf } from "../hints.ts";
import { PROJECT } from "../project.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import type { ErrorRecord } from "../grammar/error_fields.ts";

/** Address for reports of internal errors. */
export const BUGS: string = `${PROJECT}/issues`;

/** Operations that require each permission. */
const WITHOUT: Readonly<Record<string, string>> = {
  all: "open",
  env: "read the variable",
  net: "use the network at",
  read: "read",
  sys: "ask the system for",
  write: "write",
};

/**
 * Converts failures that can occur anywhere and are not internal errors: a missing permission, a path that is not
 * UTF-8, and errors of the system. Returns any other error unchanged.
 */
export function known(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const [, path] = /^File name or path "(.*)" is not valid UTF-8$/s.exec(error.message) ?? [];
  if (path !== undefined) return fromSystem(error, { doing: "use", what: path });
  if (error.name !== "NotCapable") return fromSystem(error, { doing: "complete", what: "this" });
  const [, permission = "", what] = /^Requires (\w+) access to "(.*)", run again/s.exec(error.message) ?? [];
  const doing = WITHOUT[permission];
  return fromSystem(error, doing && what ? { doing, what } : { doing: "do", what: "this" });
}

/** Returns the field `error` of a JSON record for an error. */
export function errorRecord(error: unknown): ErrorRecord {
  if (error instanceof ToucanError) {
    const { code, message, phase, bytes, attempts, certificates } = error;
    return { code, message, phase, bytes, attempts, certificates };
  }
  return { code: "bug", message: error instanceof Error ? error.message : String(error) };
}

/** Returns an error as lines for people: the message, its causes, and the hint. */
export function errorLines(tool: string, error: unknown, debug = false): string[] {
  const { message } = errorRecord(error);
  const ours = error instanceof ToucanError && error.code !== "internal";
  const lines = [`${tool}: ${ours ? "" : "bug: "}${showUntrusted(message, { limit: 2000 })}`];
  if (ours) lines.push(...certificateLines(error.certificates ?? []));
  const hint = ours ? hintOf(error) : `this should not happen; please report it to ${BUGS}, with TOUCAN_DEBUG=1`;
  if (hint) lines.push(`hint: ${showUntrusted(hint, { limit: 2000 })}`);
  if (debug && error instanceof Error) lines.push(...stack(error));
  return lines;
}

function stack(error: Error): string[] {
  const cause = error.cause instanceof Error ? ["caused by:", ...stack(error.cause)] : [];
  return [...showUntrusted(error.stack ?? "", { keepLines: true }).split("\n"), ...cause];
}
