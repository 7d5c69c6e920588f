import { concurrently, SystemError, toToucanError } from "../../core/mod.ts";
import { ConnectionPool, tryDownload } from "../../http/mod.ts";
import { readUrl } from "../../http/internal.ts";
import { encodePath, parseTargetPath } from "../codec/path.ts";
import type { ListedEntry, Listing } from "../listing.ts";
import { LocalTree } from "./local_tree.ts";
import { below, firstOf, list, listParts, shown } from "./remote.ts";
import { Tally, type TreeEntry, type TreeOptions, type TreeReport } from "./report.ts";

/** How {@link getTree} loads. */
export interface GetTreeOptions extends TreeOptions {
  /** How many times a file is tried again after a failure that may pass. @default 3 */
  readonly retries?: number;
  /** Milliseconds before the second try. @default 1000 */
  readonly retryWait?: number;
  /** Whether what is below a folder goes into one of the same name, as the URL has it. @default false */
  readonly keepName?: boolean;
}

/** A file that is to be loaded. */
interface Wanted {
  readonly segments: readonly string[];
  readonly entry: ListedEntry;
}

const DEEPEST = 100;

/**
 * Loads a file, or all that is below a folder, from a file server of ours into a folder: several at once, each verified
 * by its SHA-256 and continued where an earlier run stopped. What is there with the same size and digest stays as it
 * is; what differs is replaced. Nothing is written outside the folder, whatever names come. A file that cannot be had is
 * an entry with an error, and the others go on.
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
  using own = options.pool ? undefined : new ConnectionPool();
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
    const { parallel = 4, signal } = this.#options;
    const parts = listParts(this.#base, { ...this.#listing, digest: true });
    const first = await firstOf(parts);
    const tree = this.#tree = new LocalTree(this.#folder);
    const [only] = first.entries;
    this.#single = first.type === "file";
    const files = this.#single ? only ? [{ segments: [only.name], entry: only }] : [] : this.#walk([], first, parts);
    if (!this.#single && this.#options.keepName) {
      this.#top = parseTargetPath(this.#base.pathname)?.segments.slice(-1) ?? [];
    }
    try {
      tree.makeFolder(this.#top);
      for await (const entry of concurrently(files, parallel, (wanted) => this.#get(tree, wanted))) {
        this.#tally.add(entry);
        signal?.throwIfAborted();
      }
    } finally {
      await tree.close();
    }
  }

  get #listing() {
    const { headers, tls, proxy, family, pool, stall, timeout, signal, trace } = this.#options;
    return { headers, tls, proxy, family, pool, stall, timeout, signal, trace };
  }

  /** The files below a folder, as its listings come in; folders are made on the way. */
  async *#walk(
    segments: readonly string[],
    first: Listing,
    more: AsyncGenerator<Listing>,
  ): AsyncGenerator<Wanted> {
    const folders: string[] = [];
    for await (const entry of ready(first, more)) {
      const here = [...segments, entry.name];
      if (entry.type === "file") yield { segments: here, entry };
      // A link may lead up again, round and round.
      else if (entry.link) this.#tally.add({ ...this.#about(here, "folder"), action: "skipped", error: linked() });
      else folders.push(entry.name);
    }
    if (first.truncated) {
      this.#fail(segments, failure("too-many-entries", "the folder has more entries than are listed"));
    }
    for (const name of folders) {
      const here = [...segments, name];
      try {
        if (here.length > DEEPEST) throw failure("too-deep", `there are more than ${DEEPEST} folders in each other`);
        this.#tree?.makeFolder([...this.#top, ...here]);
        const parts = listParts(this.#urlOf(here, true), { ...this.#listing, digest: true });
        yield* this.#walk(here, await firstOf(parts), parts);
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        this.#fail(here, error);
      }
    }
  }

  #fail(segments: readonly string[], error: unknown): void {
    this.#tally.add({ ...this.#about(segments, "folder"), action: "failed", error: toToucanError(error) });
  }

  #about(segments: readonly string[], type: "file" | "folder") {
    return { path: segments.join("/"), url: shown(this.#urlOf(segments, type === "folder")), type, bytes: 0, ms: 0 };
  }

  #urlOf(segments: readonly string[], folder: boolean): URL {
    return this.#single ? this.#base : below(this.#base, encodePath(segments, folder));
  }

  async #get(tree: LocalTree, { segments, entry }: Wanted): Promise<TreeEntry> {
    const start = performance.now();
    const about = { ...this.#about(segments, "file"), bytes: entry.size };
    const done = (rest: Pick<TreeEntry, "action"> & Partial<TreeEntry>): TreeEntry => ({
      ...about,
      ms: performance.now() - start,
      ...rest,
    });
    try {
      const place = [...this.#top, ...segments];
      const size = tree.sizeOf(place);
      const known = entry.sha256 === undefined ? await this.#ask(segments) : entry;
      const { sha256 } = known;
      if (sha256 === undefined) throw failure("file-changing", "the file changes while the server reads it");
      const file = tree.place(place);
      if (size === known.size && await tree.digest(place) === sha256) {
        return done({ action: "unchanged", file, sha256 });
      }
      const staged = tree.stage(place);
      const { path } = about;
      const report = await tryDownload(this.#urlOf(segments, false), { file: staged }, {
        ...this.#listing,
        timeout: undefined,
        retries: this.#options.retries,
        retryWait: this.#options.retryWait,
        resume: true,
        force: true,
        maxSize: known.size,
        checksum: { algorithm: "sha256", value: sha256 },
        onProgress: (progress) => this.#options.onProgress?.(path, progress),
      });
      if (report.error !== undefined) throw report.error;
      await tree.settle(staged, place, known.modified);
      return done({ action: "saved", file, sha256, bytes: report.bytes, resumedFrom: report.resumedFrom });
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return done({ action: "failed", error: toToucanError(error) });
    }
  }

  /** Asks for a file by itself: of a large folder the server says only some digests. */
  async #ask(segments: readonly string[]): Promise<ListedEntry> {
    // Reading a large file for its digest takes its time.
    const { entries: [entry] } = await list(this.#urlOf(segments, false), {
      ...this.#listing,
      timeout: undefined,
      stall: 600_000,
      digest: true,
    });
    if (!entry) throw failure("not-a-listing", "the server says nothing about the file");
    return entry;
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
