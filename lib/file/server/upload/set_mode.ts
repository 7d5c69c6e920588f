import { permissionBits } from "../../../core/mod.ts";
import { closeSync, fchmodSync, fstatSync, openSync } from "../../../deps/node/file_descriptor.ts";

/**
 * Sets the permission bits of an open file. It is opened again by its path for that, and nothing is changed when another
 * file has the path. Does nothing on Windows.
 *
 * Needs read permission for the path.
 */
export function setMode(path: string, file: Deno.FsFile, mode: number): void {
  const stat = file.statSync();
  const { ino, dev } = stat;
  const has = permissionBits(stat);
  if (has === undefined || (has & 0o777) === mode) return;
  const descriptor = openSync(path, "r");
  try {
    const there = fstatSync(descriptor);
    if (there.ino === ino && there.dev === dev) fchmodSync(descriptor, mode);
  } finally {
    closeSync(descriptor);
  }
}
