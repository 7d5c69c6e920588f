import { sha256 } from "./sha256.ts";
import { isFresh, versionOf } from "../server/entity.ts";

const CHUNK_BYTES = 1 << 20;
const REMEMBERED = 100_000;
/** Up to here, reading at once costs less than handing it to another thread. */
const SMALL = 64 * 1024;
/** Maximum number of files that are read for their digest at once, in all requests. */
const AT_ONCE = 2;

/** The digests of files, which are remembered by version. */
export class Digests {
  readonly #known = new Map<string, string>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** The SHA-256 of an open file, in hex; undefined when it changes meanwhile. */
  async of(file: Deno.FsFile, stat: Deno.FileInfo): Promise<string | undefined> {
    const version = versionOf(stat);
    const known = this.known(stat);
    if (known !== undefined) return known;
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      const hex = await digestOf(file, stat.size);
      const after = file.statSync();
      if (versionOf(after) !== version) return undefined;
      if (!isFresh(stat)) this.remember(version, hex);
      return hex;
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  /** The SHA-256 of a file, where it is known without reading. */
  known(stat: Deno.FileInfo): string | undefined {
    return isFresh(stat) ? undefined : this.#known.get(versionOf(stat));
  }

  /** Remembers the digest of a version. */
  remember(version: string, hex: string): void {
    if (this.#known.size >= REMEMBERED) this.#known.delete(this.#known.keys().next().value ?? "");
    this.#known.set(version, hex);
  }
}

/** The SHA-256 of a file of about this size, from its beginning, in hex. */
export async function digestOf(file: Deno.FsFile, size: number = CHUNK_BYTES): Promise<string> {
  const hash = sha256();
  // One byte more than there is: the end comes with the first reading that is not full.
  const piece = new Uint8Array(Math.min(size + 1, CHUNK_BYTES));
  file.seekSync(0, Deno.SeekMode.Start);
  const read = size <= SMALL ? () => file.readSync(piece) : () => file.read(piece);
  for (let count = await read(); count !== null; count = await read()) {
    hash.update(piece.subarray(0, count));
    if (size <= SMALL && count <= size) break;
  }
  return hash.digest().toHex();
}
