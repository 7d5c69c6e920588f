import { type Grant, grantFlags } from "./sandbox.ts";

/** What `deno run` and `deno compile` need for a grant: its unstable APIs and its permissions. */
export function runFlags(grant: Grant): string[] {
  return [...(grant.unstable ?? []).map((name) => `--unstable-${name}`), ...grantFlags(grant)];
}

/**
 * The command that runs a tool or verb from a URL, one line per flag. What a shell would expand stands in quotes that
 * POSIX shells, PowerShell and cmd.exe know.
 */
export function runLines(tool: string, verb: readonly string[], grant: Grant): string[] {
  const flags = runFlags(grant).map((flag) => /[*?]/.test(flag) ? `"${flag}"` : flag);
  const from = [`https://HOST/cmd/${tool}.ts`, ...verb].join(" ");
  const lines = ["deno run --no-prompt", ...flags.map((flag) => `  ${flag}`), `  ${from}`];
  return lines.map((line, i) => i < lines.length - 1 ? `${line} \\` : line);
}
