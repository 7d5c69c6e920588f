import { type Command, grantOn, runFlags } from "../../lib/cli/mod.ts";
import { executableName } from "../records.ts";
import { partsPath } from "./bundle_tool.ts";
import { DIST, type Place } from "./place.ts";

/** Targets of a release, by their names in Deno. */
export const RELEASE_TARGETS: readonly string[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

/** Returns the file name of the executable of a tool for a target, or for this machine. */
export function executableFile(tool: string, target: string = Deno.build.target): string {
  return `${executableName(tool)}${target.includes("windows") ? ".exe" : ""}`;
}

/**
 * Returns the path of the executable of a tool, from the top of the checkout: in a folder for the target, if one is
 * given.
 */
export function executablePath(tool: string, target?: string): string {
  return `dist/${targetFolder(target)}${executableFile(tool, target)}`;
}

/** Returns the absolute path of the executable of a tool in the folder of a build. */
export function executableIn(place: Place, tool: string, target?: string): string {
  return `${place.folder}${targetFolder(target)}${executableFile(tool, target)}`;
}

function targetFolder(target: string | undefined): string {
  return target === undefined ? "" : `${target}/`;
}

/** Returns the system of a target, by its name in Deno; without one, that of this machine. */
function systemOf(target: string | undefined): typeof Deno.build.os {
  if (target === undefined) return Deno.build.os;
  return target.includes("windows") ? "windows" : target.includes("darwin") ? "darwin" : "linux";
}

/**
 * V8 options of a tool. Most of what a check of many targets allocates lives for a few seconds: with V8's defaults, which let the
 * heap grow to four times of what is in use, a thousand targets took 255 MB in place of 140, in the same time.
 */
const V8_FLAGS: Readonly<Record<string, readonly string[]>> = {
  check: ["--max-semi-space-size=8", "--heap-growing-percent=50"],
};

/** Returns the arguments with which Deno compiles an executable from the parts of a tool, including its permissions. */
export function compileArgs(command: Command, target?: string, place = DIST): string[] {
  return [
    "compile",
    "--quiet",
    "--no-check",
    // All code is in the parts, which are found by their imports; nothing may be found elsewhere.
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    "--no-prompt",
    "--deny-import",
    // The cache is a file in the temporary folder of the system, which another user could have created.
    "--no-code-cache",
    ...runFlags(grantOn(command.permissions, systemOf(target))),
    ...(V8_FLAGS[command.name] ? [`--v8-flags=${V8_FLAGS[command.name]?.join()}`] : []),
    ...(target === undefined ? [] : ["--target", target]),
    "--output",
    executableIn(place, command.name, target),
    place.folder + partsPath(command.name),
  ];
}
