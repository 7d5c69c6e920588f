import { flushesFolders } from "../system/open_files.ts";
import { syncFolder } from "./sync_folder.ts";

/** Options of a {@link GroupCommit}. */
export interface GroupCommitOptions {
  /**
   * Whether each file is a group of its own.
   * @default {false}
   */
  readonly each?: boolean;
}

/** File that is complete under a temporary name, and its final name. */
export interface CommitRequest<T> {
  /** File, open until the commit has settled. */
  readonly file?: Pick<Deno.FsFile, "sync" | "syncData">;
  /** Whether its data is on the disk already: flushing a large one would delay all others. @default false */
  readonly flushed?: boolean;
  /** Folder of the final name. */
  readonly folder: string;
  /** Renames the file to its final name; called once its data is on the disk. */
  readonly name: () => T;
}

interface Waiting extends Pick<CommitRequest<unknown>, "file" | "flushed" | "folder"> {
  readonly name: () => void;
  readonly done: (error?: unknown) => void;
}

/**
 * Commits files to their final names in groups, as a database commits transactions: while one group is written to the disk, the
 * files that are completed meanwhile form the next. The data of all files of a group is flushed first, then each file is
 * renamed, then each folder is flushed once. A name never refers to an incomplete file, even after a loss of
 * power, and what was acknowledged is durable; the group shares the cost.
 *
 * Permissions: `--allow-read=FOLDER` for the folders; without it the files are flushed a second time instead.
 *
 * @example Two downloads at once
 * ```ts
 * import { download, GroupCommit, serveHttp } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await using server = serveHttp("127.0.0.1:0", ({ target }) => ({ body: target }));
 * const commits = new GroupCommit();
 * const reports = await Promise.all(["a", "b"].map((name) => download(server.url + name, { folder }, { commits })));
 * assertEquals(reports.map(({ bytes }) => bytes), [2, 2]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class GroupCommit {
  readonly #each: boolean;
  #waiting: Waiting[] = [];
  #running?: Promise<void>;

  /** Creates a group commit without files. */
  constructor(options?: GroupCommitOptions) {
    this.#each = options?.each ?? false;
  }

  /** @ignore Settles when the file has its final name on the disk; rejects with what `name` throws. */
  commit<T>({ file, flushed, folder, name }: CommitRequest<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      this.#waiting.push({
        ...{ file, flushed, folder },
        name: () => void (result = { value: name() }),
        done: (error) => result && error === undefined ? resolve(result.value) : reject(error),
      });
      this.#running ??= this.#run();
    });
  }

  /** @ignore Flushes a folder in which a name was created, before any file settles that is committed from now on. */
  async flush(folder: string): Promise<void> {
    await this.commit({ folder, name: () => {} });
  }

  /** Resolves when no commit is in progress. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Files that are completed in the same turn are committed together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await commitGroup(this.#waiting.splice(0, this.#each ? 1 : Infinity));
    this.#running = undefined;
  }
}

async function commitGroup(group: readonly Waiting[]): Promise<void> {
  const flushed = await Promise.allSettled(group.map(({ file, flushed }) => flushed ? undefined : file?.syncData()));
  const named: Waiting[] = [];
  for (const [index, waiting] of group.entries()) {
    const result = flushed[index];
    try {
      if (result?.status === "rejected") throw result.reason;
      waiting.name();
      named.push(waiting);
    } catch (error) {
      waiting.done(error);
    }
  }
  // None settles before all folders are flushed: one folder may have been created in another.
  const unflushed = await flushFolders(new Set(named.map(({ folder }) => folder)));
  await Promise.all(named.map((waiting) => settle(waiting, unflushed.has(waiting.folder))));
}

/** Flushes folders, and returns those that cannot be opened; none where the system does not flush folders. */
async function flushFolders(folders: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const unflushed = new Set<string>();
  if (!flushesFolders()) return unflushed;
  await Promise.all(Array.from(folders, async (folder) => {
    if (!await syncFolder(folder)) unflushed.add(folder);
  }));
  return unflushed;
}

/** Settles a file; if its folder cannot be opened, the file itself is flushed again after the rename. */
async function settle({ file, done }: Waiting, again: boolean): Promise<void> {
  try {
    if (again) await file?.sync();
    done();
  } catch (error) {
    done(error);
  }
}
