import { readClientLine } from "../codec/client_line.ts";
import { foldName } from "../codec/names.ts";
import { MemoryMarkers } from "../history/memory_markers.ts";
import type { Session } from "../server/client/session.ts";
import { applyLogin } from "../server/account/log_in.ts";
import { releaseOrphans } from "../server/channel/ownership.ts";
import { nickConflict } from "../server/client/nick.ts";
import { grantOperator } from "../server/commands/server/operator.ts";
import { noteUsed } from "../server/commands/server/registration.ts";
import { welcome } from "../server/commands/server/welcome.ts";
import { grantOperator as grantByAccount } from "../server/moderation/moderation.ts";
import { dispatch } from "../server/dispatch.ts";
import type { AppliedEvent } from "../server/network_log.ts";
import type { ChatState } from "../server/state.ts";
import { applyFact } from "./apply_fact.ts";
import type { NetworkAccounts } from "./accounts/network_accounts.ts";
import type { EventBatch, NetworkEvent } from "./codec/event.ts";
import type { SnapshotRecord } from "./codec/snapshot.ts";
import { PLACES_PER_MESSAGE } from "./cache/history_place.ts";
import { RemoteSession } from "./remote_session.ts";
import { captureState, type NetworkServer, type NetworkServers, restoreState } from "./state_image.ts";

/** Own clients of a replica. */
export interface OwnMembers {
  /** Returns a client of this server; undefined when it has disconnected. */
  find(server: string, member: number): Session | undefined;
  /** Returns whether a server is this one. */
  has(server: string): boolean;
  /** Called when an event of an own client was applied. */
  applied(server: string, event: NetworkEvent): void;
  /** Called when the log says that a server is gone. */
  gone(server: string): void;
}

/**
 * State of the network as of a place in its log. All servers apply the same events in the same order with the same
 * times and ids, and so have the same state: nothing here may depend on anything else.
 */
export class Replica {
  /** Event that is being applied. */
  applying?: AppliedEvent;
  readonly #state: ChatState;
  readonly #own: OwnMembers;
  readonly #accounts: NetworkAccounts;
  readonly #servers: NetworkServers = new Map();
  #place = 0;

  /** Creates the state at the beginning of a log; `state` has no members and channels. */
  constructor(state: ChatState, own: OwnMembers, accounts: NetworkAccounts) {
    this.#state = state;
    this.#accounts = accounts;
    this.#own = own;
  }

