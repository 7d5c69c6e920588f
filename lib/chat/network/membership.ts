import { SystemError } from "../../core/mod.ts";
import { type IrcMessage, writeIrcMessage } from "../codec/message.ts";
import type { Account } from "../account/account.ts";
import type { Session } from "../server/client/session.ts";
import type { AppliedEvent, NetworkLog } from "../server/network_log.ts";
import type { SharedFact } from "../server/shared_fact.ts";
import type { ChatState } from "../server/state.ts";
import { Availability } from "./availability.ts";
import type { Broker, LogReader } from "./broker.ts";
import { CachedHistory } from "./cache/cached_history.ts";
import { fillHistory } from "./cache/fill.ts";
import { encodeBatch, EVENT_VERSION, parseBatch } from "./codec/batch.ts";
import type { NetworkEvent } from "./codec/event.ts";
import { keepSnapshots } from "./keep_snapshots.ts";
import { loadUntilAvailable, type Snapshot } from "./load_snapshot.ts";
import type { MembershipOptions } from "./membership_options.ts";
import { Outbox } from "./outbox.ts";
import { OwnMemberList } from "./own_members.ts";
import { type OwnMembers, Replica } from "./replica.ts";
import { eventOf } from "./accounts/account_event.ts";
import { newServerId } from "./server_id.ts";
import { ALIVE_INTERVAL_MS, SignsOfLife } from "./signs_of_life.ts";
import type { SnapshotKeeper } from "./snapshot_keeper.ts";
import { within } from "./within.ts";

/** Limit of the time for the last events when a server stops. */
const CLOSE_TIMEOUT_MS = 2000;
/** Limit of the time in which a new account is written to the log. */
const ACCOUNT_TIMEOUT_MS = 5000;
const LOST = "Server has left the network";

/** Membership of a server in a network: writes the events of its clients to the log, and applies the log. */
export class Membership implements NetworkLog, LogReader, OwnMembers {
  readonly #broker: Broker;
  readonly #state: ChatState;
  readonly #options: MembershipOptions;
  #replica: Replica;
  #keeper: SnapshotKeeper;
  readonly #cache?: CachedHistory;
  #filling?: Promise<void>;
  /** Sequence up to which the log has to be read before this server enters. */
  #target: number;
  readonly #signs = new SignsOfLife();
  readonly #ticker: ReturnType<typeof setInterval>;
  #own = new OwnMemberList();
  readonly #quitting = new WeakSet<Session>();
  #server = "";
  #outbox!: Outbox;
  readonly #availability: Availability;
  #caughtUp = false;
  /** Resolves when this server has read the log. */
  #ready = Promise.withResolvers<void>();
  #entered = false;
  #closed = false;

