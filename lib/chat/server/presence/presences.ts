import { banOf } from "../../account/accounts.ts";
import { USER_MODES } from "../../codec/modes.ts";
import { foldName, isChannel, isNick } from "../../codec/names.ts";
import { guestNick, isReserved } from "../client/nick.ts";
import type { Session } from "../client/session.ts";
import { RANK } from "../channel/channel.ts";
import type { ChatState } from "../state.ts";
import { Presence } from "./presence.ts";
import type { PresenceList } from "./presence_list.ts";
import { formatPresence, parsePresence, type StoredPresence } from "./stored_presence.ts";

const KIND = "presence";
const DAY_MS = 86_400_000;

/** Members with several clients or none, of a server that is not in a network. */
export class Presences implements PresenceList {
  readonly #state: ChatState;
  readonly #all = new Set<Presence>();
  #closed = false;

  /** Keeps the members of a server. */
  constructor(state: ChatState) {
    this.#state = state;
  }

  /** All members. */
  get all(): readonly Presence[] {
    return [...this.#all];
  }

  /** Returns whether an account is kept: by its own setting, or that of the server. */
  keeps(account: string): boolean {
    return this.#state.accounts.find(account)?.alwaysOn ?? this.#state.info.alwaysOn === true;
  }

  /** Returns the member whose client another one would become with a nickname; the text says why it cannot. */
  memberFor(session: Session, nick: string): Session | string | undefined {
    const holder = this.#state.nicks.get(foldName(nick));
    if (!holder?.registered || session.registered) return undefined;
    if (session.account === undefined || holder.account !== session.account) return undefined;
    const { clientsEach } = this.#state.limits;
    return holder.clients.size < clientsEach ? holder : `Nickname is in use by ${clientsEach} clients of your account`;
  }

  /** Makes a registered client one of the clients of a member, which it is alone with so far. */
  promote(session: Session): Presence {
    if (session instanceof Presence) return session;
    const { nick, user = "user", realname, info: { host, server }, account = "" } = session;
    const presence = new Presence({ nick, user, realname, host, account }, server);
    Object.assign(presence, { since: session.since, spoke: session.spoke, away: session.away });
    this.#state.userModes.forget(session);
    for (const mode of session.modes) this.#state.userModes.set(presence, mode);
    for (const [id, target] of session.said) presence.said.set(id, target);
    this.#state.replace(session, presence);
    presence.attach(session);
    this.#all.add(presence);
    return presence;
  }

  /** Keeps the member of a registered client, if its account is kept and no other one of that account is; or no longer. */
  review(session: Session): void {
    const { account, presence: known, registered } = session;
    if (!registered || account === undefined) return;
    const member = known ?? session;
    const other = this.#all.values().find((one) => one.kept && one !== member && one.account === account);
    const kept = this.keeps(account) && other === undefined;
    if (!kept && !(member instanceof Presence)) return;
    const presence = this.promote(member);
    presence.kept = kept;
    if (kept) this.changed(presence);
    else this.#forget(presence);
  }

  /** Disconnects a client of a member. */
  detach(client: Session, reason: string): void {
    const { presence } = client;
    if (!(presence instanceof Presence)) return;
    presence.detach(client, this.#state.now());
    // An operator by password has to give it again.
    if (presence.absent) this.#state.userModes.set(presence, "o", false);
    if (presence.absent && !presence.kept) this.#state.quit(presence, reason);
    else {
      this.#updateAway(presence);
      this.changed(presence);
    }
    this.#state.disconnect(client, reason);
  }

  /** Notifies others when the common away message of a client and the other clients of its member has changed. */
  updateAway({ presence }: Session): void {
    if (presence instanceof Presence) this.#updateAway(presence);
  }

  #updateAway(presence: Presence): void {
    const away = presence.commonAway;
    if (away === presence.away || presence.gone) return;
    presence.away = away;
    const change = this.#state.from(presence, "AWAY", away === undefined ? [] : [away]);
    this.#state.notify(presence, change, "away-notify");
  }

  /** Keeps a member no longer, which has logged out of its account. */
  leave(session: Session, account: string): void {
    if (!(session instanceof Presence) || !session.kept) return;
    session.kept = false;
    this.#save(account, undefined);
  }

  /** Stores a change of a member that is kept. */
  changed(session: Session): void {
    if (!(session instanceof Presence) || this.#closed) return;
    if (session.gone) this.#all.delete(session);
    if (!session.kept) return;
    if (session.gone) return this.#forget(session);
    const { account = "", nick, user = "", realname, info: { host }, modes, absentSince } = session;
    const channels = [...this.#state.channelsOf(session)].map(({ name }) => name);
    this.#save(account, {
      account,
      nick,
      user,
      realname,
      host,
      modes: [...modes].join(""),
      channels,
      ...{ absentSince, saved: Date.now() },
    });
  }

  /** Ends the members that have had no client for longer than the server keeps them, and those not kept any more. */
  expire(now: number): void {
    const { alwaysOnDays } = this.#state.info;
    for (const presence of this.all) {
      const { absentSince, account } = presence;
      if (absentSince === undefined || account === undefined) continue;
      const late = alwaysOnDays !== undefined && now - absentSince > alwaysOnDays * DAY_MS;
      if (late) this.#state.quit(presence, `Not connected for ${alwaysOnDays} days`);
      else if (!this.keeps(account)) this.#state.quit(presence, "No longer always on");
    }
  }

  /** Restores the members from before a restart, in their channels; no client is there to be notified. */
  restore(): void {
    for (const text of this.#state.history.records.all(KIND)) {
      const stored = parsePresence(text);
      if (stored) this.#restore(stored);
    }
  }

  /** Stops storing changes: clients that leave from now on leave because of the shutdown. */
  close(): void {
    for (const presence of this.#all) {
      presence.absentSince ??= this.#state.now();
      this.changed(presence);
    }
    this.#closed = true;
  }

  #restore(stored: StoredPresence): void {
    const state = this.#state;
    const account = state.accounts.find(stored.account);
    if (!account || banOf(account) !== undefined || !this.keeps(account.name) || !isNick(stored.nick)) {
      return this.#save(stored.account, undefined);
    }
    const { user, realname, host, modes, channels, absentSince, saved } = stored;
    const presence = new Presence({ nick: stored.nick, user, realname, host, account: account.name }, state.info.name);
    const taken = state.nicks.has(foldName(stored.nick)) || isReserved(state, presence, stored.nick);
    if (taken) presence.rename(guestNick(state));
    // Operators are such by their accounts, or have to log in again.
    for (const mode of modes) if (mode !== "o" && USER_MODES.includes(mode)) state.userModes.set(presence, mode);
    presence.kept = true;
    // After a crash some lines come twice, rather than not at all.
    presence.absentSince = absentSince ?? saved;
    presence.away = presence.commonAway;
    this.#all.add(presence);
    state.nicks.set(foldName(presence.nick), presence);
    state.registered++;
    for (const name of channels.slice(0, state.limits.channelsEach)) {
      if (!isChannel(name)) continue;
      const channel = state.open(name);
      const rank = (channel.savedRanks.get(presence.mask) ?? RANK.none) | channel.rankOf(presence);
      channel.savedRanks.delete(presence.mask);
      state.join(presence, channel, rank);
    }
  }

  #forget({ account }: Presence): void {
    if (account !== undefined) this.#save(account, undefined);
  }

  #save(account: string, stored: StoredPresence | undefined): void {
    const { history } = this.#state;
    this.#state.writes(() => {
      history.records.save(KIND, foldName(account), stored && formatPresence(stored));
    });
  }
}
