import type { createHash } from "../../deps/node/hash.ts";
import type { ChecksumAlgorithm } from "./checksum.ts";

let newHash: typeof createHash | undefined;

/** Digests of what goes by. */
export class Digests {
  readonly #algorithms: ReadonlySet<ChecksumAlgorithm>;
  #hashes: [ChecksumAlgorithm, ReturnType<typeof createHash>][] = [];

  /** Makes them, with nothing gone by yet. */
  constructor(algorithms: Iterable<ChecksumAlgorithm>) {
    this.#algorithms = new Set(algorithms);
  }

  /** Loads the implementations, where there is a digest to compute. */
  async ready(): Promise<void> {
    if (this.#algorithms.size === 0) return;
    newHash ??= (await import("../../deps/node/hash.ts")).createHash;
    this.restart();
  }

  /** Whether there are any. */
  get any(): boolean {
    return this.#algorithms.size > 0;
  }

  /** Begins anew. */
  restart(): void {
    const make = newHash;
    this.#hashes = make ? Array.from(this.#algorithms, (algorithm) => [algorithm, make(algorithm)]) : [];
  }

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    for (const [, hash] of this.#hashes) hash.update(bytes);
  }

  /** The digests of all, in hex. */
  finish(): ReadonlyMap<ChecksumAlgorithm, string> {
    return new Map(this.#hashes.map(([algorithm, hash]) => [algorithm, hash.digest("hex")]));
  }
}
