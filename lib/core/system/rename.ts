import { isWindows, type Os } from "./os.ts";

/** Functions of the system that {@link renameFile} calls. */
export interface RenameSystem {
  /** The system. */
  readonly os: Os;
  /** Renames a file. */
  readonly rename: (from: string, to: string) => void;
  /** Blocks for a number of milliseconds. */
  readonly pause: (ms: number) => void;
}

/** Waits between attempts: 310 ms in all. */
const WAITS_MS = [10, 20, 40, 80, 160];
/** Codes of an error while another program has one of the files open. */
const IN_USE = new Set(["EACCES", "EBUSY", "EPERM"]);

const HERE: RenameSystem = {
  os: Deno.build.os,
  rename: Deno.renameSync,
  pause: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
};

/**
 * Renames a file, and replaces the one that has the new name. On Windows a virus scanner or an indexer opens a new file for a
 * moment, and a rename fails meanwhile: it is tried up to six times within 310 ms.
 *
 * Requires read and write permission for both paths.
 */
export function renameFile(from: string, to: string, { os, rename, pause }: RenameSystem = HERE): void {
  const waits = isWindows(os) ? WAITS_MS : [];
  for (const wait of waits) {
    try {
      return rename(from, to);
    } catch (error) {
      if (!isInUse(error)) throw error;
      pause(wait);
    }
  }
  rename(from, to);
}

function isInUse(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === "NotCapable") return false;
  return "code" in error && IN_USE.has(String(error.code)) || error.name === "PermissionDenied" ||
    error.name === "Busy";
}
