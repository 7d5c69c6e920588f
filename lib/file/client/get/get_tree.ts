import { concurrently, fromSystem, NegativeError, toToucanError } from "../../../core/mod.ts";
import { holdsNothing, LocalTree } from "../local_tree.ts";
import { openRemote } from "../remote/open_remote.ts";
import type { OnProgress, Remote, TreeGetter } from "../remote/remote.ts";
import { type RemoteFile, RemoteWalk } from "../remote_walk.ts";
import { PARALLEL_FILES, Tally, type TreeEntry, type TreeOptions, type TreeReport } from "../report.ts";
import { firstOf } from "../remote/parts.ts";
import type { RemoteEntry, RemoteListing } from "../remote/remote_entry.ts";

/** Options of {@link getTree}. */
export interface GetTreeOptions extends TreeOptions {
  /**
   * Number of retries of a file after a transient failure.
   * @default {3}
   */
  readonly retries?: number;
  /**
   * Milliseconds before the first retry.
   * @default {1000}
   */
  readonly retryWait?: number;
  /**
   * Whether each file is flushed to the disk by itself, rather than together with others that are complete by then.
   * @default {false}
   */
  readonly syncEach?: boolean;
  /**
   * Whether the content of a folder is saved in a folder of its name.
   * @default {false}
   */
  readonly keepName?: boolean;
  /**
   * Whether a single file is saved under the path, unless that is a folder, rather than in a folder with that path.
   * @default {false}
   */
  readonly asFile?: boolean;
  /**
   * Whether the server's links to folders are followed; otherwise they are skipped.
   * @default {false}
   */
  readonly follow?: boolean;
}

/** Files that are received and wait for the disk, while others are transferred. */
const BEHIND = 64;

/**
 * Downloads a file, or all that is below a folder, from a Toucan file server into a folder: several at once, each verified
 * by its SHA-256 and resumed where an earlier run stopped. Files with the same size and digest are kept, others are replaced.
 * A file under its final name is complete, and `onEntry` is called when its name is on the disk; small files that are complete
 * at the same time are flushed together. Nothing is written outside of the folder, whatever names the server sends. A failure is
 * an entry with an error, and the other files continue; the folder that is written to is skipped if the server has it too. Files
 * get the modification times and permission bits of the server. From a server of another kind a single file is downloaded.
 *
 * Permissions: `--allow-net=HOST:PORT`, `--allow-read=FOLDER` and `--allow-write=FOLDER`.
 *
 * @param url The file or folder on the server.
 * @param folder The local folder.
 * @returns The totals; the result of each file is passed to `onEntry`.
 * @throws {NegativeError} `http-status`, `not-a-listing`: when the first listing fails.
 * @throws {NetworkError} Likewise.
 * @example Download a folder
 * ```ts
 * import { getTree, serveFiles } from "../../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [from, to] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
 * await Deno.writeTextFile(`${from}/a.txt`, "hello");
 * await using server = serveFiles(from, "127.0.0.1:0");
 * const first = await getTree(server.url, to);
 * const second = await getTree(server.url, to);
 * assertEquals([first.moved, second.unchanged, await Deno.readTextFile(`${to}/a.txt`)], [1, 1, "hello"]);
 * for (const folder of [from, to]) await Deno.remove(folder, { recursive: true });
 * ```
 */
export function getTree(
  url: string | URL,
  folder: string,
  options?: GetTreeOptions,
): Promise<TreeReport>;
export async function getTree(
  url: string | URL,
  folder: string,
  options: GetTreeOptions = {},
): Promise<TreeReport> {
  await using remote = await openRemote(url, options);
  const tally = new Tally(options.onEntry);
  await new TreeDownload(remote, folder, options, tally).run();
  return tally.report;
}

class TreeDownload {
  readonly #remote: Remote;
  readonly #folder: string;
  readonly #options: GetTreeOptions;
  readonly #tally: Tally;

  constructor(remote: Remote, folder: string, options: GetTreeOptions, tally: Tally) {
    this.#remote = remote;
    this.#folder = folder;
    this.#options = options;
    this.#tally = tally;
  }