  /** Starts to read the log after a snapshot. */
  constructor(broker: Broker, state: ChatState, start: Snapshot, options: MembershipOptions) {
    this.#broker = broker;
    this.#state = state;
    this.#options = options;
    this.#availability = new Availability((event) => {
      if (!this.#closed) options.onEvent(event);
    });
    this.#replica = new Replica(state, this, options.accounts);
    this.#keeper = this.#keep(start);
    this.#target = start.last;
    this.#cache = state.history instanceof CachedHistory ? state.history : undefined;
    this.#cache?.start(start.sequence);
    this.#replica.restore(start.records);
    this.#begin();
    this.#ticker = setInterval(() => this.#tick(), ALIVE_INTERVAL_MS);
    broker.start(this, start.sequence);
    if (start.last <= start.sequence) this.#catchUp();
  }

  /** Event that is being applied. */
  get applying(): AppliedEvent | undefined {
    return this.#replica.applying;
  }

  /** Whether commands can be written now. */
  get available(): boolean {
    return this.#entered && this.#availability.now && !this.#closed;
  }

  /** Resolves when the client's events have been applied. */
  before(session: Session, shared: boolean): Promise<void> | undefined {
    // A client whose entry is on its way has to wait for its nickname; later commands are ordered by the log.
    if (session.registered && (shared || !this.available)) return undefined;
    // Which nicknames are in use is not known before.
    if (!session.registered && !this.#entered) return this.#ready.promise;
    return this.#own.settled(session);
  }

  /** Writes a command. */
  write(session: Session, message: IrcMessage): boolean {
    if (!this.available || !this.#outbox.roomy) return false;
    const { tags, command, params } = message;
    this.#add({ kind: "line", member: this.#own.sent(session), line: writeIrcMessage({ tags, command, params }) });
    return true;
  }

  /** Writes the entry of a client. */
  enter(session: Session): void {
    const { nick, user = "", realname, info: { host, secure }, since, account, away } = session;
    const capabilities = [...session.capabilities];
    const identity = { nick, user, realname, host, secure, since, account, away, capabilities };
    const invitation = session.invited && { hash: session.invited.hash, next: session.invited.next };
    this.#add({ kind: "enter", member: this.#own.sent(session), identity, invitation });
  }

  /** Writes that a client has become an operator. */
  grantOperator(session: Session): void {
    this.#add({ kind: "operator", member: this.#own.sent(session) });
  }

  /** Writes that a registered client has logged in. */
  async logIn(session: Session, account: string): Promise<void> {
    if (!this.available || !this.#outbox.roomy) return;
    this.#add({ kind: "login", member: this.#own.sent(session), account });
    await Promise.race([this.#own.settled(session), session.sendQueue.ended]);
  }

  /** Writes that an account exists, or does not any more. */
  async shareAccount(account: Account): Promise<boolean> {
    const { key } = account;
    this.#add(eventOf(account));
    return await within(ACCOUNT_TIMEOUT_MS, this.#options.accounts.logged(key));
  }

  /** Writes a fact. */
  share(fact: SharedFact): boolean {
    if (this.#closed || !this.#outbox.roomy) return false;
    this.#add(fact);
    return true;
  }

  /** Writes that a client has disconnected. */
  quit(session: Session, reason: string): void {
    if (!session.local || this.#quitting.has(session)) return;
    this.#quitting.add(session);
    this.#add({ kind: "quit", member: this.#own.sent(session), reason });
  }

  /** Leaves the network. */
  async close(): Promise<void> {
    if (this.#closed) return;
    if (this.#entered) {
      this.#add({ kind: "gone", server: this.#server, heard: Number.MAX_SAFE_INTEGER, reason: LOST });
      await within(CLOSE_TIMEOUT_MS, this.#outbox.flushed());
    }
    this.#closed = true;
    clearInterval(this.#ticker);
    this.#outbox.stop();
    await within(CLOSE_TIMEOUT_MS, this.#keeper.idle());
    await this.#broker.close();
    await within(CLOSE_TIMEOUT_MS, this.#filling);
  }

  /** Applies a message of the log. */
  read(sequence: number, bytes: Uint8Array): void {
    if (this.#closed) return;
    const batch = parseBatch(bytes);
    this.#cache?.begin(sequence);
    if (typeof batch === "object" && "events" in batch) {
      this.#replica.apply(batch, sequence);
      this.#cache?.applied();
      this.#keeper.applied(sequence, batch.time, batch.events.length);
    } else if (typeof batch === "object") {
      // Without this message the state would differ from that of the other servers.
      this.#options.failed(
        new SystemError(
          `cannot read event ${sequence} of the network: version ${batch.version}, supported: ${EVENT_VERSION}`,
          { code: "network-version", operation: "chat" },
        ),
      );
      this.#closed = true;
    }
    if (!this.#caughtUp && sequence >= this.#target) this.#catchUp();
  }

  /** Enters the network again from a snapshot: it was cut off for longer than the log is kept. */
  lost(): void {
    void this.#enterAgain();
  }

  /** Records a sign of life. */
  alive(server: string): void {
    this.#signs.heard(server, performance.now());
  }

  /** Records whether the brokers can be reached. */
  connection(error?: unknown): void {
    this.#signs.restart(performance.now());
    this.#availability.connection(error);
    if (!this.#availability.now) this.#own.release();
  }

  /** Returns a client of this server. */
  find(server: string, member: number): Session | undefined {
    if (server !== this.#server) return undefined;
    const session = this.#own.find(member);
    return session?.gone ? undefined : session;
  }

  /** Returns whether a server is this one. */
  has(server: string): boolean {
    return server === this.#server;
  }

  /** Records that an event was applied. */
  applied(server: string, event: NetworkEvent): void {
    if (server !== this.#server || !("member" in event)) return;
    // A client that has disconnected while it entered has to leave again.
    if (event.kind === "enter" && this.#own.find(event.member)?.gone) {
      this.#add({ kind: "quit", member: event.member, reason: "Connection closed" });
    }
    this.#own.applied(event.member);
  }

  /** Enters the network again after the other servers have given this one up. */
  gone(server: string): void {
    if (server !== this.#server || this.#closed) return;
    this.#outbox.stop();
    const waiting = this.#own.sessions.filter((session) => !session.registered && !session.gone);
    this.#options.onEvent({ event: "expelled" });
    this.#begin();
    for (const session of waiting) this.enter(session);
    this.#outbox.start();
  }

  async #enterAgain(): Promise<void> {
    if (this.#entered) this.#ready = Promise.withResolvers();
    this.#entered = false;
    this.#caughtUp = false;
    this.#outbox.stop();
    let start: Snapshot | undefined;
    try {
      start = await loadUntilAvailable(this.#broker, () => this.#closed);
    } catch (error) {
      if (error instanceof SystemError) return this.#options.failed(error);
    }
    if (!start || this.#closed) return;
    const waiting = this.#own.sessions.filter((session) => !session.registered && !session.gone);
    this.#options.onEvent({ event: "expelled" });
    this.#state.forgetNetwork("Server was cut off from the network");
    this.#replica = new Replica(this.#state, this, this.#options.accounts);
    this.#cache?.start(start.sequence);
    this.#replica.restore(start.records);
    this.#keeper = this.#keep(start);
    this.#target = start.last;
    this.#begin();
    for (const session of waiting) this.enter(session);
    this.#broker.start(this, start.sequence);
    if (this.#target <= start.sequence) this.#catchUp();
  }

  /** Returns the keeper of the snapshots after one. */
  #keep({ time }: Snapshot): SnapshotKeeper {
    const self = () => this.#entered ? this.#server : undefined;
    return keepSnapshots(this.#broker, time, this.#state, this.#replica, this.#options, self);
  }

  /** Creates a new server of the network. */
  #begin(): void {
    const server = newServerId();
    this.#server = server;
    this.#own = new OwnMemberList();
    this.#availability.begin();
    this.#outbox = new Outbox({
      server,
      publish: (bytes, id) => this.#broker.publish(server, bytes, id),
      result: (error) => {
        if (server !== this.#server) return;
        this.#availability.storage(error);
        if (!this.#availability.now) this.#own.release();
      },
    });
    this.#outbox.add({ kind: "hello", name: this.#state.info.name });
  }

  #catchUp(): void {
    this.#caughtUp = true;
    this.#entered = true;
    this.#ready.resolve();
    this.#signs.restart(performance.now());
    this.#outbox.start();
    this.#options.onEvent({ event: "entered" });
    this.#fill();
  }

  #add(event: NetworkEvent): void {
    this.#outbox.add(event);
  }

  /** Adds to the history file what it lacks, while the server works. */
  #fill(): void {
    const cache = this.#cache;
    if (!cache || !this.#entered || this.#filling) return;
    cache.retry();
    if (cache.gaps.length === 0) return;
    this.#filling = fillHistory(this.#broker, this.#state, cache, () => this.#closed)
      .finally(() => this.#filling = undefined);
  }

  /** Gives a sign of life, and writes which servers give none. */
  #tick(): void {
    this.#fill();
    if (!this.available) return;
    for (const account of this.#options.accounts.missing(performance.now())) this.#add(eventOf(account));
    this.#broker.alive(this.#server);
    const others = this.#replica.servers.filter((server) => server !== this.#server);
    for (const server of this.#signs.gone(others, performance.now())) {
      const heard = this.#replica.next(server) ?? 0;
      const events = [{ kind: "gone", server, heard, reason: "Server is not reachable" }] as const;
      const bytes = encodeBatch({ version: EVENT_VERSION, server: this.#server, first: 0, time: Date.now(), events });
      // Not repeated: when it arrives late, the server may be there again.
      this.#broker.publish(this.#server, bytes, `${this.#server}-${server}-${heard}`).catch(() => {});
    }
  }
}
