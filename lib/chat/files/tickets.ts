import { LoginLimit, TokenBucket } from "../../core/mod.ts";
import { countedNetwork } from "../server/client/peer_host.ts";
import type { Session } from "../server/client/session.ts";

/** Random bytes of a ticket: too many to guess. */
const TICKET_BYTES = 16;
/** Milliseconds in which an upload has to begin. */
const VALID_MS = 60_000;
/** Maximum number of unused tickets of a client. */
const MAX_UNUSED = 8;
/** Uploads of a client, an address and an account at once, and milliseconds after which one more is allowed. */
const BURST = 30;
const INTERVAL_MS = 10_000;

interface Ticket {
  readonly session: Session;
  readonly expires: number;
}

/** Owner of uploaded files: the account or else the address of the client. */
export interface FileOwner {
  /** Its key; empty for a client of this machine without an account, which has no limit of its own. */
  readonly key: string;
  /** The client. */
  readonly session: Session;
}

/**
 * Tickets for uploads: a client that is connected to the chat gets one over its connection, and sends it with one HTTP request. They
 * are as good as the client's login, and limited per client, address and account.
 */
export class UploadTickets {
  readonly #tickets = new Map<string, Ticket>();
  readonly #unused = new WeakMap<Session, Set<string>>();
  readonly #clients = new WeakMap<Session, TokenBucket>();
  readonly #owners: LoginLimit;
  readonly #now: () => number;

  /** Creates a store without tickets; `now` returns the time in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#owners = new LoginLimit({ burst: BURST, interval: INTERVAL_MS, now });
  }

  /** Returns a new ticket; undefined when the client has to wait. */
  issue(session: Session): string | undefined {
    const now = this.#now();
    const keys = limitedKeys(session);
    if (keys.some((key) => this.#owners.wait(key) > 0)) return undefined;
    const bucket = this.#clients.get(session) ?? new TokenBucket(BURST, 1000 / INTERVAL_MS, { now });
    this.#clients.set(session, bucket);
    const unused = this.#unused.get(session) ?? new Set();
    this.#unused.set(session, unused);
    for (const old of unused) if ((this.#tickets.get(old)?.expires ?? 0) <= now) this.#drop(old, unused);
    if (unused.size >= MAX_UNUSED || !bucket.tryTake(1, now)) return undefined;
    for (const key of keys) this.#owners.failed(key);
    const ticket = crypto.getRandomValues(new Uint8Array(TICKET_BYTES)).toHex();
    this.#tickets.set(ticket, { session, expires: now + VALID_MS });
    unused.add(ticket);
    return ticket;
  }

  /** Uses a ticket up; returns its owner, or undefined when it is unknown, used, expired, or its client has disconnected. */
  redeem(ticket: string): FileOwner | undefined {
    const found = this.#tickets.get(ticket);
    if (!found) return undefined;
    const { session, expires } = found;
    const unused = this.#unused.get(session);
    if (unused) this.#drop(ticket, unused);
    if (expires <= this.#now() || session.gone) return undefined;
    return { key: limitedKeys(session)[0] ?? "", session };
  }

  /** Removes expired tickets, and those of clients that have disconnected. */
  expire(): void {
    const now = this.#now();
    for (const [ticket, { session, expires }] of this.#tickets) {
      const unused = this.#unused.get(session);
      if (unused && (expires <= now || session.gone)) this.#drop(ticket, unused);
    }
  }

  #drop(ticket: string, unused: Set<string>): void {
    this.#tickets.delete(ticket);
    unused.delete(ticket);
  }
}

/** Returns the key of an account as an owner of files. */
export function accountKey(account: string): string {
  return `account/${account}`;
}

/** Returns what limits a client besides itself: its account and its address, of which loopback is not limited. */
function limitedKeys({ account, info }: Session): string[] {
  const network = countedNetwork(info.peer);
  return [...account === undefined ? [] : [accountKey(account)], ...network === "" ? [] : [network]];
}
