import { concurrently, fromSystem, NegativeError, SystemError, toToucanError } from "../../core/mod.ts";
import { ConnectionPool, type DownloadProgress } from "../../http/mod.ts";
import { readUrl } from "../../http/internal.ts";
import { encodePath, MAX_DEPTH, parseTargetPath } from "../codec/path.ts";
import type { ListedEntry, Listing } from "../listing.ts";
import { unreadableText } from "./entry_row.ts";
import { saveFile } from "./save_file.ts";
import { FileGetter } from "./get_file.ts";
import { holdsNothing, LocalTree } from "./local_tree.ts";
import { below, firstOf, listParts, shown } from "./remote.ts";
import { MAX_IDLE, PARALLEL_FILES, Tally, type TreeEntry, type TreeOptions, type TreeReport } from "./report.ts";

/** How {@link getTree} loads. */
export interface GetTreeOptions extends TreeOptions {
  /** How many times a file is tried again after a failure that may pass. @default 3 */
  readonly retries?: number;
  /** Milliseconds before the second try. @default 1000 */
  readonly retryWait?: number;
  /** Whether each file is put on the disk by itself, rather than together with others that are complete by then. @default false */
  readonly syncEach?: boolean;
  /** Whether what is below a folder goes into one of the same name, as the URL has it. @default false */
  readonly keepName?: boolean;
  /**
   * Whether a single file is saved as the path, unless that is a folder, rather than into a folder of that path.
   * @default false
   */
  readonly asFile?: boolean;
  /** Whether links of the server to folders are followed; otherwise they are skipped. @default false */
  readonly follow?: boolean;
}

/** A file that is to be loaded. */
interface Wanted {
  readonly segments: readonly string[];
  readonly entry: ListedEntry;
}

/** Files that are received and wait for the disk, while others are transferred. */
const BEHIND = 64;

