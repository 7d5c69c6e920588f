import { SITE } from "../project.ts";
import { type Grant, grantFlags } from "./sandbox.ts";

/** Returns the flags of `deno run` and `deno compile` for the unstable APIs and the permissions of a grant. */
export function runFlags(grant: Grant): string[] {
  return [...(grant.unstable ?? []).map((name) => `--unstable-${name}`), ...grantFlags(grant)];
}

/**
 * Returns the command that runs a tool or verb of the newest release with Deno, one line per flag. Flags that a shell would expand are quoted in
 * a form that POSIX shells, PowerShell and cmd.exe accept.
 */
export function runLines(tool: string, verb: readonly string[], grant: Grant): string[] {
  const flags = runFlags(grant).map((flag) => /[*?]/.test(flag) ? `"${flag}"` : flag);
  const from = [`${SITE}/dist/${tool}.js`, ...verb].join(" ");
  const lines = ["deno run --no-prompt", ...flags.map((flag) => `  ${flag}`), `  ${from}`];
  return lines.map((line, i) => i < lines.length - 1 ? `${line} \\` : line);
}
