import { executableName } from "../records.ts";

/** Version and target of an archive. */
export interface Release {
  readonly version: string;
  /** The name of the target in Deno: `x86_64-unknown-linux-gnu`. */
  readonly target: string;
}

/** Returns the name of the only folder in the archive of a tool: `toucan-resolve-1.0.0-x86_64-unknown-linux-gnu`. */
export function topFolder(tool: string, { version, target }: Release): string {
  return `${executableName(tool)}-${version}-${target}`;
}

/** Returns the file name of the archive of a tool: a zip for Windows, which opens no other, and tar with xz elsewhere. */
export function archiveFile(tool: string, release: Release): string {
  return `${topFolder(tool, release)}${release.target.includes("windows") ? ".zip" : ".tar.xz"}`;
}
