import { flushesFolders } from "../system/open_files.ts";
import { syncFolder } from "./sync_folder.ts";

/** Milliseconds of a flush from which on another thread is worth its cost. */
const SLOW_MS = 0.5;
/** Number of slow flushes that are put down to a busy processor, and the share of them later on. */
const FEW = 3;
const SELDOM = 1 / 16;

/** File whose data is flushed. */
type FlushedFile = Pick<Deno.FsFile, "syncData"> & Partial<Pick<Deno.FsFile, "syncDataSync">>;

/**
 * Flushes files and folders to the disk: on other threads, which a disk needs, or on the calling one as long as each flush takes less
 * time than a thread needs to begin with it, as on a file system in memory. Several slow flushes end that.
 */
export class DiskFlush {
  #quick: boolean;
  #flushes = 0;
  #slow = 0;

  /** With `tries`, the first flush is one on the calling thread. */
  constructor({ tries }: { readonly tries: boolean }) {
    this.#quick = tries;
  }

  /** Flushes the data of a file. */
  async file(file: FlushedFile): Promise<void> {
    if (!this.#quick || !file.syncDataSync) return await file.syncData();
    this.#timed(() => file.syncDataSync?.());
  }

  /** Flushes the entries of folders, and returns those that cannot be opened; none where the system does not flush folders. */
  async folders(folders: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const unflushed = new Set<string>();
    if (!flushesFolders()) return unflushed;
    await Promise.all(Array.from(folders, async (folder) => {
      const flushed = this.#quick ? this.#timed(() => syncFolderSync(folder)) : await syncFolder(folder);
      if (!flushed) unflushed.add(folder);
    }));
    return unflushed;
  }

  #timed<T>(flush: () => T): T {
    const began = performance.now();
    try {
      return flush();
    } finally {
      this.#flushes++;
      if (performance.now() - began > SLOW_MS) this.#slow++;
      this.#quick = this.#slow <= Math.max(FEW, this.#flushes * SELDOM);
    }
  }
}

function syncFolderSync(path: string): boolean {
  try {
    using folder = Deno.openSync(path);
    folder.syncSync();
    return true;
  } catch {
    return false;
  }
}
