import { foldName } from "../../codec/names.ts";
import type { Session } from "./session.ts";

const NONE: ReadonlySet<Session> = new Set();

/** Clients that monitor nicknames (IRCv3 MONITOR). */
export class Monitors {
  readonly #watchers = new Map<string, Set<Session>>();

  /** Returns the clients that monitor a nick. */
  of(nick: string): ReadonlySet<Session> {
    return this.#watchers.get(foldName(nick)) ?? NONE;
  }

  /** Adds a nick to what a client monitors. */
  add(session: Session, nick: string): void {
    const key = foldName(nick);
    session.monitored.set(key, nick);
    this.#watchers.set(key, (this.#watchers.get(key) ?? new Set()).add(session));
  }

  /** Removes a nick. */
  remove(session: Session, nick: string): void {
    const key = foldName(nick);
    session.monitored.delete(key);
    const watchers = this.#watchers.get(key);
    watchers?.delete(session);
    if (watchers?.size === 0) this.#watchers.delete(key);
  }

  /** Removes all nicks. */
  clear(session: Session): void {
    for (const nick of [...session.monitored.keys()]) this.remove(session, nick);
  }

  /** Notifies the clients that monitor a client's nickname that it is online. */
  online(session: Session): void {
    for (const watcher of this.of(session.nick)) watcher.reply("RPL_MONONLINE", session.mask);
  }

  /** Notifies the clients that monitor a nickname that it is offline. */
  offline(nick: string): void {
    for (const watcher of this.of(nick)) watcher.reply("RPL_MONOFFLINE", nick);
  }
}
