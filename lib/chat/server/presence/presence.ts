import type { Capability } from "../client/capabilities.ts";
import { type ClientInfo, Session, type SharedSession } from "../client/session.ts";
import type { EncodedMessage } from "../send/encoded_message.ts";
import { closedQueue } from "../send/closed_queue.ts";

/** Queue of all presences: only their clients have connections. */
const NOWHERE = closedQueue();
/** Away message while no client is connected. */
const NOT_CONNECTED = "Not connected";
/** Away message of a client that is connected without its user (IRCv3 pre-away). */
const NO_USER = "*";

/** Identity of a member. */
export interface PresenceIdentity {
  /** Nickname. */
  readonly nick: string;
  /** User name. */
  readonly user: string;
  /** Real name. */
  readonly realname: string;
  /** Host in its mask, that of its first client. */
  readonly host: string;
  /** Name of its account. */
  readonly account: string;
}

/**
 * Member with any number of clients, also none: what one of them sends, it does itself, and what it gets, all of them
 * get, each in the form of its own capabilities. Replies go to the client that has asked.
 */
export class Presence extends Session implements SharedSession {
  /** Whether it stays when its last client leaves. */
  kept = false;
  /** Time at which its last client has left, in milliseconds since 1970; undefined while there are clients. */
  absentSince?: number;
  readonly #clients = new Set<Session>();
  /** Client whose command is being run. */
  #acting?: Session;
  #lastAway = NOT_CONNECTED;

  /** Creates a member without clients. */
  constructor({ nick, user, realname, host, account }: PresenceIdentity, server: string) {
    super({ host, peer: "", secure: false, local: false, framing: 0, server }, NOWHERE);
    this.identify(user, realname);
    this.rename(nick);
    this.account = account;
    this.registered = true;
  }

  /** Facts of the client whose command is run, with the host of the member. */
  override get info(): ClientInfo {
    const { info } = this.#acting ?? {};
    if (info) return { ...info, host: super.info.host };
    return { ...super.info, secure: this.#clients.size > 0 && [...this.#clients].every(({ info }) => info.secure) };
  }

  /** Connected clients. */
  override get clients(): ReadonlySet<Session> {
    return this.#clients;
  }

  /** Whether no client is connected. */
  override get absent(): boolean {
    return this.#clients.size === 0;
  }

  /** Away message of the member: it is away when all its clients are. */
  get commonAway(): string | undefined {
    if (this.absent) return this.#lastAway;
    const texts = [...this.#clients].map(({ away }) => away);
    if (texts.includes(undefined)) return undefined;
    return texts.findLast((text) => text !== NO_USER) ?? texts[0];
  }

  /** Runs a command of a client. */
  actFor(client: Session, work: () => void): void {
    const before = this.#acting;
    this.#acting = client;
    try {
      work();
    } finally {
      this.#acting = before;
    }
  }

  /** Adds a client. */
  attach(client: Session): void {
    client.presence = this;
    client.rename(this.nick);
    this.#clients.add(client);
    this.absentSince = undefined;
  }

  /** Removes a client. */
  detach(client: Session, now: number): void {
    this.#clients.delete(client);
    if (!this.absent) return;
    this.absentSince = now;
    this.#lastAway = client.away !== undefined && client.away !== NO_USER ? client.away : NOT_CONNECTED;
  }

  /** Sets the nickname, also of the clients. */
  override rename(nick: string): void {
    super.rename(nick);
    for (const client of this.#clients) client.rename(nick);
  }

  /** Returns whether the client whose command is run has requested a capability; otherwise whether any client has. */
  override has(capability: Capability): boolean {
    return this.#acting ? this.#acting.has(capability) : [...this.#clients].some((client) => client.has(capability));
  }

  /** Returns whether a client is the one whose command is run. */
  override isAsker(client: Session): boolean {
    return client === this.#acting;
  }

  /** Sends a message to all clients. */
  override send(encoded: EncodedMessage): void {
    for (const client of this.#clients) client.send(encoded);
  }

  /** Sends a message to all clients, in the form that each supports. */
  override sendWith(capability: Capability, encoded: EncodedMessage, otherwise?: EncodedMessage): void {
    for (const client of this.#clients) client.sendWith(capability, encoded, otherwise);
  }

  /** Sends a reply to the client whose command is run. */
  override answer(encoded: EncodedMessage): void {
    if (this.#acting) this.#acting.answer(encoded);
    else this.send(encoded);
  }

  /** Sends a message of one client to the others, and to itself where it wants that. */
  override echo(encoded: EncodedMessage, needs?: Capability): void {
    for (const client of this.#clients) {
      if (client === this.#acting) client.echo(encoded, needs);
      else if (needs === undefined || client.has(needs)) client.send(encoded);
    }
  }

  /** Sends a message from a user to all clients. */
  override deliver(encoded: EncodedMessage, needs?: Capability): void {
    for (const client of this.#clients) client.deliver(encoded, needs);
  }

  /** Finishes a command of a client later. */
  override finishLater(work: Promise<() => void>): void {
    const client = this.#acting;
    client?.finishLater(work.then((finish) => () => this.actFor(client, finish)));
  }

  /** Does nothing: each client is told when it is disconnected. */
  override end(): void {}
}
