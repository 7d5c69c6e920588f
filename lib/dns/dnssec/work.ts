/** Maximum number of signatures that one validation verifies: a chain of twenty zones takes about a hundred. */
const MAX_SIGNATURES = 400;
/**
 * Maximum number of hashes of one validation: that an IPv6 address has no name takes 10,000 where each zone has as many
 * NSEC3 iterations as are computed, and a hundred where they follow RFC 9276.
 */
const MAX_HASHES = 12_000;

/** Maximum number of signatures over one set of records that are tried. */
export const MAX_TRIES = 8;
/** Maximum number of keys of a zone that may have one tag and algorithm: more are an attack (CVE-2023-50387). */
export const MAX_SAME_TAG = 4;
/** Maximum number of keys, and of DS records, of one zone. */
export const MAX_KEYS = 64;
/** Maximum number of NSEC3 iterations: above it a zone counts as insecure (RFC 9276 §3.2). */
export const MAX_ITERATIONS = 150;

/** More work than a validation may take: what a zone of an attacker asks for (CVE-2023-50387, CVE-2023-50868). */
export class TooMuchWork extends Error {
  override readonly name: string = "TooMuchWork";
}

/** Counts the expensive steps of one validation. */
export class Work {
  #signatures = MAX_SIGNATURES;
  #hashes = MAX_HASHES;

  /** Counts one verification. */
  signature(): void {
    if (--this.#signatures < 0) throw new TooMuchWork(`more than ${MAX_SIGNATURES} signatures to verify`);
  }

  /** Counts runs of a hash function. */
  hashes(count: number): void {
    this.#hashes -= count;
    if (this.#hashes < 0) throw new TooMuchWork(`more than ${MAX_HASHES} hashes of names and keys to compute`);
  }
}
