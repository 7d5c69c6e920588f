import { type Address, formatAddress, TokenBucket } from "../../core/mod.ts";
import { isGroup, isNamed, isSamePeer } from "../socket/peer.ts";

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

/** Hosts, and peers, that are remembered at most; who has been silent for long is forgotten first. */
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
  readonly #hosts = new Recent<TokenBucket>();
  readonly #peers = new Recent<Circle>();
  /** What an address stands for: the socket hands out the same object for the same peer, so this is asked first. */
  readonly #faces = new WeakMap<Address, Face>();

  /** Knows nobody yet. */
  constructor({ local, limit }: GuardOptions) {
    this.#local = local;
    this.#limit = limit;
  }

  /** Why a datagram that came at this time (milliseconds) is not answered, or nothing when it is. */
  refuses(from: Address, bytes: Uint8Array, now: number): string | undefined {
    const { peer, host } = this.#faces.get(from) ?? this.#see(from, now);
    if (peer.refused !== undefined) return peer.refused;
    const bucket = this.#hosts.get(host) ?? this.#hosts.set(host, new TokenBucket(this.#limit, this.#limit, { now }));
    if (!bucket.tryTake(1, now)) return `more than ${this.#limit} per second from one host`;
    return peer.again(bytes, now) ? "the same again and again: this may be a loop" : undefined;
  }

  #see(from: Address, now: number): Face {
    const name = formatAddress(from);
    const peer = this.#peers.get(name) ?? this.#peers.set(name, new Circle(now, this.#nobody(from)));
    const face = { peer, host: from.transport === "unix" ? from.path : from.host };
    this.#faces.set(from, face);
    return face;
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

/** An address that was seen. */
interface Face {
  readonly peer: Circle;
  readonly host: string;
}

/** What a peer has sent lately, and how often the same came again. */
class Circle {
  /** Why nothing is ever sent to it. */
  readonly refused?: string;
  readonly #seen = new Uint32Array(CIRCLING);
  readonly #repeats: TokenBucket;
  #next = 0;

  constructor(now: number, refused?: string) {
    this.refused = refused;
    this.#repeats = new TokenBucket(REPEATS.burst, REPEATS.perSecond, { now });
  }

  /** Whether the payload is one of the last, and came so too often. */
  again(bytes: Uint8Array, now: number): boolean {
    const hash = fingerprint(bytes);
    if (this.#seen.includes(hash)) return !this.#repeats.tryTake(1, now);
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

/**
 * A bounded map that forgets what has not been asked for in long: two generations, the younger of which becomes the elder
 * when it is full. To ask for what is in use costs one look, where a list in the order of use would be written to.
 */
class Recent<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  get(key: string): T | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    return old === undefined ? undefined : this.set(key, old);
  }

  set(key: string, value: T): T {
    if (this.#young.size >= REMEMBERED / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
