import { mutate, Random } from "./mutate.ts";
import { type FuzzTarget, octets } from "./target.ts";

/** Maximum number of inputs that are stored for further mutation. */
const MAX_POOL = 256;

/** An input that breaks a codec. */
export interface FuzzFailure {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly error: unknown;
}

/** Result of a run. */
export interface FuzzReport {
  /** Number of inputs that were checked. */
  readonly inputs: number;
  readonly failure?: FuzzFailure;
}

/** Checks one input at several splits; returns the error that it causes. */
export function checkInput(target: FuzzTarget, bytes: Uint8Array<ArrayBuffer>, random = new Random(1)): unknown {
  for (const cut of [0, bytes.length, random.below(bytes.length + 1), random.below(bytes.length + 1)]) {
    try {
      target.check(bytes, cut);
    } catch (error) {
      return error ?? new Error("thrown: nothing");
    }
  }
  return undefined;
}

/**
 * Feeds a codec with mutated inputs until `enough` returns true or an input breaks the codec. Returns that input,
 * minimised.
 */
export function fuzz(
  target: FuzzTarget,
  corpus: readonly Uint8Array<ArrayBuffer>[],
  seed: number,
  enough: (inputs: number) => boolean,
): FuzzReport {
  const random = new Random(seed);
  const tokens = target.tokens.map(octets);
  const pool = [...target.seeds.map(octets), ...corpus];
  let inputs = 0;
  for (const bytes of [...pool]) {
    inputs++;
    const error = checkInput(target, bytes, random);
    if (error !== undefined) return { inputs, failure: { bytes, error } };
  }
  while (!enough(inputs)) {
    inputs++;
    const bytes = mutate(random.pick(pool) ?? new Uint8Array(), random, tokens);
    const error = checkInput(target, bytes, random);
    if (error !== undefined) return { inputs, failure: shrink(target, bytes, error) };
    // Without coverage data, a random walk from the seeds finds further states.
    if (inputs % 64 === 0) pool[target.seeds.length + random.below(MAX_POOL)] = bytes;
    if (inputs % 4096 === 0) compact(pool);
  }
  return { inputs };
}

/** Removes the parts of an input that are not needed for the failure, halves first. */
function shrink(target: FuzzTarget, bytes: Uint8Array<ArrayBuffer>, error: unknown): FuzzFailure {
  let best: FuzzFailure = { bytes, error };
  for (let size = bytes.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= best.bytes.length;) {
      const shorter = new Uint8Array(best.bytes.length - size);
      shorter.set(best.bytes.subarray(0, at));
      shorter.set(best.bytes.subarray(at + size), at);
      const caused = checkInput(target, shorter);
      if (caused === undefined) at += size;
      else best = { bytes: shorter, error: caused };
    }
  }
  return best;
}

function compact(pool: Uint8Array<ArrayBuffer>[]): void {
  const filled = pool.filter((bytes) => bytes !== undefined);
  pool.splice(0, pool.length, ...filled);
}