  async run(): Promise<void> {
    const { asFile, keepName, syncEach } = this.#options;
    const named = keepName ? this.#remote.names.slice(-1) : [];
    // Where there is nothing to compare with, the digest that comes with each file is enough.
    const digest = !holdsNothing([this.#folder, ...named].join("/"));
    const parts = this.#remote.listParts([], { digest });
    const first = await this.#firstOf(parts);
    if (!first || (first.type === "file" && asFile && !isFolder(this.#folder))) {
      return this.#tally.add(await this.#getAsFile(first?.entries[0]));
    }
    const tree = new LocalTree(this.#folder, { syncEach });
    try {
      if (first.type === "file") {
        await this.#getAll(
          first.entries.slice(0, 1).map((entry) => ({ segments: [entry.name], entry, at: [] })),
          tree,
          [],
        );
      } else await this.#getAll(this.#walk(tree, named).all(first, parts), tree, named);
    } finally {
      await tree.close();
    }
  }

  /** The first part of the listing; undefined where a server of another kind has a file at the URL, as far as that tells. */
  async #firstOf(parts: AsyncGenerator<RemoteListing>): Promise<RemoteListing | undefined> {
    try {
      return await firstOf(parts);
    } catch (error) {
      const other = error instanceof NegativeError && error.code === "not-a-listing";
      if (other && !this.#remote.isFolder) return undefined;
      throw error;
    }
  }

  #walk(tree: LocalTree, top: readonly string[]): RemoteWalk {
    const onEntry = (entry: TreeEntry) => this.#tally.add(entry);
    const { signal, follow } = this.#options;
    return new RemoteWalk(this.#remote, tree, { signal, top, follow, onEntry });
  }

  /** Downloads files into a tree, into the folder of these names. */
  async #getAll(
    files: Iterable<RemoteFile> | AsyncIterable<RemoteFile>,
    tree: LocalTree,
    top: readonly string[],
  ): Promise<void> {
    const { parallel = PARALLEL_FILES, syncEach, signal, retries, retryWait } = this.#options;
    const getter = this.#remote.getter(tree, { retries, retryWait });
    const get = (file: RemoteFile, release: () => void) => this.#get(getter, file, top, release);
    for await (const entry of concurrently(files, parallel, get, { behind: syncEach ? 0 : BEHIND })) {
      this.#tally.add(entry);
      signal?.throwIfAborted();
    }
  }

  async #get(
    getter: TreeGetter,
    { segments, entry, at = segments }: RemoteFile,
    top: readonly string[],
    release: () => void,
  ): Promise<TreeEntry> {
    const start = performance.now();
    const url = this.#remote.urlOf(at, false);
    const about = { path: segments.join("/"), url, type: "file" as const, bytes: entry.size };
    const ms = () => performance.now() - start;
    try {
      const onProgress: OnProgress = (progress) => this.#options.onProgress?.(about.path, progress);
      const got = await getter.get({ at, entry, place: [...top, ...segments], release, onProgress });
      return { ...about, ...got, ms: ms() };
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return { ...about, action: "failed", error: toToucanError(error), ms: ms() };
    }
  }

  async #getAsFile(entry?: RemoteEntry): Promise<TreeEntry> {
    const start = performance.now();
    const { retries, retryWait, asFile } = this.#options;
    const segments = this.#remote.names.slice(-1);
    const about = { path: segments.join("/"), url: this.#remote.urlOf([], false), type: "file" as const };
    try {
      if (isFolder(this.#folder) || !asFile) Deno.mkdirSync(this.#folder, { recursive: true });
      const file = isFolder(this.#folder) ? new LocalTree(this.#folder).place(segments) : this.#folder;
      const onProgress: OnProgress = (progress) => this.#options.onProgress?.(about.path, progress);
      const saved = await this.#remote.save({ file }, { retries, retryWait, entry, onProgress });
      return { ...about, ...saved, ms: performance.now() - start };
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      const known = toToucanError(fromSystem(error, { doing: "write", what: this.#folder }));
      return { ...about, action: "failed", error: known, ms: performance.now() - start };
    }
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
