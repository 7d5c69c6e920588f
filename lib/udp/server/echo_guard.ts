import { type Address, formatAddress, isHostAddress, TokenBucket } from "../../core/mod.ts";
import { isNamed, isSamePeer } from "../socket/peer.ts";

/** Options of an {@link EchoGuard}. */
export interface GuardOptions {
  /** Address of the server. */
  readonly local: Address;
  /** Maximum number of replies per second to one host. */
  readonly limit: number;
}

/** Ports above the system ports of services that reply to an echo, or are used for amplification. */
const REPLYING_PORTS = new Set([1434, 1900, 3702, 5060, 5353, 5683, 11211, 27015]);
/** Ports below belong to services, not to clients (RFC 6335 §6). */
const SYSTEM_PORTS = 1024;

/** Maximum number of hosts, and of peers, in memory; the least recently seen are removed first. */
const MAX_ENTRIES = 1024;
/** Number of recent payloads in memory per peer: a loop of more datagrams goes unnoticed. */
const MAX_PAYLOADS = 32;
/** Limit of repeated payloads from one peer. */
const REPEAT_LIMIT = { burst: 1000, perSecond: 100 } as const;

/**
 * Decides whether an echo server replies to a datagram. RFC 862 would always reply: with a spoofed source, two echo servers then send to
 * each other forever (CERT CA-1996-01), as do an echo server and any service that replies to anything.
 */
export class EchoGuard {
  readonly #local: Address;
  readonly #limit: number;
  readonly #hosts = new RecentMap<TokenBucket>();
  readonly #peers = new RecentMap<PeerHistory>();
  /** Keys of addresses that were seen. The socket returns the same object for the same peer, so this lookup comes first. */
  readonly #keys = new WeakMap<Address, PeerKey>();

  /** Creates a guard without any history. */
  constructor({ local, limit }: GuardOptions) {
    this.#local = local;
    this.#limit = limit;
  }

  /** Returns the reason not to reply to a datagram received at `now` (milliseconds), or undefined to reply. */
  refuses(from: Address, bytes: Uint8Array, now: number): string | undefined {
    const { peer, host } = this.#keys.get(from) ?? this.#remember(from, now);
    if (peer.refused !== undefined) return peer.refused;
    const bucket = this.#hosts.get(host) ?? this.#hosts.set(host, new TokenBucket(this.#limit, this.#limit, { now }));
    if (!bucket.tryTake(1, now)) return `more than ${this.#limit} per second from one host`;
    return peer.isRepeated(bytes, now) ? "payload repeated too often: possible loop" : undefined;
  }

  #remember(from: Address, now: number): PeerKey {
    const name = formatAddress(from);
    const peer = this.#peers.get(name) ?? this.#peers.set(name, new PeerHistory(now, this.#unanswerable(from)));
    const key = { peer, host: from.transport === "unix" ? from.path : from.host };
    this.#keys.set(from, key);
    return key;
  }

  #unanswerable(from: Address): string | undefined {
    if (!isNamed(from)) return "the source has no address";
    if (isSamePeer(from, this.#local)) return "the source is this socket itself";
    if (from.transport === "unix") return undefined;
    if (this.#local.transport === "ip" && from.port === this.#local.port) {
      return "the source port is the port of this server";
    }
    if (from.port < SYSTEM_PORTS || REPLYING_PORTS.has(from.port)) {
      return `source port ${from.port} belongs to a service`;
    }
    return isHostAddress(from.host) ? undefined : "the source address is not a host";
  }
}

/** Key of a source address in the guard's maps. */
interface PeerKey {
  readonly peer: PeerHistory;
  readonly host: string;
}

/** Recent payloads of a peer, and how often they were repeated. */
class PeerHistory {
  /** Reason never to reply to it. */
  readonly refused?: string;
  readonly #seen = new Uint32Array(MAX_PAYLOADS);
  readonly #repeats: TokenBucket;
  #next = 0;

  constructor(now: number, refused?: string) {
    this.refused = refused;
    this.#repeats = new TokenBucket(REPEAT_LIMIT.burst, REPEAT_LIMIT.perSecond, { now });
  }

  /** Records a payload, and returns whether it is one of the last and was repeated too often. */
  isRepeated(bytes: Uint8Array, now: number): boolean {
    const hash = hashPayload(bytes);
    if (this.#seen.includes(hash)) return !this.#repeats.tryTake(1, now);
    this.#seen[this.#next] = hash;
    this.#next = (this.#next + 1) % MAX_PAYLOADS;
    return false;
  }
}

/** Bytes at both ends of a payload that are hashed completely: counters and times are there. */
const END_BYTES = 96;
/** Number of bytes between them that are hashed. */
const MIDDLE_SAMPLES = 64;

/** Returns FNV-1a over the length, both ends, and samples between them; never 0, which marks an empty slot. */
function hashPayload(bytes: Uint8Array): number {
  const { length } = bytes;
  const tail = Math.max(END_BYTES, length - END_BYTES);
  const step = Math.max(1, Math.ceil((tail - END_BYTES) / MIDDLE_SAMPLES));
  let hash = 0x811c9dc5 ^ length;
  for (let i = 0; i < length; i += i < END_BYTES || i >= tail ? 1 : Math.min(step, tail - i)) {
    hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  }
  return hash >>> 0 || 1;
}

/**
 * Bounded map that forgets keys which were not used for long. It has two generations; when the younger is full it replaces the older.
 * A lookup of a recent key costs one access, where a list in order of use would have to be updated.
 */
class RecentMap<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  get(key: string): T | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    return old === undefined ? undefined : this.set(key, old);
  }

  set(key: string, value: T): T {
    if (this.#young.size >= MAX_ENTRIES / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
