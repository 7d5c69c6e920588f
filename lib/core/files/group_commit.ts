import { DiskFlush } from "./disk_flush.ts";

/** Options of a {@link GroupCommit}. */
export interface GroupCommitOptions {
  /**
   * Whether each file is a group of its own.
   * @default {false}
   */
  readonly each?: boolean;
  /**
   * Whether many files are expected and no caller waits for a single one, as in the download of a tree: groups are gathered for some
   * milliseconds, and flushed on the calling thread if that takes less time than another thread needs to begin with it.
   * @default {false}
   */
  readonly bulk?: boolean;
}

/** Milliseconds from one group to the next where files come in bulk. */
const GATHER_MS = 4;

/** File that is complete under a temporary name, and its final name. */
export interface CommitRequest<T> {
  /** File, open until the commit has settled. */
  readonly file?: Pick<Deno.FsFile, "sync" | "syncData"> & Partial<Pick<Deno.FsFile, "syncDataSync">>;
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
  readonly #bulk: boolean;
  readonly #flush: DiskFlush;
  #waiting: Waiting[] = [];
  #running?: Promise<void>;
  /** Ends the time in which a group is gathered. */
  #hurry?: () => void;

  /** Creates a group commit without files. */
  constructor(options?: GroupCommitOptions) {
    this.#each = options?.each ?? false;
    this.#bulk = options?.bulk ?? false;
    this.#flush = new DiskFlush({ tries: this.#bulk });
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
    this.#hurry?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    // Files that are completed in the same turn are committed together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await commitGroup(this.#waiting.splice(0, this.#each ? 1 : Infinity), this.#flush);
      if (this.#bulk && !this.#each) await this.#gather();
    }
    this.#running = undefined;
  }

  async #gather(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GATHER_MS);
    this.#hurry = resolve;
    await promise;
    clearTimeout(timer);
    this.#hurry = undefined;
  }
}

async function commitGroup(group: readonly Waiting[], flush: DiskFlush): Promise<void> {
  const flushed = await Promise.allSettled(group.map(({ file, flushed }) => flushed || !file || flush.file(file)));
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
  const unflushed = await flush.folders(new Set(named.map(({ folder }) => folder)));
  await Promise.all(named.map((waiting) => settle(waiting, unflushed.has(waiting.folder))));
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
