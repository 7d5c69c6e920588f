import { SystemError } from "../../../core/mod.ts";
import { banOf } from "../../account/accounts.ts";
import { guestNick, isReserved, rename } from "../client/nick.ts";
import type { Session } from "../client/session.ts";
import { releaseOrphans } from "../channel/ownership.ts";
import { noticeFrom } from "../services/service.ts";
import type { ChatState } from "../state.ts";

/** Time in which a client can log in to the account that its nickname has become reserved to. */
const GRACE_MS = 30_000;

/**
 * Applies changes of accounts by another program: disconnects clients of banned accounts, and renames clients whose
 * nickname has become reserved.
 */
export class AccountEnforcement {
  readonly #state: ChatState;
  readonly #graceMs: number;
  readonly #renames = new Map<Session, number>();
  #version: number;

  /** Begins with the accounts as they are. */
  constructor(state: ChatState, graceMs: number = GRACE_MS) {
    this.#state = state;
    this.#graceMs = graceMs;
    this.#version = state.accounts.version;
  }

  /** Looks for changes, and acts on them. `now` is in milliseconds, from any origin. */
  check(now: number): void {
    try {
      this.#check(now);
    } catch (error) {
      // The file is locked: the next call tries again.
      if (!(error instanceof SystemError)) throw error;
    }
  }

  #check(now: number): void {
    const { version } = this.#state.accounts;
    if (version !== this.#version) {
      for (const session of [...this.#state.presences?.all ?? [], ...this.#state.sessions]) this.#review(session, now);
      if (!this.#state.network) releaseOrphans(this.#state);
      this.#version = version;
    }
    for (const [session, until] of this.#renames) {
      const { gone, nick } = session;
      if (!gone && isReserved(this.#state, session, nick)) {
        if (now < until) continue;
        this.#rename(session);
      }
      this.#renames.delete(session);
    }
  }

  #rename(session: Session): void {
    const { network } = this.#state;
    const nick = guestNick(this.#state);
    if (network) network.write(session, { tags: new Map(), command: "NICK", params: [nick] });
    else rename(this.#state, session, nick);
  }

  #review(session: Session, now: number): void {
    const { account, nick, registered, local } = session;
    // The client of another server is its business.
    if (!local) return;
    if (account !== undefined) {
      const known = this.#state.accounts.find(account);
      if (!known) return this.#state.quit(session, "Account deleted");
      const reason = banOf(known);
      if (reason !== undefined) return this.#state.quit(session, `Account banned: ${reason}`);
    }
    if (!registered || this.#renames.has(session) || !isReserved(this.#state, session, nick)) return;
    this.#renames.set(session, now + this.#graceMs);
    const seconds = this.#graceMs / 1000;
    noticeFrom("NickServ", session, `${nick} is registered: log in to its account within ${seconds}s, or be renamed`);
  }
}
