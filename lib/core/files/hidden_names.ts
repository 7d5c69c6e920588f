/** Metadata of a folder. */
export interface FolderStat {
  /** Size in bytes. */
  readonly size: number;
  /** Number of links: the entry in its parent, `.`, and the `..` of each folder in it. */
  readonly nlink: number | null;
  /** Number of allocated blocks. */
  readonly blocks: number | null;
}

/** Bytes that each entry adds to the size of a folder on a tmpfs. */
const TMPFS_ENTRY_BYTES = 20;

/**
 * Returns the number of entries of a folder on Linux that a listing lacks, as far as the folder's metadata shows: most file
 * systems count the folders in it, a tmpfs counts all entries. 0 if nothing is known.
 */
export function countHidden({ size, nlink, blocks }: FolderStat, listed: readonly string[], folders: number): number {
  // One link: the file system does not count (btrfs, overlays, network file systems).
  if (nlink === null || nlink < 2) return 0;
  const hiddenFolders = Math.max(0, nlink - 2 - folders);
  const tmpfs = blocks === 0 && size >= 2 * TMPFS_ENTRY_BYTES && size % TMPFS_ENTRY_BYTES === 0;
  if (!tmpfs || isShortForm(size, listed)) return hiddenFolders;
  return Math.max(hiddenFolders, size / TMPFS_ENTRY_BYTES - 2 - listed.length);
}

/** Whether it is the size of a small folder on XFS, whose inode contains exactly the listed names. */
function isShortForm(size: number, listed: readonly string[]): boolean {
  const names = listed.reduce((sum, name) => sum + new TextEncoder().encode(name).length, 0);
  return size === 6 + names + 8 * listed.length || size === 10 + names + 12 * listed.length;
}
