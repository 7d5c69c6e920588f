/** Ban of an account. */
export interface AccountBan {
  /** Time in milliseconds since 1970. */
  readonly since: number;
  /** Time at which it ends, in milliseconds since 1970; undefined for never. */
  readonly until?: number;
  /** Reason, shown to the user. */
  readonly reason?: string;
}

/** Account of a user, as stored. */
export interface Account {
  /** Name as it is compared. */
  readonly key: string;
  /** Name as it was registered. */
  readonly name: string;
  /** Skeleton of the name (UTS #39 §4): two names with the same one look alike. */
  readonly skeleton: string;
  /** Time of the registration, in milliseconds since 1970. */
  readonly created: number;
  /** Hash of the password, as a PHC string: `$scrypt$ln=15,r=8,p=1$SALT$HASH`. */
  readonly password?: string;
  /** Keys for SCRAM (RFC 5803): `SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY`. */
  readonly scram?: string;
  /** SHA-256 fingerprints of client certificates that log in to it, in lower-case hex. */
  readonly certificates: readonly string[];
  /** Whether its user stays when the last client leaves; undefined for the setting of the server. */
  readonly alwaysOn?: boolean;
  /** Time of its deletion, in milliseconds since 1970: the name is not given to another user, who could read its messages. */
  readonly deleted?: number;
  /** Ban, if there is one; it may have ended. */
  readonly ban?: AccountBan;
}

/**
 * Storage of accounts. Changes are seen at once. Those of a file are durable with the next commit of the history; those
 * of a network when their promise resolves, which rejects with a {@link NetworkError} when the brokers cannot be reached.
 */
export interface AccountStore {
  /** Number of accounts. */
  readonly size: number;
  /** Returns an account by its key. */
  get(key: string): Account | undefined;
  /** Returns the account that a certificate logs in to. */
  byCertificate(fingerprint: string): Account | undefined;
  /** Returns the account whose name looks like another one. */
  bySkeleton(skeleton: string): Account | undefined;
  /** Adds an account; returns false when there is one with its key, or one that looks like it. */
  add(account: Account): boolean | Promise<boolean>;
  /**
   * Changes an account; returns undefined when it does not exist. The change must not have another key; it is made again
   * when another program has changed the account meanwhile.
   */
  update(
    key: string,
    change: (account: Account) => Account,
  ): Account | undefined | Promise<Account | undefined>;
  /** Returns all accounts, by their keys. */
  list(): Iterable<Account>;
  /** Returns a number that differs after another program has changed the accounts. */
  version(): number;
}

/** Returns whether an account is banned at a time. */
export function isBanned({ ban }: Account, now: number = Date.now()): boolean {
  return ban !== undefined && (ban.until === undefined || ban.until > now);
}
