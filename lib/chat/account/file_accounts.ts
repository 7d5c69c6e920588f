import type { StatementSync } from "../../deps/node/sqlite.ts";
import type { SharedDatabase } from "../history/shared_database.ts";
import type { Account, AccountBan, AccountStore } from "./account.ts";

/** Creates the tables. An account is JSON, so that a newer version can store more of it. */
export const ACCOUNT_SCHEMA = `
  CREATE TABLE IF NOT EXISTS accounts (
    key TEXT PRIMARY KEY, skeleton TEXT NOT NULL UNIQUE, account TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS account_certificates (fingerprint TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;
`;

/** Stores accounts in an SQLite file, which other programs may change at the same time. */
export class FileAccounts implements AccountStore {
  readonly #file: SharedDatabase;
  readonly #statements = new Map<string, StatementSync>();

  /** Uses a database. */
  constructor(file: SharedDatabase) {
    this.#file = file;
  }

  /** Number of accounts. */
  get size(): number {
    return this.#do(() => Number(this.#prepare("SELECT count(*) AS count FROM accounts").get()?.count));
  }

  /** Returns an account by its key. */
  get(key: string): Account | undefined {
    return this.#do(() => this.#one("SELECT account FROM accounts WHERE key = ?", key));
  }

  /** Returns the account that a certificate logs in to. */
  byCertificate(fingerprint: string): Account | undefined {
    const query =
      "SELECT account FROM accounts WHERE key = (SELECT key FROM account_certificates WHERE fingerprint = ?)";
    return this.#do(() => this.#one(query, fingerprint));
  }

  /** Returns the account whose name looks like another one. */
  bySkeleton(skeleton: string): Account | undefined {
    return this.#do(() => this.#one("SELECT account FROM accounts WHERE skeleton = ?", skeleton));
  }

  /** Adds an account with the next commit; returns false when there is one with its key, or one that looks like it. */
  add(account: Account): boolean {
    return this.#do(() => {
      this.#file.begin();
      const insert = "INSERT OR IGNORE INTO accounts (key, skeleton, account) VALUES (?, ?, ?)";
      const added = this.#prepare(insert).run(account.key, account.skeleton, JSON.stringify(account)).changes;
      if (added) this.#saveCertificates(account);
      return added > 0;
    });
  }

  /** Changes an account with the next commit. */
  update(key: string, change: (account: Account) => Account): Account | undefined {
    return this.#do(() => {
      this.#file.begin();
      // The lock comes before the read: otherwise the change of another program could be lost.
      this.#prepare("UPDATE accounts SET key = key WHERE key = ?").run(key);
      const account = this.#one("SELECT account FROM accounts WHERE key = ?", key);
      if (!account) return undefined;
      const changed = change(account);
      this.#prepare("UPDATE accounts SET account = ? WHERE key = ?").run(JSON.stringify(changed), key);
      this.#saveCertificates(changed);
      return changed;
    });
  }

  #saveCertificates({ key, certificates }: Account): void {
    this.#prepare("DELETE FROM account_certificates WHERE key = ?").run(key);
    const insert = this.#prepare("INSERT OR REPLACE INTO account_certificates (fingerprint, key) VALUES (?, ?)");
    for (const fingerprint of certificates) insert.run(fingerprint, key);
  }

  /** Returns all accounts, by their keys. */
  list(): Account[] {
    return this.#do(() =>
      this.#prepare("SELECT account FROM accounts ORDER BY key").all().flatMap((row) => readAccount(row.account) ?? [])
    );
  }

  /** Returns a number that differs after another program has changed the database. */
  version(): number {
    return this.#do(() => Number(this.#prepare("PRAGMA data_version").get()?.data_version));
  }

  #one(query: string, value: string): Account | undefined {
    return readAccount(this.#prepare(query).get(value)?.account);
  }

  #prepare(query: string): StatementSync {
    const known = this.#statements.get(query) ?? this.#file.database.prepare(query);
    this.#statements.set(query, known);
    return known;
  }

  #do<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#file.fail(error);
    }
  }
}

/** Returns a stored account; undefined when it is damaged. */
export function readAccount(text: unknown): Account | undefined {
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { key, name, skeleton, created, password, scram, certificates, ban, alwaysOn, deleted } = value;
  if (typeof key !== "string" || typeof name !== "string" || typeof skeleton !== "string") return undefined;
  const fingerprints = Array.isArray(certificates) ? certificates.filter((one) => typeof one === "string") : [];
  return {
    // Fields of a newer version stay.
    ...value,
    ...{ key, name, skeleton, certificates: fingerprints },
    created: typeof created === "number" ? created : 0,
    password: typeof password === "string" ? password : undefined,
    scram: typeof scram === "string" ? scram : undefined,
    alwaysOn: typeof alwaysOn === "boolean" ? alwaysOn : undefined,
    deleted: typeof deleted === "number" ? deleted : undefined,
    ban: readBan(ban),
  };
}

function readBan(value: unknown): AccountBan | undefined {
  if (!isRecord(value)) return undefined;
  const { since, until, reason } = value;
  return {
    since: typeof since === "number" ? since : 0,
    until: typeof until === "number" ? until : undefined,
    reason: typeof reason === "string" ? reason : undefined,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
