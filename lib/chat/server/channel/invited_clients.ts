import type { Session } from "../client/session.ts";
import type { Channel } from "./channel.ts";

const NONE: ReadonlySet<Channel> = new Set();

/** Clients that are invited to channels: by client, too, so that one that leaves is not looked for in all channels. */
export class InvitedClients {
  readonly #channels = new Map<Session, Set<Channel>>();

  /** Returns the channels that a client is invited to. */
  of(session: Session): ReadonlySet<Channel> {
    return this.#channels.get(session) ?? NONE;
  }

  /** Adds an invitation. */
  add(session: Session, channel: Channel): void {
    channel.invited.add(session);
    this.#channels.set(session, (this.#channels.get(session) ?? new Set()).add(channel));
  }

  /** Removes an invitation. */
  remove(session: Session, channel: Channel): void {
    if (!channel.invited.delete(session)) return;
    const rest = this.#channels.get(session);
    rest?.delete(channel);
    if (rest?.size === 0) this.#channels.delete(session);
  }

  /** Removes the invitations of a client. */
  forget(session: Session): void {
    for (const channel of [...this.of(session)]) this.remove(session, channel);
  }

  /** Removes the invitations to a channel that has ended. */
  close(channel: Channel): void {
    for (const session of [...channel.invited]) this.remove(session, channel);
  }

  /** Puts one client into the place of another one. */
  replace(session: Session, other: Session): void {
    for (const channel of [...this.of(session)]) {
      this.remove(session, channel);
      this.add(other, channel);
    }
  }
}
