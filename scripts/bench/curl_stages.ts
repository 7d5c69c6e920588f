/** Stages of a request, in order. */
export const STAGES = ["name", "connect", "TLS", "first byte"] as const;

/** Milliseconds of each stage. */
export type Times = Readonly<Record<typeof STAGES[number], number>>;

/** Kinds of the server's key. */
export const KEYS = ["EC", "RSA"] as const;

/** Where names are looked up. */
export const SERVERS = ["system", "--server"] as const;

/** Name of the server that is measured (RFC 6761). */
export const NAME = "www.bench.test";

/** A request by `check`, and one by curl after it. */
export interface TimedRun {
  /** Key of the server. */
  readonly key: typeof KEYS[number];
  /** Where the name was looked up. */
  readonly server: typeof SERVERS[number];
  /** Times by `check`. */
  readonly ours: Times;
  /** Times by `curl -w`. */
  readonly curl: Times;
  /** Times of a second connection of that curl: its first handshake contains the loading of OpenSSL. */
  readonly again: Times;
}

/** Most that times may differ: milliseconds, or part of curl's. */
const [WITHIN_MS, WITHIN_SHARE] = [2, 0.2];

/** Returns whether a time of `check` is not that of curl. */
export function differs(ours: number, curl: number): boolean {
  return !(Math.abs(ours - curl) <= Math.max(WITHIN_MS, WITHIN_SHARE * curl));
}
