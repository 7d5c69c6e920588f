import { foldName } from "../../codec/names.ts";
import type { Session } from "./session.ts";

const NONE: ReadonlySet<Session> = new Set();

/** Sessions of all connections, also by the account that they are logged in to. */
export class ClientList extends Set<Session> {
  readonly #accounts = new Map<string, Set<Session>>();

  /** Returns the sessions that are logged in to an account. */
  of(account: string): ReadonlySet<Session> {
    return this.#accounts.get(foldName(account)) ?? NONE;
  }

  /** Adds a session. */
  override add(session: Session): this {
    if (this.has(session)) return this;
    this.#enter(session, session.account);
    session.onAccount = (before) => {
      this.#leave(session, before);
      this.#enter(session, session.account);
    };
    return super.add(session);
  }

  /** Removes a session. */
  override delete(session: Session): boolean {
    if (!super.delete(session)) return false;
    session.onAccount = undefined;
    this.#leave(session, session.account);
    return true;
  }

  #enter(session: Session, account: string | undefined): void {
    if (account === undefined) return;
    const key = foldName(account);
    this.#accounts.set(key, (this.#accounts.get(key) ?? new Set()).add(session));
  }

  #leave(session: Session, account: string | undefined): void {
    if (account === undefined) return;
    const key = foldName(account);
    const rest = this.#accounts.get(key);
    rest?.delete(session);
    if (rest?.size === 0) this.#accounts.delete(key);
  }
}
