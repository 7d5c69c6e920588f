/** What the system reports of a folder itself. */
export interface FolderStat {
  /** Bytes. */
  readonly size: number;
  /** Links: the entry in its parent, `.`, and the `..` of each folder in it. */
  readonly nlink: number | null;
  /** Blocks allocated. */
  readonly blocks: number | null;
}

/** What a tmpfs adds to the size of a folder for each entry. */
const TMPFS_ENTRY_BYTES = 20;

/**
 * Returns how many entries of a folder on Linux a listing lacks, as far as the folder's own metadata tells: most file
 * systems count the folders in it, a tmpfs counts all entries. 0 where nothing is known.
 */
export function countHidden({ size, nlink, blocks }: FolderStat, listed: readonly string[], folders: number): number {
  // One link: the file system counts none (btrfs, overlays, network file systems).
  if (nlink === null || nlink < 2) return 0;
  const hiddenFolders = Math.max(0, nlink - 2 - folders);
  const tmpfs = blocks === 0 && size >= 2 * TMPFS_ENTRY_BYTES && size % TMPFS_ENTRY_BYTES === 0;
  if (!tmpfs || isShortForm(size, listed)) return hiddenFolders;
  return Math.max(hiddenFolders, size / TMPFS_ENTRY_BYTES - 2 - listed.length);
}

/** Whether it is the size of a small folder on XFS, which holds its names in the inode: exactly those that are listed. */
function isShortForm(size: number, listed: readonly string[]): boolean {
  const names = listed.reduce((sum, name) => sum + new TextEncoder().encode(name).length, 0);
  return size === 6 + names + 8 * listed.length || size === 10 + names + 12 * listed.length;
}