/**
 * Loads a file, or all that is below a folder, from a file server of ours into a folder: several at once, each verified
 * by its SHA-256 and continued where an earlier run stopped. What is there with the same size and digest stays as it
 * is; what differs is replaced. A file under its name is whole, and `onEntry` hears of it when its name is on the disk as
 * well; small files that are complete at the same time are put there together. Nothing is written outside the folder, whatever names come. A file that cannot be had is
 * an entry with an error, and the others go on. Files have the times and permission bits that they have on the server. From a
 * server of another kind a single file is downloaded as it comes.
 *
 * Permissions: `--allow-net=HOST:PORT`, `--allow-read=FOLDER` and `--allow-write=FOLDER`.
 *
 * @throws {NegativeError} `http-status`, `not-a-listing`: when the very first listing fails.
 * @throws {NetworkError} Likewise.
 * @example
 * ```ts
 * import { getTree, serveFiles } from "../../../mod.ts";
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
  using own = options.pool ? undefined : new ConnectionPool({ maxIdle: MAX_IDLE });
  const pool = options.pool ?? own;
  const tally = new Tally(options.onEntry);
  const getter = new TreeGetter(readUrl(url), folder, { ...options, pool }, tally);
  await getter.run();
  return tally.report;
}

class TreeGetter {
  readonly #base: URL;
  readonly #folder: string;
  readonly #options: GetTreeOptions;
  readonly #tally: Tally;
  #tree?: LocalTree;
  #single = false;
  /** The folder that all goes into, below the one that was named. */
  #top: readonly string[] = [];

  constructor(base: URL, folder: string, options: GetTreeOptions, tally: Tally) {
    this.#base = base;
    this.#folder = folder;
    this.#options = options;
    this.#tally = tally;
  }

  async run(): Promise<void> {
    const { parallel = PARALLEL_FILES, syncEach, signal } = this.#options;
    const named = this.#options.keepName ? parseTargetPath(this.#base.pathname)?.segments.slice(-1) ?? [] : [];
    // Where there is nothing to compare with, the digest that comes with each file is enough.
    const parts = listParts(this.#base, {
      ...this.#listing,
      digest: !holdsNothing([this.#folder, ...named].join("/")),
    });
    const first = await this.#firstOf(parts);
    if (!first || (first.type === "file" && this.#options.asFile && !isFolder(this.#folder))) {
      return this.#tally.add(await this.#getAsFile(first?.entries[0]));
    }
    const tree = this.#tree = new LocalTree(this.#folder, { syncEach });
    const [only] = first.entries;
    this.#single = first.type === "file";
    const files = this.#single ? only ? [{ segments: [only.name], entry: only }] : [] : this.#walk([], first, parts);
    if (!this.#single) this.#top = named;
    const getter = new FileGetter(tree, { ...this.#listing, ...this.#retrying });
    const get = (wanted: Wanted, release: () => void) => this.#get(getter, wanted, release);
    try {
      tree.makeFolder(this.#top);
      for await (const entry of concurrently(files, parallel, get, { behind: syncEach ? 0 : BEHIND })) {
        this.#tally.add(entry);
        signal?.throwIfAborted();
      }
    } finally {
      await tree.close();
    }
  }

  /** The first part of the listing; undefined where a server of another kind has a file at the URL, as far as that tells. */
  async #firstOf(parts: AsyncGenerator<Listing>): Promise<Listing | undefined> {
    try {
      return await firstOf(parts);
    } catch (error) {
      const other = error instanceof NegativeError && error.code === "not-a-listing";
      if (other && !this.#base.pathname.endsWith("/")) return undefined;
      throw error;
    }
  }

  async #getAsFile(entry?: ListedEntry): Promise<TreeEntry> {
    const start = performance.now();
    const segments = parseTargetPath(this.#base.pathname)?.segments.slice(-1) ?? [];
    const about = { path: segments.join("/"), url: shown(this.#base), type: "file" as const };
    try {
      if (isFolder(this.#folder) || !this.#options.asFile) Deno.mkdirSync(this.#folder, { recursive: true });
      const file = isFolder(this.#folder) ? new LocalTree(this.#folder).place(segments) : this.#folder;
      const saved = await saveFile(this.#base, { file }, {
        ...this.#listing,
        ...this.#retrying,
        entry,
        onProgress: (progress) => this.#options.onProgress?.(about.path, progress),
      });
      return { ...about, ...saved, ms: performance.now() - start };
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      const known = toToucanError(fromSystem(error, { doing: "write", what: this.#folder }));
      return { ...about, action: "failed", error: known, ms: performance.now() - start };
    }
  }

  get #listing() {
    const { headers, tls, proxy, family, pool, stall, timeout, signal, trace } = this.#options;
    return { headers, tls, proxy, family, pool, stall, timeout, signal, trace };
  }

  get #retrying() {
    const { retries, retryWait } = this.#options;
    return { retries, retryWait };
  }

  /** The files below a folder, as its listings come in; folders are made on the way. */
  async *#walk(
    segments: readonly string[],
    first: Listing,
    more: AsyncGenerator<Listing>,
    ancestors: readonly string[] = [],
  ): AsyncGenerator<Wanted> {
    if (first.id !== undefined && ancestors.includes(first.id)) {
      throw failure("symlink-loop", "the link leads to a folder above it");
    }
    const above = first.id === undefined ? ancestors : [...ancestors, first.id];
    const folders: string[] = [];
    for await (const entry of ready(first, more)) {
      const here = [...segments, entry.name];
      if (this.#depthOf(here) > MAX_DEPTH) this.#fail(here, tooDeep(), entry.type);
      else if (entry.type === "file") yield { segments: here, entry };
      // A link may lead up again, round and round.
      else if (entry.link && !this.#options.follow) {
        this.#tally.add({ ...this.#about(here, "folder"), action: "skipped", error: linked() });
      } else folders.push(entry.name);
    }
    if (first.truncated) {
      this.#fail(segments, failure("too-many-entries", "the folder has more entries than are listed"));
    }
    const { unreadable } = first;
    if (unreadable !== undefined) this.#fail(segments, failure("invalid-path", unreadableText(unreadable)));
    for (const name of folders) {
      const here = [...segments, name];
      try {
        const fresh = this.#tree?.makeFolder([...this.#top, ...here]) ?? false;
        const parts = listParts(this.#urlOf(here, true), { ...this.#listing, digest: !fresh });
        yield* this.#walk(here, await firstOf(parts), parts, above);
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        this.#fail(here, error);
      }
    }
  }

  #depthOf(segments: readonly string[]): number {
    return segments.length + (parseTargetPath(this.#base.pathname)?.segments.length ?? 0);
  }

  #fail(segments: readonly string[], error: unknown, type: "file" | "folder" = "folder"): void {
    this.#tally.add({ ...this.#about(segments, type), action: "failed", error: toToucanError(error) });
  }

  #about(segments: readonly string[], type: "file" | "folder", url: URL = this.#urlOf(segments, type === "folder")) {
    return { path: segments.join("/"), url: shown(url), type, ms: 0 };
  }

  #urlOf(segments: readonly string[], folder: boolean): URL {
    return this.#single ? this.#base : below(this.#base, encodePath(segments, folder));
  }

  async #get(file: FileGetter, { segments, entry }: Wanted, release: () => void): Promise<TreeEntry> {
    const start = performance.now();
    const url = this.#urlOf(segments, false);
    const about = { ...this.#about(segments, "file", url), bytes: entry.size };
    const ms = () => performance.now() - start;
    try {
      const onProgress = (progress: DownloadProgress) => this.#options.onProgress?.(about.path, progress);
      const got = await file.get({ url, entry, place: [...this.#top, ...segments], release, onProgress });
      return { ...about, ...got, ms: ms() };
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return { ...about, action: "failed", error: toToucanError(error), ms: ms() };
    }
  }
}

/** The entries of a folder, each when its digest had its turn. */
async function* ready(first: Listing, more: AsyncGenerator<Listing>): AsyncGenerator<ListedEntry> {
  yield* before(first);
  for await (const part of more) yield* before(part);
}

function before({ entries, next }: Listing): readonly ListedEntry[] {
  const at = entries.findIndex(({ name }) => name === next);
  return at < 0 ? entries : entries.slice(0, at);
}

function failure(code: string, message: string): SystemError {
  return new SystemError(message, { code, operation: "get" });
}

function linked(): SystemError {
  return failure("unsafe-link", "it is a link to a folder, which is not followed");
}

function tooDeep(): SystemError {
  return failure("too-deep", `more than ${MAX_DEPTH} folders deep`);
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
