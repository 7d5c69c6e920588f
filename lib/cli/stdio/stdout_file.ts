import { fstatSync, ftruncateSync } from "../../deps/node/fd.ts";

const STDOUT = 1;

/** The file that stdout is redirected to. */
export interface StdoutFile {
  /** Number that tells the file from others. */
  readonly inode: number;
  /** Its size in bytes. */
  readonly size: number;
}

/** Returns the file that stdout is redirected to, or undefined if it is a terminal, a pipe or a device. */
export function stdoutFile(): StdoutFile | undefined {
  const facts = fstatSync(STDOUT);
  return facts.isFile() ? { inode: facts.ino, size: facts.size } : undefined;
}

/** Cuts the file that stdout is redirected to. */
export function truncateStdout(size: number): void {
  ftruncateSync(STDOUT, size);
}
