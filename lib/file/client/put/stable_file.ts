import { SystemError } from "../../../core/mod.ts";
import type { BodySource } from "../../../http/mod.ts";
import { digestOf } from "../../digest/digest.ts";
import { isFresh, versionOf } from "../../server/entity.ts";
import { sha256 } from "../../digest/sha256.ts";

/** From this size on, a file is read by another thread. */
const SMALL_BYTES = 1 << 20;

/**
 * The contents of a file as the body of a request. Before its last bytes are given away the file is looked at again: when
 * it has changed since it was opened the body fails, so that no server takes parts of two versions for a file.
 */
export class StableFile implements BodySource {
  /** Bytes of the file when it was opened. */
  readonly length: number;
  /** Bytes read so far. */
  bytes = 0;
  /** SHA-256 of all of it, once it was read. */
  digest?: Uint8Array<ArrayBuffer>;
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #before: Deno.FileInfo;
  readonly #fresh: boolean;
  /** Whether it is read in less time than another thread takes to be asked for it. */
  readonly #small: boolean;
  readonly #hash = sha256();
  readonly #onRead?: (bytes: number) => void;

  /** Reads an open file from its beginning; `onRead` is told of the bytes read so far. */
  constructor(path: string, file: Deno.FsFile, stat: Deno.FileInfo, onRead?: (bytes: number) => void) {
    this.#path = path;
    this.#file = file;
    this.#before = stat;
    this.#fresh = isFresh(stat);
    this.#onRead = onRead;
    this.length = stat.size;
    this.#small = stat.isFile && stat.size < SMALL_BYTES;
  }

  /**
   * @throws {SystemError} `file-changed`
   */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.bytes >= this.length) {
      if (!this.digest) await this.#end();
      return null;
    }
    const rest = into.subarray(0, Math.min(into.length, this.length - this.bytes));
    const count = this.#small ? this.#file.readSync(rest) : await this.#file.read(rest);
    if (count === null) throw this.#changed();
    this.#hash.update(into.subarray(0, count));
    this.bytes += count;
    if (this.bytes === this.length) await this.#end();
    this.#onRead?.(this.bytes);
    return count;
  }

  /**
   * All of it: for a small regular file, which is read in less time than another thread takes to be asked for it.
   *
   * @throws {SystemError} `file-changed`
   */
  async all(): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(this.length);
    while (this.bytes < this.length) {
      const count = this.#file.readSync(bytes.subarray(this.bytes));
      if (count === null) throw this.#changed();
      this.bytes += count;
    }
    this.#hash.update(bytes);
    await this.#end();
    this.#onRead?.(this.bytes);
    return bytes;
  }

  async #end(): Promise<void> {
    const digest = this.#hash.digest();
    // Within one tick of the file system's clock a change leaves the times as they are.
    if (this.#fresh && await digestOf(this.#file, this.length) !== digest.toHex()) throw this.#changed();
    const version = versionOf(this.#before);
    if (versionOf(this.#file.statSync()) !== version || versionOf(this.#atPath()) !== version) throw this.#changed();
    this.digest = digest;
  }

  #atPath(): Deno.FileInfo {
    try {
      return Deno.statSync(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw this.#changed();
      throw error;
    }
  }

  #changed(): SystemError {
    return new SystemError(`cannot send ${this.#path}: the file changed while it was read`, {
      code: "file-changed",
      operation: "read",
    });
  }
}
