import { type PreparedResponse, prepareResponse, type ServerRequest } from "../../http/mod.ts";
import { isFresh, tagOf } from "./entity.ts";
import type { FoundFile } from "./root.ts";
import { fileFields } from "./serve_file.ts";
import { reprDigest } from "../digest/repr_digest.ts";
import { sha256 } from "../digest/sha256.ts";

/** The largest file that is kept: with its head it goes out by one write. */
export const LARGEST = 24 * 1024;
const MAX_CACHE_BYTES = 64 << 20;
/** Approximate cost of a cached file beside its content, in bytes. */
const OVERHEAD = 2048;
/** Milliseconds after which all is looked at again, not only the file's own metadata. */
const TRUSTED = 1000;

/** Fields that make a response depend on more than the target. */
const CONDITIONS = ["range", "if-none-match", "if-modified-since", "if-match", "if-unmodified-since"];

interface Kept {
  readonly path: string;
  readonly stat: Deno.FileInfo;
  readonly response: PreparedResponse;
  readonly cost: number;
  readonly until: number;
  /** The turn in which the system was asked last. */
  turn: number;
}

/**
 * A cache of small files with their responses. On each request the metadata of the path is compared; a file that was changed a
 * moment ago is not cached, since its times would not show a further change. The path is resolved again every second.
 *
 * One answer of the system does for all requests that had come before it was asked: those whose turn in the queue of
 * microtasks is before the one that ends the turn. What comes later, also over the same connections, has its
 * continuation queued behind that.
 */
export class FileCache {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #turn = 0;
  #ends = false;

  /** The response for a target, when the file behind it is still the same. */
  get(request: ServerRequest): PreparedResponse | undefined {
    const kept = this.#kept.get(request.target);
    if (!kept) return undefined;
    const { headers } = request;
    // Most programs say no more than Host.
    if (headers.size > 1 && CONDITIONS.some((name) => headers.has(name))) return undefined;
    if (kept.turn === this.#turn) return kept.response;
    if (isSame(kept) && performance.now() < kept.until) {
      this.#endTurn();
      kept.turn = this.#turn;
      return kept.response;
    }
    this.#drop(request.target, kept);
    return undefined;
  }

  #endTurn(): void {
    if (this.#ends) return;
    this.#ends = true;
    queueMicrotask(() => {
      this.#turn++;
      this.#ends = false;
    });
  }

  /** Reads a file and keeps it, when it is small and old enough; `path` is where the target led before links. */
  async keep(
    target: string,
    path: string,
    found: FoundFile,
    name: string,
    more: Readonly<Record<string, string>>,
  ): Promise<PreparedResponse | undefined> {
    const { stat, file } = found;
    if (stat.size > LARGEST || isFresh(stat)) return undefined;
    const bytes = new Uint8Array(stat.size);
    let at = 0;
    for (let count = 0; at < bytes.length; at += count) {
      count = await file.read(bytes.subarray(at)) ?? 0;
      if (count === 0) break;
    }
    const until = performance.now() + TRUSTED;
    const now = { etag: tagOf(stat), lastModified: stat.mtime?.getTime() };
    const hash = sha256();
    hash.update(bytes);
    const fields = { ...more, ...reprDigest(hash.digest()) };
    const response = prepareResponse({ headers: fileFields(name, now, fields), body: bytes });
    const kept = { path, stat, response, cost: 2 * bytes.length + OVERHEAD + 2 * target.length, until, turn: -1 };
    if (at < bytes.length || !isSame(kept)) return undefined;
    this.#add(target, kept);
    return response;
  }

  #add(target: string, kept: Kept): void {
    const old = this.#kept.get(target);
    if (old) this.#drop(target, old);
    for (const [first, one] of this.#kept) {
      if (this.#bytes + kept.cost <= MAX_CACHE_BYTES) break;
      this.#drop(first, one);
    }
    this.#kept.set(target, kept);
    this.#bytes += kept.cost;
  }

  #drop(target: string, kept: Kept): void {
    this.#kept.delete(target);
    this.#bytes -= kept.cost;
  }
}

/** Whether the file at a path is the one that was read, in the same version. */
function isSame({ path, stat }: Kept): boolean {
  try {
    const now = Deno.statSync(path);
    return now.ino === stat.ino && now.dev === stat.dev && now.size === stat.size &&
      now.mtime?.getTime() === stat.mtime?.getTime() && now.ctime?.getTime() === stat.ctime?.getTime();
  } catch {
    return false;
  }
}
