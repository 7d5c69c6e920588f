/** A file or folder of an archive. */
export interface Entry {
  /** Path in the archive, with `/`; that of a folder ends with one. */
  readonly path: string;
  /** Contents; empty for a folder. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Whether it is a program. */
  readonly executable?: boolean;
}

/** Returns the permission bits of an entry. */
export function modeOf({ path, executable }: Entry): number {
  return executable || path.endsWith("/") ? 0o755 : 0o644;
}

/** Returns entries with the folders that they lie in, sorted by the bytes of their paths. */
export function withFolders(files: readonly Entry[]): Entry[] {
  const entries = new Map(files.map((file) => [file.path, file]));
  for (const { path } of files) {
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      const folder = path.slice(0, end + 1);
      if (!entries.has(folder)) entries.set(folder, { path: folder, data: new Uint8Array() });
    }
  }
  return [...entries.values()].sort((a, b) => a.path < b.path ? -1 : 1);
}
