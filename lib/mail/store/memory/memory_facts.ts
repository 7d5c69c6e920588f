import type { FactsStorage } from "../facts/storage.ts";

/** Keeps the facts of messages in memory. */
export class MemoryFacts implements FactsStorage {
  readonly #packed = new Map<number, string>();
  readonly #limit: number;

  /** Keeps those of this many messages, the last ones. */
  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  has(uid: number): boolean {
    return this.#packed.has(uid);
  }

  read(uid: number): string | undefined {
    return this.#packed.get(uid);
  }

  write(uid: number, packed: string): void {
    this.#packed.set(uid, packed);
    for (const first of this.#packed.keys()) {
      if (this.#packed.size <= this.#limit) break;
      this.#packed.delete(first);
    }
  }

  remove(uid: number): void {
    this.#packed.delete(uid);
  }
}
