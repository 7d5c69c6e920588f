import { syncFolder } from "./sync_folder.ts";

/** How a {@link GroupCommit} works. */
export interface GroupCommitOptions {
  /** Whether each file is a group of its own. @default false */
  readonly each?: boolean;
}

/** A file that is complete under a name of its own, and is to get its final name. */
export interface CommitRequest<T> {
  /** The file, open until the commit has settled; without it the data is on the disk already. */
  readonly file?: Pick<Deno.FsFile, "sync" | "syncData">;
  /** The folder of the final name. */
  readonly folder: string;
  /** Gives the file its final name; called once its data is on the disk. */
  readonly name: () => T;
}

interface Waiting {
  readonly file?: Pick<Deno.FsFile, "sync" | "syncData">;
  readonly folder: string;
  readonly name: () => void;
  readonly done: (error?: unknown) => void;
}

/**
 * Gives files their names in groups, as a database commits transactions: while one group is written to the disk, the
 * files that are complete by then form the next. Of each group the data of all files is flushed first, then each file gets
 * its name, then each folder is flushed once. So a name never stands for a file that is not whole, not after a loss of
 * power either, and what was acknowledged stays; the cost is shared by the group.
 *
 * Permissions: `--allow-read=FOLDER` for the folders; without it the files are flushed again instead.
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

  /** Creates one without files. */
  constructor(options: GroupCommitOptions = {}) {
    this.#each = options.each ?? false;
  }

  /** @ignore Settles when the file has its final name, and that is on the disk; rejects with what `name` throws. */
  commit<T>({ file, folder, name }: CommitRequest<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      this.#waiting.push({
        ...{ file, folder },
        name: () => void (result = { value: name() }),
        done: (error) => result && error === undefined ? resolve(result.value) : reject(error),
      });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when no commit is in progress. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Files that are complete in the same turn go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await commitGroup(this.#waiting.splice(0, this.#each ? 1 : Infinity));
    this.#running = undefined;
  }
}

async function commitGroup(group: readonly Waiting[]): Promise<void> {
  const flushed = await Promise.allSettled(group.map(({ file }) => file?.syncData()));
  const folders = new Map<string, Waiting[]>();
  for (const [index, waiting] of group.entries()) {
    const result = flushed[index];
    try {
      if (result?.status === "rejected") throw result.reason;
      waiting.name();
      const named = folders.get(waiting.folder);
      if (named) named.push(waiting);
      else folders.set(waiting.folder, [waiting]);
    } catch (error) {
      waiting.done(error);
    }
  }
  await Promise.all(Array.from(folders, ([folder, named]) => flushNames(folder, named)));
}

/** A file whose own change of names is flushed takes the place of its folder where that cannot be opened. */
async function flushNames(folder: string, named: readonly Waiting[]): Promise<void> {
  const synced = await syncFolder(folder);
  await Promise.all(named.map(async ({ file, done }) => {
    try {
      if (!synced) await file?.sync();
      done();
    } catch (error) {
      done(error);
    }
  }));
}
