import {
  concurrently,
  FolderReader,
  fromSystem,
  NegativeError,
  SystemError,
  toToucanError,
  ToucanError,
} from "../../core/mod.ts";
import { basename } from "../../deps/path.ts";
import { ConnectionPool, Fields, request } from "../../http/mod.ts";
import { readUrl } from "../../http/internal.ts";
import { FILE_FIELD, formatFileField } from "../codec/file_field.ts";
import { encodePath, MAX_DEPTH, parseTargetPath } from "../codec/path.ts";
import { digestOf } from "../digest.ts";
import type { ListedEntry } from "../listing.ts";
import { Claims } from "./claims.ts";
import { makeRemoteFolder } from "./make_folder.ts";
import { findPutTarget } from "./put_target.ts";
import { below, list, refused, type RemoteOptions, shown } from "./remote.ts";
import { MAX_IDLE, PARALLEL_FILES, Tally, type TreeEntry, type TreeOptions, type TreeReport } from "./report.ts";
import { StableFile } from "./stable_file.ts";
import { verifyPut } from "./verify_put.ts";

/** From this size on the server is asked before the body is sent. */
const ASK_FIRST = 1 << 20;
/** Up to this size a file is read at once, so that its request can be repeated, and go over a connection that was kept. */
const AT_ONCE = ASK_FIRST - 1;

/** Small files that have been sent and wait for their answers, for each that is being sent. */
const BEHIND = 3;

/** How {@link putTree} sends. */
export interface PutTreeOptions extends TreeOptions {
  /** Whether symbolic links in folders are followed, also out of them; otherwise they are skipped. @default false */
  readonly follow?: boolean;
}

/** Something here that is to go there. */
interface Local {
  readonly file: string;
  readonly segments: readonly string[];
  readonly type: "file" | "folder" | "link" | "other";
  /** What is there already under that name. */
  readonly remote?: ListedEntry;
  /** Why it cannot even be looked at. */
  readonly error?: unknown;
}

