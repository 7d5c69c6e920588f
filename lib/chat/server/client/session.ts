import { ircLine } from "../../codec/message.ts";
import { matchesMask } from "../../codec/mask.ts";
import { foldName } from "../../codec/names.ts";
import { type Numeric, NUMERICS } from "../../codec/numerics.ts";
import type { ShownInvitation } from "../../invite/invitations.ts";
import type { SaslExchange } from "../account/sasl_exchange.ts";
import { type Capability, encodingOf } from "./capabilities.ts";
import { MultilineCollector } from "./multiline.ts";
import type { SendQueue } from "../send/send_queue.ts";
import { EncodedMessage } from "../send/encoded_message.ts";
import { cutLine } from "../text.ts";

/** Limit of messages that a client can delete although the history does not have them. */
const MAX_REMEMBERED = 200;

/** Client and server of a session. */
export interface ClientInfo {
  /** Address of the client without its port, valid in a mask. */
  readonly host: string;
  /** Address of the client. */
  readonly peer: string;
  /** Whether it is connected over TLS. */
  readonly secure: boolean;
  /** Whether it is a client of this machine. */
  readonly local: boolean;
  /** SHA-256 of its certificate (DER) in hex, if it has one. */
  readonly certificate?: string;
  /** Framing of its messages: bits of `ENCODING`. */
  readonly framing: number;
  /** Name of the server. */
  readonly server: string;
}

/** Session of a client, from connection to disconnection. */
export class Session {
  /** Messages to the client that are not sent yet. */
  readonly sendQueue: SendQueue;
  /** Requested capabilities. */
  readonly capabilities: Set<Capability> = new Set();
  /** User modes; those of all clients are changed by {@link UserModes}. */
  readonly modes: Set<string> = new Set();
  /** Time of connection, in seconds since 1970. */
  since: number = Math.floor(Date.now() / 1000);
  /** Time of the last message to other users, in seconds since 1970. */
  spoke: number = this.since;
  /** Nickname that the client gets when it has logged in to the account that it is reserved to. */
  wantedNick?: string;
  /** Member that it becomes one of the clients of, when it has registered. */
  joins?: Session;
  /** Password of PASS. */
  password?: string;
  /** In a network: the invitation by which it enters, when the log has its entry. */
  invited?: ShownInvitation;
  /** User name of USER. */
  user?: string;
  /** Real name. */
  realname = "";
  /** Called when the account has changed, with the one before. */
  onAccount?: (before: string | undefined) => void;
  /** Exchange of SASL in progress. */
  sasl?: SaslExchange;
  /** Code that confirms the deletion of its account. */
  dropCode?: string;
  /** Failed logins in succession. */
  failedLogins = 0;
  /** Command whose answer takes time; the next one of the client waits for it. */
  busy?: Promise<void>;
  /** Away message, if the client is away. */
  away?: string;
  /** Whether it uses version 302 of capability negotiation. */
  negotiates302 = false;
  /** Nicknames that it monitors, by their folded form. */
  readonly monitored: Map<string, string> = new Map();
  /** Read markers: times in milliseconds since 1970, by the folded name of a channel or nickname. */
  readonly markers: Map<string, number> = new Map();
  /** Message with several lines that it is sending. */
  readonly multiline: MultilineCollector = new MultilineCollector();
  /** Last sent messages, which it may delete: the folded targets by id. */
  readonly said: Map<string, string> = new Map();
  /** Whether capability negotiation is in progress. */
  negotiating = false;
  /** Whether registration is complete. */
  registered = false;
  /** Whether it has disconnected. */
  gone = false;
  /** Member that the client is one of several clients of: what it does is done by that member. */
  presence?: SharedSession;
  readonly #info: ClientInfo;
  #account?: string;
  #nick?: string;
  #encoding: number;
  #mask = "";
  #held?: EncodedMessage[];
  #label = "";
  #answering = false;

  /** Creates a session for a new connection. */
  constructor(info: ClientInfo, sendQueue: SendQueue) {
    this.#info = info;
    this.sendQueue = sendQueue;
    this.#encoding = info.framing;
  }

  /** Client and server of the session. */
  get info(): ClientInfo {
    return this.#info;
  }

  /** Name of the account, if the client is logged in. */
  get account(): string | undefined {
    return this.#account;
  }

  /** Sets the account, or logs the client out. */
  set account(name: string | undefined) {
    const before = this.#account;
    this.#account = name;
    this.onAccount?.(before);
  }

  /** Whether no client is connected. */
  get absent(): boolean {
    return false;
  }

  /** Connected clients of the session. */
  get clients(): ReadonlySet<Session> {
    return new Set([this]);
  }

  /** Nickname, or `*` before there is one. */
  get nick(): string {
    return this.#nick ?? "*";
  }

  /** Whether it has a nickname. */
  get named(): boolean {
    return this.#nick !== undefined;
  }

  /** Sets the nickname. */
  rename(nick: string): void {
    this.#nick = nick;
    this.#mask = `${nick}!${this.user ?? "user"}@${this.#info.host}`;
  }

  /** Removes the nickname, which another client has. */
  unname(): void {
    this.#nick = undefined;
    this.#mask = "";
  }

  /** Whether it is connected to this server. */
  get local(): boolean {
    return true;
  }

  /** Full mask: `nick!user@host`. */
  get mask(): string {
    return this.#mask;
  }

