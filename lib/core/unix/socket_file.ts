/** What the system knows of the file of a socket; undefined where nothing is, or it cannot be told. */
export function socketFile(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Returns whether both are the same file; numbers of files are used again at once, so the time counts as well. */
export function isSameFile(a: Deno.FileInfo | undefined, b: Deno.FileInfo | undefined): boolean {
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev &&
    a.mtime?.getTime() === b.mtime?.getTime();
}
