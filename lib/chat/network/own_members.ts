import type { Session } from "../server/client/session.ts";

/** Client of this server. */
interface OwnMember {
  readonly session: Session;
  readonly number: number;
  /** Events that are written and not applied yet. */
  waiting: number;
  /** Resolves when none waits. */
  settled?: PromiseWithResolvers<void>;
}

/** Clients of this server that are in the network, or want to enter, with the events that have not come back yet. */
export class OwnMemberList {
  readonly #bySession = new Map<Session, OwnMember>();
  readonly #byNumber = new Map<number, OwnMember>();
  #numbers = 0;

  /** Returns the number of a client, which gets one if necessary. */
  number(session: Session): number {
    return this.#of(session).number;
  }

  /** Returns the client with a number. */
  find(number: number): Session | undefined {
    return this.#byNumber.get(number)?.session;
  }

  /** All clients. */
  get sessions(): readonly Session[] {
    return [...this.#bySession.keys()];
  }

  /** Records that an event of a client is on its way; returns the number of the client. */
  sent(session: Session): number {
    const member = this.#of(session);
    member.waiting++;
    return member.number;
  }

  /** Records that an event has come back. */
  applied(number: number): void {
    const member = this.#byNumber.get(number);
    if (!member) return;
    if (--member.waiting === 0) this.#settle(member);
    if (member.session.gone) this.remove(member.session);
  }

  /** Resolves when no event of a client is on its way; undefined when none is. */
  settled(session: Session): Promise<void> | undefined {
    const member = this.#bySession.get(session);
    if (!member || member.waiting === 0) return undefined;
    member.settled ??= Promise.withResolvers();
    return member.settled.promise;
  }

  /** Lets all registered clients go on, whose events are on their way for longer than they should wait. */
  release(): void {
    for (const member of this.#bySession.values()) if (member.session.registered) this.#settle(member);
  }

  /** Removes a client. */
  remove(session: Session): void {
    const member = this.#bySession.get(session);
    if (!member) return;
    this.#bySession.delete(session);
    this.#byNumber.delete(member.number);
    this.#settle(member);
  }

  #settle(member: OwnMember): void {
    member.settled?.resolve();
    member.settled = undefined;
  }

  #of(session: Session): OwnMember {
    let member = this.#bySession.get(session);
    if (!member) {
      member = { session, number: ++this.#numbers, waiting: 0 };
      this.#bySession.set(session, member);
      this.#byNumber.set(member.number, member);
    }
    return member;
  }
}