  /** Ids of the servers. */
  get servers(): readonly string[] {
    return [...this.#servers.keys()];
  }

  /** Returns the number of the next event of a server; undefined when it is not in the network. */
  next(server: string): number | undefined {
    return this.#servers.get(server)?.next;
  }

  /** Continues from a snapshot; nothing has been applied yet. */
  restore(records: Iterable<SnapshotRecord>): void {
    this.#place = restoreState(this.#state, this.#servers, this.#accounts, records);
  }

  /** Returns the records of the state, without the lines of the history. */
  capture(): SnapshotRecord[] {
    return captureState(this.#state, this.#servers, this.#accounts, this.#place);
  }

  /** Applies the events of a message with a sequence. */
  apply({ server: id, first, time, events }: EventBatch, sequence: number): void {
    this.#place = Math.max(this.#place, sequence * PLACES_PER_MESSAGE);
    for (const [i, event] of events.entries()) {
      const number = first === 0 ? 0 : first + i;
      const server = this.#servers.get(id);
      if (event.kind === "hello") {
        if (!server && number === 1) this.#servers.set(id, { name: event.name, next: 2, members: new Map() });
        continue;
      }
      // Added by `chat account`, which is not a member of the network.
      if (event.kind === "account" && number === 0) this.#accounts.log(event.key, event.name);
      if (event.kind === "account-deleted" && number === 0 && !server) {
        this.#at(id, number, time, () => this.#delete(event.key));
      }
      // Likewise of `chat invitation`.
      if ((event.kind === "invitation" || event.kind === "invitation-revoked") && number === 0 && !server) {
        this.#at(id, number, time, () => applyFact(this.#state, event, false));
      }
      // Events of a server that is gone, and repeated ones.
      if (!server || (number !== 0 && number !== server.next)) continue;
      if (number !== 0) server.next++;
      this.#at(id, number, time, () => this.#apply(id, server, event));
      this.#own.applied(id, event);
    }
  }

  /** Does the work of an event; the same ids are made of it on all servers. */
  #at(id: string, number: number, time: number, work: () => void): void {
    let ids = 0;
    const stem = `${id}-${number.toString(36)}`;
    this.applying = {
      time,
      nextId: () => ids++ === 0 ? stem : `${stem}.${ids}`,
      nextPlace: () => ++this.#place,
    };
    try {
      work();
    } finally {
      this.applying = undefined;
    }
  }

  #apply(id: string, server: NetworkServer, event: NetworkEvent): void {
    switch (event.kind) {
      case "enter":
        return this.#enter(id, server, event);
      case "gone":
        return this.#leave(event);
      case "account":
        return this.#accounts.log(event.key, event.name);
      case "account-deleted":
        return this.#delete(event.key);
      case "moderation":
      case "invitation":
      case "invitation-revoked":
      case "login-failed":
      case "registered":
        return applyFact(this.#state, event, this.#own.has(id));
      case "line":
      case "login":
      case "operator":
      case "quit": {
        const session = server.members.get(event.member);
        if (!session || session.gone) return;
        if (event.kind === "quit") this.#state.quit(session, event.reason);
        else if (event.kind === "operator") grantOperator(this.#state, session);
        else if (event.kind === "login") applyLogin(this.#state, session, event.account);
        else this.#run(session, event.line);
        if (session.gone) server.members.delete(event.member);
      }
    }
  }

  #run(session: Session, line: string): void {
    const before = this.#state.sessions.size;
    try {
      dispatch(this.#state, session, readClientLine(line));
    } catch {
      // The same on all servers, and on one alone: an error of the server disconnects its client.
      this.#state.quit(session, "Internal error");
    }
    if (this.#state.sessions.size < before) this.#forget();
  }

  /** Forgets clients that another one has disconnected. */
  #forget(): void {
    for (const { members } of this.#servers.values()) {
      for (const [member, session] of members) if (session.gone) members.delete(member);
    }
  }

  #enter(id: string, server: NetworkServer, { member, identity, invitation }: NetworkEvent & { kind: "enter" }): void {
    // No server gives a number twice.
    if (server.members.has(member)) return;
    const own = this.#own.find(id, member);
    const state = this.#state;
    const session = own ?? new RemoteSession(identity, server.name);
    // The older one keeps the nickname, unless it is reserved to an account: the place in the log decides.
    const conflict = nickConflict(state, session, identity.nick);
    if (conflict !== undefined) {
      own?.unname();
      own?.reply("ERR_NICKNAMEINUSE", identity.nick, conflict);
      return;
    }
    // After the nickname: one that is taken uses up no invitation.
    const used = invitation && state.invitations.use(invitation, state.now());
    if (invitation && !used) {
      own?.reply("ERR_PASSWDMISMATCH", "Password incorrect");
      if (own) state.quit(own, "Bad password");
      return;
    }
    session.rename(identity.nick);
    server.members.set(member, session);
    state.sessions.add(session);
    state.nicks.set(foldName(identity.nick), session);
    state.enter(session);
    if (!own) return;
    own.password = undefined;
    own.answering(() => {
      if (used?.once && own.invited) noteUsed(own, own.invited.token, used.expires);
      welcome(state, own);
      grantByAccount(state, own);
    });
  }

  #delete(key: string): void {
    const name = this.#accounts.logDeletion(key);
    if (name === undefined) return;
    for (const session of [...this.#state.sessions]) {
      if (session.registered && session.account === name) this.#state.quit(session, "Account deleted");
    }
    const { history } = this.#state;
    if (history.markers instanceof MemoryMarkers) history.markers.remove(foldName(name));
    releaseOrphans(this.#state);
    this.#forget();
  }

  #leave({ server: id, heard, reason }: NetworkEvent & { kind: "gone" }): void {
    const server = this.#servers.get(id);
    // It has published since: it is alive.
    if (!server || server.next > heard) return;
    this.#servers.delete(id);
    for (const session of server.members.values()) this.#state.quit(session, reason);
    this.#own.gone(id);
  }
}
