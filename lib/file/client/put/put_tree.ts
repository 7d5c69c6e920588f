import { concurrently, fromSystem, toToucanError } from "../../../core/mod.ts";
import type { LocalEntry } from "../local_entry.ts";
import { LocalWalk } from "../local_walk.ts";
import { findPutTarget } from "./put_target.ts";
import { openRemote } from "../remote/open_remote.ts";
import type { OnProgress, Remote } from "../remote/remote.ts";
import { PARALLEL_FILES, Tally, type TreeEntry, type TreeOptions, type TreeReport } from "../report.ts";

/** Small files that have been sent and wait for their answers, for each that is being sent. */
const BEHIND = 3;

/** Options of {@link putTree}. */
export interface PutTreeOptions extends TreeOptions {
  /**
   * Whether symbolic links in folders are followed, also out of them; otherwise they are skipped.
   * @default {false}
   */
  readonly follow?: boolean;
  /**
   * Number of retries of a file after a transient failure, by FTP.
   * @default {3}
   */
  readonly retries?: number;
  /**
   * Milliseconds before the first of them, doubled for each further one.
   * @default {1000}
   */
  readonly retryWait?: number;
}

/**
 * Uploads files and folders to a Toucan file server that accepts uploads, into the folder at `url`: each under its own name, or
 * for a path that ends with a slash its content. Like `cp`, a single path is uploaded as the last name of `url` if that does not
 * end with a slash and is not a folder. Files with the same size and digest are not sent again; the server's SHA-256 of an upload
 * has to equal that of the sent bytes. A file that changes while it is read is read once more. If a server of another kind has no
 * digest, the size is compared. Modification times and permission bits are sent along. Links and devices are skipped, and so is
 * the folder that the server stores to, if that is part of a folder to upload. A failure is an entry with an error, and the
 * other files continue.
 *
 * Permissions: `--allow-net=HOST:PORT`, and `--allow-read=PATH` for each of the paths.
 *
 * @param paths The local files and folders.
 * @param url The folder on the server.
 * @returns The totals; the result of each file is passed to `onEntry`.
 * @throws {NetworkError} When the server cannot be reached at all.
 * @example Upload the content of a folder
 * ```ts
 * import { putTree, serveFiles } from "../../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [from, to] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
 * await Deno.writeTextFile(`${from}/a.txt`, "hello");
 * await using server = serveFiles(to, "127.0.0.1:0", { upload: true });
 * const report = await putTree([`${from}/`], server.url);
 * assertEquals([report.moved, await Deno.readTextFile(`${to}/a.txt`)], [1, "hello"]);
 * for (const folder of [from, to]) await Deno.remove(folder, { recursive: true });
 * ```
 */
export function putTree(
  paths: readonly string[],
  url: string | URL,
  options?: PutTreeOptions,
): Promise<TreeReport>;
export async function putTree(
  paths: readonly string[],
  url: string | URL,
  options: PutTreeOptions = {},
): Promise<TreeReport> {
  await using remote = await openRemote(url, options);
  const tally = new Tally(options.onEntry);
  await new TreePutter(remote, options, tally).run(paths);
  return tally.report;
}

class TreePutter {
  #remote: Remote;
  readonly #options: PutTreeOptions;
  readonly #tally: Tally;

  constructor(remote: Remote, options: PutTreeOptions, tally: Tally) {
    this.#remote = remote;
    this.#options = options;
    this.#tally = tally;
  }

  async run(paths: readonly string[]): Promise<void> {
    const { parallel = PARALLEL_FILES, signal, follow } = this.#options;
    const target = await findPutTarget(this.#remote, paths);
    this.#remote = target.remote;
    const makeFolder = async (folder: LocalEntry) => {
      const made = await this.#put(folder);
      this.#tally.add(made);
      return made.action === "made";
    };
    const walk = new LocalWalk(target, { signal, follow, makeFolder });
    const put = (local: LocalEntry, release: () => void) => this.#put(local, release);
    const behind = parallel === 1 ? 0 : BEHIND * parallel;
    for await (const entry of concurrently(walk.all(paths), parallel, put, { behind })) {
      this.#tally.add(entry);
      signal?.throwIfAborted();
    }
  }

  async #put(local: LocalEntry, release?: () => void): Promise<TreeEntry> {
    const { file, segments, type, skip } = local;
    const start = performance.now();
    const url = this.#remote.urlOf(segments, type === "folder");
    const about = { path: segments.join("/"), url, file, type };
    const done = (rest: Pick<TreeEntry, "action"> & Partial<TreeEntry>): TreeEntry => ({
      ...about,
      ms: performance.now() - start,
      ...rest,
    });
    if (skip) return done({ action: "skipped", error: skip });
    try {
      if (local.error !== undefined) throw local.error;
      if (type === "folder") {
        await this.#remote.makeFolder(segments);
        return done({ action: "made" });
      }
      const onProgress: OnProgress = (progress) => this.#options.onProgress?.(about.path, progress);
      const { retries, retryWait } = this.#options;
      return done(await this.#remote.putFile(local, { release, onProgress, retries, retryWait }));
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return done({ action: "failed", error: toToucanError(fromSystem(error, { doing: "read", what: file })) });
    }
  }
}
