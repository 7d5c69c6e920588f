/** Deterministic random numbers for a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns an integer from 0 up to but not including `limit`. */
  below(limit: number): number {
    this.#state = this.#state + 0x6d2b79f5 >>> 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) % Math.max(1, limit);
  }

  /** Returns one of the items. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }
}

/** Values at which codecs change state: boundaries of byte ranges, and delimiters. */
const EDGES = [0, 1, 9, 10, 13, 32, 34, 37, 46, 47, 58, 59, 61, 64, 92, 127, 128, 191, 192, 224, 255];
const MAX_BYTES = 64 * 1024;

type Mutation = (bytes: Uint8Array, random: Random, tokens: readonly Uint8Array[]) => Uint8Array<ArrayBuffer>;

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => {
    const changed = bytes.slice();
    const at = random.below(changed.length);
    changed[at] = (changed[at] ?? 0) ^ 1 << random.below(8);
    return changed;
  },
  (bytes, random) => splice(bytes, random.below(bytes.length), 1, Uint8Array.of(random.pick(EDGES) ?? 0)),
  (bytes, random) => splice(bytes, random.below(bytes.length + 1), 0, Uint8Array.of(random.pick(EDGES) ?? 0)),
  (bytes, random) => splice(bytes, random.below(bytes.length), 1 + random.below(8), new Uint8Array()),
  (bytes, random, tokens) => splice(bytes, random.below(bytes.length + 1), 0, random.pick(tokens) ?? new Uint8Array()),
  (bytes, random, tokens) => {
    const token = random.pick(tokens) ?? new Uint8Array();
    return splice(bytes, random.below(bytes.length), token.length, token);
  },
  (bytes, random) => {
    const from = random.below(bytes.length);
    const piece = bytes.slice(from, from + 1 + random.below(32));
    return splice(bytes, random.below(bytes.length + 1), 0, piece);
  },
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return splice(bytes, at, 0, new Uint8Array(1 << random.below(11)).fill(bytes[at] ?? 0));
  },
];

/** Returns an input that differs from another one by one to eight random changes. */
export function mutate(
  bytes: Uint8Array,
  random: Random,
  tokens: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  let changed = bytes.slice();
  for (let left = 1 + random.below(8); left > 0; left--) {
    changed = random.pick(MUTATIONS)?.(changed, random, tokens) ?? changed;
  }
  return changed.slice(0, MAX_BYTES);
}

function splice(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array<ArrayBuffer> {
  const rest = bytes.subarray(at + removed);
  const result = new Uint8Array(at + added.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(added, at);
  result.set(rest, at + added.length);
  return result;
}