  /** Sets user name and real name. */
  identify(user: string, realname: string): void {
    this.user = user;
    this.realname = realname;
    if (this.#nick !== undefined) this.rename(this.#nick);
  }

  /** Returns whether a mask matches the client. */
  matches(mask: string): boolean {
    return matchesMask(mask, this.#mask);
  }

  /** Updates the encoding after a change of capabilities. */
  updateEncoding(): void {
    this.#encoding = this.#info.framing | encodingOf(this.capabilities);
  }

  /** Returns whether the client has requested a capability. */
  has(capability: Capability): boolean {
    return this.capabilities.has(capability);
  }

  /** Sends a message. */
  send(encoded: EncodedMessage): void {
    if (this.#held) this.#held.push(encoded);
    else this.sendQueue.add(encoded.encode(this.#encoding), this.#answering);
  }

  /** Sends a reply, to the client that has asked. */
  answer(encoded: EncodedMessage): void {
    this.send(encoded);
  }

  /** Returns whether a client is the one whose command is run. */
  isAsker(client: Session): boolean {
    return client === this;
  }

  /** Sends a message to the clients with a capability, and another one, if there is one, to those without. */
  sendWith(capability: Capability, encoded: EncodedMessage, otherwise?: EncodedMessage): void {
    if (this.has(capability)) this.send(encoded);
    else if (otherwise) this.send(otherwise);
  }

  /**
   * Sends a message of the client back to it, if it wants that (IRCv3 echo-message), and to its other clients; all of
   * them need a capability, if one is given.
   */
  echo(encoded: EncodedMessage, needs?: Capability): void {
    if (this.has("echo-message") && (needs === undefined || this.has(needs))) this.send(encoded);
  }

  /** Sends a message to the sender itself; only its echo has a label (IRCv3 labeled-response). */
  deliver(encoded: EncodedMessage, needs?: Capability): void {
    if (needs !== undefined && !this.has(needs)) return;
    this.sendQueue.add(encoded.encode(this.#encoding), this.#answering);
  }

  /** Remembers a sent message, if the client supports redaction. */
  remember(id: string, target: string): void {
    if (!this.has("draft/message-redaction")) return;
    this.said.set(id, foldName(target));
    const [oldest] = this.said.keys();
    if (this.said.size > MAX_REMEMBERED && oldest !== undefined) this.said.delete(oldest);
  }

  /** Whether it is an IRC operator. */
  get operator(): boolean {
    return this.modes.has("o");
  }

  /** Runs a command of the client; the messages sent meanwhile count as its answer. */
  answering(work: () => void): void {
    this.#answering = true;
    try {
      work();
    } finally {
      this.#answering = false;
    }
  }

  /** Sends a line from the server. */
  say(command: string, ...params: readonly string[]): void {
    this.answer(new EncodedMessage(cutLine(ircLine(this.info.server, command, ...params))));
  }

  /** Sends a numeric. */
  reply(numeric: Numeric, ...params: readonly string[]): void {
    this.say(NUMERICS[numeric], this.nick, ...params);
  }

  /** Sends a FAIL reply (IRCv3 standard-replies). */
  fail(command: string, code: string, ...params: readonly string[]): void {
    this.say("FAIL", command, code, ...params);
  }

  /** Sends the answer of `work` under a label (IRCv3 labeled-response). */
  labelled(label: string, work: () => void): void {
    this.#held = [];
    this.#label = label;
    try {
      work();
    } finally {
      this.#release();
    }
  }

  /**
   * Finishes a command later, in its answer: with what `work` resolves to. The command must not have sent anything
   * before. `work` rejects when the accounts cannot be read or written.
   */
  finishLater(work: Promise<() => void>): void {
    const held = this.#held;
    const label = held ? this.#label : undefined;
    this.#held = undefined;
    for (const encoded of held ?? []) this.send(encoded);
    const failed = () => () => this.reply("ERR_UNKNOWNERROR", "*", "The accounts cannot be used at this time");
    this.busy = work.catch(failed).then((finish) => {
      this.busy = undefined;
      if (this.gone) return;
      this.answering(() => label === undefined ? finish() : this.labelled(label, finish));
    });
  }

  /** Sends a last message and closes the connection. */
  end(encoded: EncodedMessage): void {
    this.send(encoded);
    // Messages held for a label go first.
    this.#release();
    this.sendQueue.end();
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (!held) return;
    // An answer of several messages needs a batch for its label, which the client must have requested.
    const labelled = held.length < 2 || this.has("batch") ? underLabel(held, this.#label, this.info.server) : held;
    for (const encoded of labelled) this.send(encoded);
  }
}

/** Session with several clients, or none. */
export interface SharedSession extends Session {
  /** Whether it stays when its last client leaves. */
  readonly kept: boolean;
  /** Runs a command of a client. */
  actFor(client: Session, work: () => void): void;
}

function underLabel(held: readonly EncodedMessage[], label: string, server: string): readonly EncodedMessage[] {
  const [first] = held;
  if (!first) return [new EncodedMessage(ircLine(server, "ACK")).withTags({ label })];
  const batch = / BATCH \+(\S+)/.exec(first.line)?.[1];
  // A batch is already one answer.
  if (held.length === 1 || (batch !== undefined && held.at(-1)?.line.endsWith(` BATCH -${batch}`))) {
    return [first.withTags({ label }), ...held.slice(1)];
  }
  const name = `L${crypto.randomUUID().slice(0, 8)}`;
  return [
    new EncodedMessage(ircLine(server, "BATCH", `+${name}`, "labeled-response")).withTags({ label }),
    ...held.map((encoded) => encoded.tags.own?.batch === undefined ? encoded.withTags({ batch: name }) : encoded),
    new EncodedMessage(ircLine(server, "BATCH", `-${name}`)),
  ];
}
