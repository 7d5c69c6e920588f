import { ipBytes } from "../../../core/mod.ts";

/** Verdict on a response: send it, send an empty one with the TC bit, or send none. */
export type RateVerdict = "send" | "slip" | "drop";

/** Number of counters; two networks that share one are limited together. */
const COUNTERS = 1 << 15;
/** Number of addresses whose network is kept. */
const MAX_KEPT = 10_000;

/**
 * Limits how many like responses go to one network over UDP: the source of a datagram can be forged, and the
 * responses would flood its owner. Counted are the responses of one second to a /24 (IPv6: /56), each
 * question on its own, and all negative ones together. Every `slip`th that is too many is sent empty with the TC bit:
 * a client that really has the address asks again over TCP.
 */
export class RateLimit {
  readonly #perSecond: number;
  readonly #slip: number;
  readonly #second = new Int32Array(COUNTERS);
  readonly #count = new Int32Array(COUNTERS);
  readonly #prefixes = new Map<string, number>();
  // Without a seed of its own a stranger could choose questions that share a counter with those of others.
  readonly #seed = crypto.getRandomValues(new Int32Array(1))[0] ?? 0;

  /** Limits to `perSecond` responses; with a `slip` of 0 all that are too many are dropped. */
  constructor(perSecond: number, slip: number) {
    this.#perSecond = perSecond;
    this.#slip = slip;
  }

  /**
   * Counts a response to an address, and returns what to do with it. `kind` is a hash of the question, or one number for all
   * responses that are counted together; `now` is in milliseconds.
   */
  check(address: string, kind: number, now: number): RateVerdict {
    const counter = mix(this.#prefix(address) ^ Math.imul(kind, 0x9e3779b1)) & (COUNTERS - 1);
    const second = Math.floor(now / 1000) + 1;
    if (this.#second[counter] !== second) {
      this.#second[counter] = second;
      this.#count[counter] = 0;
    }
    const count = this.#count[counter] = (this.#count[counter] ?? 0) + 1;
    const over = count - this.#perSecond;
    if (over <= 0) return "send";
    return this.#slip > 0 && over % this.#slip === 0 ? "slip" : "drop";
  }

  #prefix(address: string): number {
    const known = this.#prefixes.get(address);
    if (known !== undefined) return known;
    let hash = this.#seed;
    for (const byte of prefixOf(address)) hash = Math.imul(hash ^ byte, 0x01000193);
    if (this.#prefixes.size >= MAX_KEPT) this.#prefixes.clear();
    this.#prefixes.set(address, hash);
    return hash;
  }
}

/** Bytes of an address that name its network; an IPv4-mapped IPv6 address counts as IPv4. */
function prefixOf(address: string): Uint8Array {
  const bytes = ipBytes(address) ?? new Uint8Array(16);
  return bytes.subarray(0, bytes.length === 4 ? 3 : 7);
}

function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
