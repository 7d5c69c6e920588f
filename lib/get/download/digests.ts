import type { createHash } from "../../deps/node/hash.ts";
import type { ChecksumAlgorithm } from "./checksum.ts";

let newHash: typeof createHash | undefined;

/** Computes digests of a body as it is received. */
export class Digests {
  readonly #algorithms: ReadonlySet<ChecksumAlgorithm>;
  #hashes: [ChecksumAlgorithm, ReturnType<typeof createHash>][] = [];

  /** Creates the digests of an empty body. */
  constructor(algorithms: Iterable<ChecksumAlgorithm>) {
    this.#algorithms = new Set(algorithms);
  }

  /** Imports the implementation, if there is a digest to compute. */
  async ready(): Promise<void> {
    if (this.#algorithms.size === 0) return;
    newHash ??= (await import("../../deps/node/hash.ts")).createHash;
    this.restart();
  }

  /** Whether any digest is computed. */
  get any(): boolean {
    return this.#algorithms.size > 0;
  }

  /** Resets the digests to those of an empty body. */
  restart(): void {
    const make = newHash;
    this.#hashes = make ? Array.from(this.#algorithms, (algorithm) => [algorithm, make(algorithm)]) : [];
  }

  /** Adds the next bytes. */
  update(bytes: Uint8Array): void {
    for (const [, hash] of this.#hashes) hash.update(bytes);
  }

  /** Returns the digests in hex. */
  finish(): ReadonlyMap<ChecksumAlgorithm, string> {
    return new Map(this.#hashes.map(([algorithm, hash]) => [algorithm, hash.digest("hex")]));
  }
}