/**
 * Sends files and folders to a file server of ours that takes uploads, into the folder at `url`: a file or a folder
 * under its own name, and of a path that ends with a slash what is in it. A single path becomes what `url` names if that
 * does not end with a slash and is no folder, as `cp` has it. Several go at once; what is there with the
 * same size and digest stays as it is; of what was sent the server says the SHA-256, which has to be the one of the bytes that
 * left. A file that changes while it is read is read once more. A server of another kind that gives no digest is asked
 * for the size. Time and permission bits of files are sent along. Links and devices are skipped. What cannot be sent is an entry with an error, and the others go on.
 *
 * Permissions: `--allow-net=HOST:PORT`, and `--allow-read=PATH` for each of the paths.
 *
 * @throws {NetworkError} When the server cannot be reached at all.
 * @example
 * ```ts
 * import { putTree, serveFiles } from "../../../mod.ts";
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
  using own = options.pool ? undefined : new ConnectionPool({ maxIdle: MAX_IDLE });
  const pool = options.pool ?? own;
  const tally = new Tally(options.onEntry);
  await new TreePutter(readUrl(url), { ...options, pool }, tally).run(paths);
  return tally.report;
}

class TreePutter {
  #base: URL;
  readonly #options: PutTreeOptions;
  readonly #tally: Tally;
  readonly #claims = new Claims();

  constructor(base: URL, options: PutTreeOptions, tally: Tally) {
    this.#base = base;
    this.#options = options;
    this.#tally = tally;
  }

  async run(paths: readonly string[]): Promise<void> {
    const { parallel = PARALLEL_FILES, signal } = this.#options;
    const walk = this.#walkAll(paths);
    const put = (local: Local, release: () => void) => this.#put(local, release);
    const behind = parallel === 1 ? 0 : BEHIND * parallel;
    for await (const entry of concurrently(walk, parallel, put, { behind })) {
      this.#tally.add(entry);
      signal?.throwIfAborted();
    }
  }

  get #remote(): RemoteOptions {
    const { headers, tls, proxy, family, pool, stall, timeout, signal, trace } = this.#options;
    return { headers, tls, proxy, family, pool, stall, timeout, signal, trace };
  }

  async *#walkAll(paths: readonly string[]): AsyncGenerator<Local> {
    const target = await findPutTarget(this.#base, paths, this.#remote);
    this.#base = target.base;
    const there = target.name === undefined ? await this.#there([]) : target.there;
    for (const path of paths) {
      const bare = path.replace(/[/\\]+$/, "");
      const inside = bare !== path || /(?:^|[/\\])\.\.?$/.test(path);
      const segments = inside ? [] : [target.name ?? basename(path)];
      // A path on the command line may be a link: who writes it means what is behind.
      const found = look(path);
      if (found instanceof ToucanError) yield { file: path, segments: [basename(path)], type: "other", error: found };
      else if (found.isDirectory) {
        yield* this.#walk(bare === "" ? path : bare, segments, there, [idOf(found)]);
      } else yield this.#file(path, segments.length > 0 ? segments : [basename(path)], found, there);
    }
  }

  /** A folder and what is in it; `above` is what the server has in the folder above. */
  async *#walk(
    folder: string,
    segments: readonly string[],
    above: ReadonlyMap<string, ListedEntry>,
    ancestors: readonly string[],
  ): AsyncGenerator<Local> {
    const refusal = this.#tooDeep(segments, folder) ?? this.#claims.take(segments, folder, true);
    if (refusal) return yield { file: folder, segments, type: "folder", error: refusal };
    // Before anything is sent: a folder that is served may get what is uploaded from it.
    const reader = new FolderReader(folder);
    const reading = Array.fromAsync(reader);
    await reading.catch(() => {});
    const known = segments.length === 0 || above.get(segments.at(-1) ?? "")?.type === "folder";
    if (!known) {
      const made = await this.#put({ file: folder, segments, type: "folder" });
      this.#tally.add(made);
      // What is to go into it would fail one by one.
      if (made.action === "failed") return;
    }
    let there = segments.length === 0 ? above : new Map<string, ListedEntry>();
    try {
      if (segments.length > 0 && known) there = await this.#there(segments);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return yield { file: folder, segments, type: "folder", error };
    }
    const folders: (readonly [name: string, id: string])[] = [];
    try {
      for (const entry of await reading) {
        const { name } = entry;
        const file = `${folder}/${name}`;
        if (entry.unreadable) {
          yield { file, segments: [...segments, name], type: typeOf(entry), error: notUtf8(`${folder}/${name}`) };
          continue;
        }
        const found = entry.isSymlink && !this.#options.follow ? entry : look(file, entry.isSymlink);
        if (found instanceof ToucanError) yield { file, segments: [...segments, name], type: "link", error: found };
        else if (!found.isDirectory) yield this.#file(file, [...segments, name], found, there);
        else if ("ino" in found) folders.push([name, idOf(found)]);
      }
      if (reader.hidden > 0) yield { file: folder, segments, type: "folder", error: hidden(folder, reader.hidden) };
    } catch (error) {
      const known = fromSystem(error, { doing: "read", what: folder });
      yield { file: folder, segments, type: "folder", error: known };
    }
    for (const [name, id] of folders) {
      const [file, here] = [`${folder}/${name}`, [...segments, name]];
      if (ancestors.includes(id)) yield { file, segments: here, type: "link", error: loop(file) };
      else yield* this.#walk(file, here, there, [...ancestors, id]);
    }
  }

  /** Something that is no folder, unless its name is taken. */
  #file(file: string, segments: readonly string[], found: Kind, there: ReadonlyMap<string, ListedEntry>): Local {
    const type = typeOf(found);
    const sends = type === "file";
    const error = sends ? this.#tooDeep(segments, file) ?? this.#claims.take(segments, file, false) : undefined;
    return { file, segments, type, remote: there.get(segments.at(-1) ?? ""), error };
  }

  #tooDeep(segments: readonly string[], file: string): SystemError | undefined {
    const depth = segments.length + (parseTargetPath(this.#base.pathname)?.segments.length ?? 0);
    if (depth <= MAX_DEPTH) return undefined;
    const why = `cannot send ${file}: more than ${MAX_DEPTH} folders deep`;
    return new SystemError(why, { code: "too-deep", operation: "put" });
  }

  /** What the server has in a folder already; nothing, where it does not say. */
  async #there(segments: readonly string[]): Promise<Map<string, ListedEntry>> {
    try {
      const url = below(this.#base, encodePath(segments, true));
      const { entries } = await list(url, { ...this.#remote, digest: true });
      return new Map(entries.map((entry) => [entry.name, entry]));
    } catch (error) {
      if (error instanceof NegativeError) return new Map();
      throw error;
    }
  }

  async #put(local: Local, release?: () => void): Promise<TreeEntry> {
    const { file, segments, type } = local;
    const start = performance.now();
    const url = below(this.#base, encodePath(segments, type === "folder"));
    const about = { path: segments.join("/"), url: shown(url), file, type };
    const done = (rest: Pick<TreeEntry, "action"> & Partial<TreeEntry>): TreeEntry => ({
      ...about,
      ms: performance.now() - start,
      ...rest,
    });
    try {
      if (local.error !== undefined) throw local.error;
      if (type === "other" || type === "link") return done({ action: "skipped", error: skipped(file, type) });
      if (type === "folder") {
        await makeRemoteFolder(url, this.#remote);
        return done({ action: "made" });
      }
      return done(await this.#putStable(local, url, release));
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return done({ action: "failed", error: toToucanError(fromSystem(error, { doing: "read", what: file })) });
    }
  }

  /** Sends a file, and once more when it changes meanwhile. */
  async #putStable(local: Local, url: URL, release?: () => void): Promise<Sent> {
    try {
      return await this.#putFile(local, url, release);
    } catch (error) {
      if (!(error instanceof ToucanError) || error.code !== "file-changed") throw error;
      return await this.#putFile(local, url);
    }
  }

  async #putFile(
    { file: path, segments, remote }: Local,
    url: URL,
    release?: () => void,
  ): Promise<Sent> {
    using file = await Deno.open(path, { read: true });
    const stat = file.statSync();
    const { size } = stat;
    if (remote?.type === "file" && remote.size === size && remote.sha256 !== undefined) {
      if (await digestOf(file, size) === remote.sha256) {
        return { action: "unchanged", bytes: size, sha256: remote.sha256 };
      }
      await file.seek(0, Deno.SeekMode.Start);
    }
    const name = segments.join("/");
    const { onProgress } = this.#options;
    const body = new StableFile(path, file, stat, (bytes) => onProgress?.(name, { bytes, total: size }));
    const metadata = { modified: stat.mtime?.getTime(), mode: stat.mode ?? undefined };
    const small = stat.isFile && size <= AT_ONCE ? await body.all() : undefined;
    // It goes out by one write; the rest is waiting for the server to store it.
    if (small) release?.();
    using response = await request(url, {
      ...this.#remote,
      headers: [...new Fields(this.#remote.headers), [FILE_FIELD, formatFileField(metadata)]],
      timeout: undefined,
      method: "PUT",
      body: small ?? body,
      expectContinue: size >= ASK_FIRST,
    });
    if (response.status >= 300) throw await refused(response);
    await response.body.bytes(4096);
    const verified = await verifyPut(response, { url, name, size, digest: body.digest }, this.#remote);
    return { action: "sent", bytes: body.bytes, ...verified };
  }
}

type Sent = Pick<TreeEntry, "action" | "bytes" | "sha256" | "verified">;
type Kind = Pick<Deno.FileInfo, "isFile" | "isDirectory" | "isSymlink">;

/** What is at a path, behind links unless told otherwise; or why that cannot be said. */
function look(path: string, follow = true): Deno.FileInfo | ToucanError {
  try {
    return follow ? Deno.statSync(path) : Deno.lstatSync(path);
  } catch (error) {
    return toToucanError(fromSystem(error, { doing: "read", what: path }));
  }
}

function typeOf({ isFile, isDirectory, isSymlink }: Kind): Local["type"] {
  return isSymlink ? "link" : isDirectory ? "folder" : isFile ? "file" : "other";
}

function idOf({ dev, ino }: Deno.FileInfo): string {
  return `${dev}-${ino}`;
}

function skipped(file: string, type: "link" | "other"): SystemError {
  return type === "link"
    ? new SystemError(`${file} is a symbolic link`, { code: "link-not-followed", operation: "put" })
    : new SystemError(`${file} is neither a file nor a folder`, { code: "not-a-file", operation: "put" });
}

function loop(file: string): SystemError {
  return new SystemError(`cannot follow ${file}: it leads to a folder above it`, {
    code: "symlink-loop",
    operation: "put",
  });
}

function notUtf8(file: string): SystemError {
  return new SystemError(`cannot read ${file}: the name is not valid UTF-8`, {
    code: "invalid-path",
    operation: "read",
  });
}

function hidden(folder: string, count: number): SystemError {
  const names = count === 1 ? "an entry whose name is" : `${count} entries whose names are`;
  return new SystemError(`cannot read all of ${folder}: it has ${names} not valid UTF-8`, {
    code: "invalid-path",
    operation: "read",
  });
}
