/**
 * `node:crypto`: scrypt (RFC 7914), a memory-hard function for passwords, computed off the main thread. WebCrypto has
 * none.
 * Permissions at load and to call: none.
 * @module
 */
import { scrypt } from "node:crypto";
import { promisify } from "node:util";

/** Parameters of scrypt (RFC 7914 §2). */
export interface ScryptCost {
  /** Cost N as a power of two. */
  readonly log2N: number;
  /** Block size r. */
  readonly blockSize: number;
  /** Parallelization p. */
  readonly parallelization: number;
}

const derive = promisify<string, Uint8Array, number, Parameters<typeof scrypt>[3], Uint8Array>(scrypt);

/** Returns a key of 32 bytes made of a password. */
export async function scryptKey(
  password: string,
  salt: Uint8Array,
  { log2N, blockSize, parallelization }: ScryptCost,
): Promise<Uint8Array<ArrayBuffer>> {
  const N = 2 ** log2N;
  // Node's limit is below what these parameters need: 128 * N * r bytes, and some more.
  const maxmem = 128 * N * blockSize * 2 + (1 << 20);
  return Uint8Array.from(await derive(password, salt, 32, { N, r: blockSize, p: parallelization, maxmem }));
}
