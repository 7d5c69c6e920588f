import { openOwnFile } from "../../core/mod.ts";

/** Name of an upload in progress. */
const UNFINISHED = /^\.toucan-[0-9a-f]{32}\.part$/;

/** Returns whether a name is that of an upload in progress. */
export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name);
}

/** Removes an upload of a server that was killed, unless another process is writing it. */
export function removeUnfinished(path: string): void {
  try {
    using file = openOwnFile(path, { write: true, lock: true });
    if (file) Deno.removeSync(path);
  } catch {
    // It has another owner, or is being written.
  }
}
