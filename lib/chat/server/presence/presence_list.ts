import type { Session } from "../client/session.ts";
import type { Presence } from "./presence.ts";

/**
 * Members with several clients or none. A client becomes one of its member's clients when it registers with the
 * nickname and the account of that member; a member that is kept stays when its last client leaves, and over restarts.
 */
export interface PresenceList {
  /** All members. */
  readonly all: readonly Presence[];
  /** Returns the member whose client another one would become with a nickname; a text says why it cannot. */
  memberFor(session: Session, nick: string): Session | string | undefined;
  /** Makes a registered client one of the clients of a member, which it is alone with so far. */
  promote(session: Session): Presence;
  /** Keeps the member of a registered client, if its account is kept and no other member of that account is; or no longer. */
  review(session: Session): void;
  /** Disconnects a client of a member. */
  detach(client: Session, reason: string): void;
  /** Notifies others when the common away message of a client and the other clients of its member has changed. */
  updateAway(client: Session): void;
  /** Keeps a member no longer, which has logged out of its account. */
  leave(session: Session, account: string): void;
  /** Stores a change of a member that is kept. */
  changed(session: Session): void;
  /** Ends the members that have had no client for longer than the server keeps them, and those not kept any more. */
  expire(now: number): void;
  /** Restores the members from before a restart, in their channels; no client is there to be notified. */
  restore(): void;
  /** Stops storing changes: clients that leave from now on leave because of the shutdown. */
  close(): void;
}
