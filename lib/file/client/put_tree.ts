import { concurrently, fromSystem, NegativeError, SystemError, toToucanError } from "../../core/mod.ts";
import { basename } from "../../deps/path.ts";
import { type BodySource, ConnectionPool, follow, request } from "../../http/mod.ts";
import { readUrl } from "../../http/internal.ts";
import { encodePath } from "../codec/path.ts";
import { digestOf } from "../digest.ts";
import type { ListedEntry } from "../listing.ts";
import { sha256 } from "../sha256.ts";
import { below, differs, list, refused, type RemoteOptions, shown } from "./remote.ts";
import { Tally, type TreeEntry, type TreeOptions, type TreeReport } from "./report.ts";

/** Up to this size a file goes out in one piece with the head of its request. */
const AT_ONCE = 48 * 1024;
/** From this size on the server is asked before the body is sent. */
const ASK_FIRST = 1 << 20;

/** Something here that is to go there. */
interface Local {
  readonly file: string;
  readonly segments: readonly string[];
  readonly type: "file" | "folder" | "other";
  /** What is there already under that name. */
  readonly remote?: ListedEntry;
  /** Why it cannot even be looked at. */
  readonly error?: unknown;
}

/**
 * Sends files and folders to a file server of ours that takes uploads, into the folder at `url`: a file or a folder
 * under its own name, and of a path that ends with a slash what is in it. Several go at once; what is there with the
 * same size and digest stays as it is; of what was sent the server says the SHA-256, which has to be the one of the bytes that
 * left. Links and devices are left out. What cannot be sent is an entry with an error, and the others go on.
 *
 * Permissions: `--allow-net=HOST:PORT`, and `--allow-read=PATH` for each of the paths.
 *
 * @throws {SystemError} When one of the paths is not there.
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
  options?: TreeOptions,
): Promise<TreeReport>;
export async function putTree(
  paths: readonly string[],
  url: string | URL,
  options: TreeOptions = {},
): Promise<TreeReport> {
  using own = options.pool ? undefined : new ConnectionPool();
  const pool = options.pool ?? own;
  const tally = new Tally(options.onEntry);
  await new TreePutter(readUrl(url), { ...options, pool }, tally).run(paths);
  return tally.report;
}

class TreePutter {
  readonly #base: URL;
  readonly #options: TreeOptions;
  readonly #tally: Tally;

  constructor(base: URL, options: TreeOptions, tally: Tally) {
    this.#base = base;
    this.#options = options;
    this.#tally = tally;
  }

  async run(paths: readonly string[]): Promise<void> {
    const { parallel = 4, signal } = this.#options;
    for (const path of paths) look(path);
    const walk = this.#walkAll(paths);
    for await (const entry of concurrently(walk, parallel, (local) => this.#put(local))) {
      this.#tally.add(entry);
      signal?.throwIfAborted();
    }
  }

  get #remote(): RemoteOptions {
    const { headers, tls, proxy, family, pool, stall, timeout, signal, trace } = this.#options;
    return { headers, tls, proxy, family, pool, stall, timeout, signal, trace };
  }

  async *#walkAll(paths: readonly string[]): AsyncGenerator<Local> {
    const there = await this.#there([]);
    for (const path of paths) {
      const bare = path.replace(/[/\\]+$/, "");
      const inside = bare !== path || /(?:^|[/\\])\.\.?$/.test(path);
      // A path on the command line may be a link: who writes it means what is behind.
      const { isDirectory, isFile } = look(path);
      if (isDirectory) yield* this.#walk(path, inside ? [] : [basename(path)], there);
      else {
        const segments = [basename(path)];
        const remote = there.get(segments[0] ?? "");
        yield { file: path, segments, type: isFile ? "file" : "other", remote };
      }
    }
  }

  /** A folder and what is in it; `above` is what the server has in the folder above. */
  async *#walk(
    folder: string,
    segments: readonly string[],
    above: ReadonlyMap<string, ListedEntry>,
  ): AsyncGenerator<Local> {
    // Before anything is sent: a folder that is served may get what is uploaded from it.
    const reading = Array.fromAsync(Deno.readDir(folder));
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
    const folders: string[] = [];
    try {
      for (const { name, isFile, isDirectory } of await reading) {
        if (await isMangled(folder, name)) {
          const error = new SystemError(`cannot read ${folder}/${name}: the name is not valid UTF-8`, {
            code: "invalid-path",
            operation: "read",
          });
          yield { file: `${folder}/${name}`, segments: [...segments, name], type: isFile ? "file" : "other", error };
        } else if (isDirectory) folders.push(name);
        else {
          const type = isFile ? "file" : "other";
          yield { file: `${folder}/${name}`, segments: [...segments, name], type, remote: there.get(name) };
        }
      }
    } catch (error) {
      const known = fromSystem(error, { doing: "read", what: folder });
      yield { file: folder, segments, type: "folder", error: known };
    }
    for (const name of folders) yield* this.#walk(`${folder}/${name}`, [...segments, name], there);
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

  async #put(local: Local): Promise<TreeEntry> {
    const { file, segments, type } = local;
    const start = performance.now();
    const url = below(this.#base, encodePath(segments, type === "folder"));
    const about = { path: segments.join("/"), url: shown(url), file, type, bytes: 0 };
    const done = (rest: Pick<TreeEntry, "action"> & Partial<TreeEntry>): TreeEntry => ({
      ...about,
      ms: performance.now() - start,
      ...rest,
    });
    try {
      if (local.error !== undefined) throw local.error;
      if (type === "other") {
        const error = new SystemError(`${file} is neither a file nor a folder`, { code: "not-a-file" });
        return done({ action: "skipped", error });
      }
      if (type === "folder") {
        await this.#makeFolder(url);
        return done({ action: "made" });
      }
      return done(await this.#putFile(local, url));
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return done({ action: "failed", error: toToucanError(fromSystem(error, { doing: "read", what: file })) });
    }
  }

  async #makeFolder(url: URL): Promise<void> {
    using response = await follow(url, { ...this.#remote, method: "PUT" });
    if (response.status >= 400) throw await refused(response);
    await response.body.bytes(4096);
  }

  async #putFile(
    { file: path, segments, remote }: Local,
    url: URL,
  ): Promise<Pick<TreeEntry, "action" | "bytes" | "sha256">> {
    using file = await Deno.open(path, { read: true });
    const { size } = await file.stat();
    if (remote?.type === "file" && remote.size === size && remote.sha256 !== undefined) {
      if (await digestOf(file) === remote.sha256) return { action: "unchanged", bytes: size, sha256: remote.sha256 };
      await file.seek(0, Deno.SeekMode.Start);
    }
    const name = segments.join("/");
    const hash = sha256();
    let bytes = 0;
    const body: BodySource = {
      length: size,
      read: async (into) => {
        const count = await file.read(into);
        if (count === null) return null;
        hash.update(into.subarray(0, count));
        this.#options.onProgress?.(name, { bytes: bytes += count, total: size });
        return count;
      },
    };
    using response = await request(url, {
      ...this.#remote,
      timeout: undefined,
      method: "PUT",
      body: size <= AT_ONCE ? await bytesOf(body, size) : body,
      expectContinue: size >= ASK_FIRST,
    });
    if (response.status >= 300) throw await refused(response);
    const digest = hash.digest();
    const said = /(?:^|,)[\t ]*sha-256=:([A-Za-z0-9+/=]+):/.exec(response.headers.get("repr-digest") ?? "")?.[1];
    if (said !== digest.toBase64()) throw differs(name);
    await response.body.bytes(4096);
    return { action: "sent", bytes, sha256: digest.toHex() };
  }
}

/** All of a small body; where the file has become shorter meanwhile that is what there is. */
async function bytesOf(body: BodySource, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const count = await body.read(bytes.subarray(at));
    if (count === null) break;
    at += count;
  }
  return bytes.subarray(0, at);
}

function look(path: string): Deno.FileInfo {
  try {
    return Deno.statSync(path);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
}

/** Whether a name is not UTF-8: the runtime puts U+FFFD in the place of its bytes, and there is no such file. */
async function isMangled(folder: string, name: string): Promise<boolean> {
  return name.includes("\ufffd") && !await Deno.lstat(`${folder}/${name}`).then(() => true, () => false);
}
