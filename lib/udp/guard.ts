import { type Address, formatAddress } from "../core/mod.ts";
import { isGroup, isNamed, isSamePeer } from "./peer.ts";

/** How an {@link EchoGuard} decides. */
export interface GuardOptions {
  /** Where the echo listens. */
  readonly local: Address;
  /** Answers that one host may get per second. */
  readonly limit: number;
}

/** Services above the system ports whose answer to an echo is an answer again, or that are misused to multiply. */
const ANSWERERS = new Set([1434, 1900, 3702, 5060, 5353, 5683, 11211, 27015]);
/** What is below belongs to services, not to clients (RFC 6335 §6). */
const SYSTEM_PORTS = 1024;

/** Hosts and peers that are remembered; whoever has been silent longest is forgotten first. */
const REMEMBERED = 1024;
/** Payloads of a peer that are remembered: so many datagrams may circle between two echoes unnoticed. */
const CIRCLING = 32;
/** The same payload again, from where it was sent: so often at once, and so often per second. */
const REPEATS = { burst: 1000, perSecond: 100 } as const;

/**
 * Decides whether an echo answers a datagram. RFC 862 would answer all: with a forged source that makes two echoes talk to
 * each other for ever (CERT CA-1996-01), and any service that answers anything.
 */
export class EchoGuard {
  readonly #local: Address;
  readonly #limit: number;
  readonly #hosts = new Recent<Bucket>();
  readonly #peers = new Recent<Circle>();
  #last?: { readonly from: Address; readonly peer: Circle; readonly bucket: Bucket };

  /** Knows nobody yet. */
  constructor({ local, limit }: GuardOptions) {
    this.#local = local;
    this.#limit = limit;
  }

  /** Why a datagram that came at this time (milliseconds) is not answered, or nothing when it is. */
  refuses(from: Address, bytes: Uint8Array, now: number): string | undefined {
    if (this.#last?.from !== from) this.#last = { from, ...this.#known(from, now) };
    const { peer, bucket } = this.#last;
    if (peer.refused !== undefined) return peer.refused;
    if (!bucket.take(now)) return `more than ${this.#limit} per second from one host`;
    return peer.again(bytes, now) ? "the same again and again: this may be a loop" : undefined;
  }

  #known(from: Address, now: number): { readonly peer: Circle; readonly bucket: Bucket } {
    const host = from.transport === "unix" ? from.path : from.host;
    return {
      peer: this.#peers.get(formatAddress(from), () => new Circle(now, this.#nobody(from))),
      bucket: this.#hosts.get(host, () => new Bucket(this.#limit, this.#limit, now)),
    };
  }

  #nobody(from: Address): string | undefined {
    if (!isNamed(from)) return "it has no sender";
    if (isSamePeer(from, this.#local)) return "it is from this very socket";
    if (from.transport === "unix") return undefined;
    if (this.#local.transport === "ip" && from.port === this.#local.port) return "it is from the port of this echo";
    if (from.port < SYSTEM_PORTS || ANSWERERS.has(from.port)) return `port ${from.port} is a service's`;
    const nowhere = from.host === "255.255.255.255" || from.host === "0.0.0.0" || from.host === "::";
    return nowhere || isGroup(from.host) ? "its source is no host" : undefined;
  }
}

/** Holds tokens that come back with time. */
class Bucket {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #at: number;

  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
    this.#at = now;
  }

  take(now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

/** What a peer has sent lately, and how often the same came again. */
class Circle {
  /** Why nothing is ever sent to it. */
  readonly refused?: string;
  readonly #seen = new Uint32Array(CIRCLING);
  readonly #repeats: Bucket;
  #next = 0;

  constructor(now: number, refused?: string) {
    this.refused = refused;
    this.#repeats = new Bucket(REPEATS.burst, REPEATS.perSecond, now);
  }

  /** Whether the payload is one of the last, and came so too often. */
  again(bytes: Uint8Array, now: number): boolean {
    const hash = fingerprint(bytes);
    if (this.#seen.includes(hash)) return !this.#repeats.take(now);
    this.#seen[this.#next] = hash;
    this.#next = (this.#next + 1) % CIRCLING;
    return false;
  }
}

/** What is looked at whole, at both ends of a payload: where counters and times stand. */
const ENDS = 96;
/** Bytes that are looked at between them. */
const BETWEEN = 64;

/** FNV-1a over the length, both ends, and bytes from all over between them; never 0, which stands for none. */
function fingerprint(bytes: Uint8Array): number {
  const { length } = bytes;
  const tail = Math.max(ENDS, length - ENDS);
  const step = Math.max(1, Math.ceil((tail - ENDS) / BETWEEN));
  let hash = 0x811c9dc5 ^ length;
  for (let i = 0; i < length; i += i < ENDS || i >= tail ? 1 : Math.min(step, tail - i)) {
    hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  }
  return hash >>> 0 || 1;
}

/** A bounded map that forgets what has not been asked for the longest. */
class Recent<T> {
  readonly #map = new Map<string, T>();

  get(key: string, make: () => T): T {
    let value = this.#map.get(key);
    if (value === undefined) value = make();
    else this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size > REMEMBERED) {
      const [oldest] = this.#map.keys();
      if (oldest !== undefined) this.#map.delete(oldest);
    }
    return value;
  }
}
