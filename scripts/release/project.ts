import { PROJECT } from "../../lib/cli/project.ts";

/** Where the project lives. */
export const REPOSITORY = PROJECT;

/** One sentence about the project, without a period. */
export const SUMMARY = "Network tools for both ends of the wire";

/** The licence of the project, by its SPDX identifier. */
export const LICENCE = "MIT";

/** Returns the URL of a file of a release. */
export function downloadUrl(version: string, file: string): string {
  return `${REPOSITORY}/releases/download/v${version}/${file}`;
}
