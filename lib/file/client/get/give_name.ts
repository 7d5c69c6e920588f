import {
  type FinishedFile,
  isWindows,
  openedStat,
  permissionBits,
  renameFile,
  replaceFile,
} from "../../../core/mod.ts";
import { parseMode } from "../../codec/file_field.ts";
import { absent } from "../../server/root.ts";
import { setMode } from "../../server/upload/set_mode.ts";

/** Options of {@link giveName}. */
interface NameOptions {
  /** Permission bits that the server gives, as octal digits. */
  readonly mode?: string;
  /** Whether nothing has the name. */
  readonly fresh: boolean;
}

/**
 * Gives a finished file its path in a tree. A file that is replaced keeps its owner and its other names (hard links), and its
 * permission bits where the server gives none (`mode`); one that must not be written is replaced by the rename
 * alone, since trees have such files and change.
 *
 * Needs read and write permission for both paths.
 */
export function giveName(own: FinishedFile, path: string, { mode, fresh }: NameOptions): void {
  const bits = isWindows() ? undefined : parseMode(mode);
  const there = fresh || isWindows() ? undefined : absent(() => Deno.lstatSync(path));
  if (!there?.isFile) {
    if (bits !== undefined && !hasMode(own.file, bits)) setMode(own.path, own.file, bits);
    own.release?.();
    return renameFile(own.path, path);
  }
  try {
    if (replaceFile(own, { given: path, path }) === "renamed" && bits !== undefined) setMode(path, own.file, bits);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    setMode(own.path, own.file, bits ?? (there.mode ?? 0o644) & 0o777);
    renameFile(own.path, path);
  }
}

/** Returns whether a file was created with these permission bits; nothing changes them before it has its name. */
function hasMode(file: Deno.FsFile, bits: number): boolean {
  return ((permissionBits(openedStat(file)) ?? 0) & 0o777) === bits;
}
