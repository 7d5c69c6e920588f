import { type Command, runFlags } from "../../lib/cli/mod.ts";
import { executableName } from "../records.ts";
import { partsPath } from "./bundle_tool.ts";

/** The systems that a release is made for, as Deno calls them. */
export const RELEASE_TARGETS: readonly string[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

/** Where the executable of a tool lies, from the top of the checkout: in a folder of its target, if one is named. */
export function executablePath(tool: string, target?: string): string {
  const windows = target === undefined ? Deno.build.os === "windows" : target.includes("windows");
  return `dist/${target === undefined ? "" : `${target}/`}${executableName(tool)}${windows ? ".exe" : ""}`;
}

/** The arguments with which Deno makes a tool's executable from its parts, sandbox and all. */
export function compileArgs(command: Command, target?: string): string[] {
  return [
    "compile",
    "--quiet",
    "--no-check",
    // The parts are all there is, found by their imports: whatever they do not hold, it must not find elsewhere.
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    "--no-prompt",
    "--deny-import",
    // The cache is a file in the system's temporary folder, which anybody could have put there.
    "--no-code-cache",
    ...runFlags(command.permissions),
    ...(target === undefined ? [] : ["--target", target]),
    "--output",
    executablePath(command.name, target),
    partsPath(command.name),
  ];
}
