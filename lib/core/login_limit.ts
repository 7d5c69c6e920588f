import { UsageError } from "./errors/errors.ts";
import { formatIP, ipBytes, parseIPv6 } from "./address/ip.ts";

/** Options of a {@link LoginLimit}. */
export interface LoginLimitOptions {
  /**
   * Maximum number of failed logins of one client at once.
   *
   * @default {10}
   */
  readonly burst?: number;
  /**
   * Milliseconds after which one of them no longer counts.
   *
   * @default {6000}
   */
  readonly interval?: number;
  /**
   * Maximum number of clients in memory; beyond it the one that failed first is removed.
   *
   * @default {10000}
   */
  readonly clients?: number;
  /**
   * Returns the time in milliseconds.
   *
   * @default {performance.now}
   */
  readonly now?: () => number;
}

/**
 * Limits failed logins per client: an IPv4 address, or the /64 network of an IPv6 one. Ten failures are allowed at once, then
 * one every 6 s. Attempts over the limit are not judged and do not count, so that a client is accepted again 6 s after
 * the last failure from its address. Memory is bounded.
 *
 * @example Limit failed logins
 * ```ts
 * import { LoginLimit } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const limit = new LoginLimit({ burst: 1, interval: 6000, now: () => 0 });
 * limit.failed("192.0.2.7:1234");
 * assertEquals([limit.wait("192.0.2.7:4321"), limit.wait("192.0.2.8:1")], [6000, 0]);
 * ```
 */
export class LoginLimit {
  /** Time at which no failure of a client counts any longer. */
  readonly #clearAt = new Map<string, number>();
  readonly #burst: number;
  readonly #interval: number;
  readonly #clients: number;
  readonly #now: () => number;

  /** Creates a limit without any failures. */
  constructor(options?: LoginLimitOptions) {
    const { burst = 10, interval = 6000, clients = 10_000, now } = options ?? {};
    this.#burst = burst;
    this.#interval = interval;
    this.#clients = clients;
    this.#now = now ?? (() => performance.now());
  }

  /** Returns the milliseconds until a client may try again; 0 when it may now. */
  wait(peer: string): number {
    const clearAt = this.#clearAt.size === 0 ? undefined : this.#clearAt.get(networkOf(peer));
    if (clearAt === undefined) return 0;
    return Math.max(0, Math.ceil(clearAt - this.#now() - (this.#burst - 1) * this.#interval));
  }

  /** Counts a failed login of a client. */
  failed(peer: string): void {
    const [key, now] = [networkOf(peer), this.#now()];
    const clearAt = Math.max(now, this.#clearAt.get(key) ?? now) + this.#interval;
    this.#clearAt.delete(key);
    // The first entry has failed least recently.
    for (const [first, clear] of this.#clearAt) {
      if (clear > now && this.#clearAt.size < this.#clients) break;
      this.#clearAt.delete(first);
    }
    this.#clearAt.set(key, clearAt);
  }
}

/** Returns the part of an address that a client cannot choose: an IPv4 address, the first 64 bits of an IPv6 one, or the text itself. */
function networkOf(peer: string): string {
  const host = /^\[(.*)\](?::\d+)?$/.exec(peer)?.[1] ?? (parseIPv6(peer) ? peer : peer.replace(/:\d+$/, ""));
  const bytes = ipBytes(host);
  return bytes ? formatIP(bytes.fill(0, 8)) : host;
}

/** Returns whether a password is empty, or has only white space and invisible characters. */
export function isBlank(password: string): boolean {
  return /^[\s\p{C}]*$/u.test(password);
}

/**
 * Checks a password that a server requires from its clients.
 *
 * @throws {UsageError} `empty-password` when it is {@link isBlank}.
 */
export function checkServerPassword(password: string | undefined): void {
  if (password === undefined || !isBlank(password)) return;
  throw new UsageError("the password is empty", { code: "empty-password" });
}
