import { ircLine } from "../../codec/message.ts";
import { matchesMask } from "../../codec/mask.ts";
import { foldName } from "../../codec/names.ts";
import { type Numeric, NUMERICS } from "../../codec/numerics.ts";
import { type Capability, encodingOf } from "./capabilities.ts";
import type { SendQueue } from "../send/send_queue.ts";
import { EncodedMessage } from "../send/encoded_message.ts";
import { cutLine } from "../text.ts";

/** Messages that a client can delete though the history does not have them. */
const MAX_REMEMBERED = 200;

/** What a session is made from. */
export interface ClientInfo {
  /** The client's address without port, in a form that can stand in a message. */
  readonly host: string;
  /** The client's end, as an address. */
  readonly peer: string;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** How its messages are framed: bits of `ENCODING`. */
  readonly framing: number;
  /** The server's name. */
  readonly server: string;
}

/** One client, from its first line to its last. */
export class Session {
  /** Who and where it is. */
  readonly info: ClientInfo;
  /** What is on its way to it. */
  readonly sendQueue: SendQueue;
  /** The capabilities that it has asked for. */
  readonly capabilities: Set<Capability> = new Set();
  /** Its user modes. */
  readonly modes: Set<string> = new Set();
  /** When it came, and when it last said something to others, in seconds since 1970. */
  readonly since: number = Math.floor(Date.now() / 1000);
  /** When it last said something to others. */
  spoke: number = this.since;
  /** What it gave with PASS. */
  password?: string;
  /** What it gave with USER. */
  user?: string;
  /** Its real name, as it says. */
  realname = "";
  /** Why it is away, if it is. */
  away?: string;
  /** Whether it speaks version 302 of capability negotiation. */
  negotiates302 = false;
  /** The nicks that it monitors, by their folded form. */
  readonly monitored: Map<string, string> = new Map();
  /** Times of the last messages read, in milliseconds since 1970, by the folded name of a channel or nick. */
  readonly markers: Map<string, number> = new Map();
  /** The last messages that it has sent and may delete: the folded targets by id. */
  readonly said: Map<string, string> = new Map();
  /** Whether it is still choosing capabilities. */
  negotiating = false;
  /** Whether it is in. */
  registered = false;
  /** Whether it has left. */
  gone = false;
  #nick?: string;
  #encoding: number;
  #mask = "";
  #held?: EncodedMessage[];
  #label = "";
  #answering = false;

  /** Makes one for a client that has just come. */
  constructor(info: ClientInfo, sendQueue: SendQueue) {
    this.info = info;
    this.sendQueue = sendQueue;
    this.#encoding = info.framing;
  }

  /** Its nick, or `*` as long as it has none. */
  get nick(): string {
    return this.#nick ?? "*";
  }

  /** Whether it has chosen a nick. */
  get named(): boolean {
    return this.#nick !== undefined;
  }

  /** Gives it a nick. */
  rename(nick: string): void {
    this.#nick = nick;
    this.#mask = `${nick}!${this.user ?? "user"}@${this.info.host}`;
  }

  /** `nick!user@host`. */
  get mask(): string {
    return this.#mask;
  }

  /** Takes note of who it says it is. */
  identify(user: string, realname: string): void {
    this.user = user;
    this.realname = realname;
    if (this.#nick !== undefined) this.rename(this.#nick);
  }

  /** Whether a mask is on it. */
  matches(mask: string): boolean {
    return matchesMask(mask, this.#mask);
  }

  /** Takes note that its capabilities have changed. */
  updateEncoding(): void {
    this.#encoding = this.info.framing | encodingOf(this.capabilities);
  }

  /** Whether it gets the time of what it receives. */
  has(capability: Capability): boolean {
    return this.capabilities.has(capability);
  }

  /** Sends it something. */
  send(encoded: EncodedMessage): void {
    if (this.#held) this.#held.push(encoded);
    else this.sendQueue.add(encoded.encode(this.#encoding), this.#answering);
  }

  /** Sends it a message of its own that it also gets as an echo: only the echo has a label (IRCv3 labeled-response). */
  deliver(encoded: EncodedMessage): void {
    this.sendQueue.add(encoded.encode(this.#encoding), this.#answering);
  }

  /** Remembers a message that it sends, if it could delete it. */
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

  /** Does what the client asks: what it is sent meanwhile it has asked for. */
  answering(work: () => void): void {
    this.#answering = true;
    try {
      work();
    } finally {
      this.#answering = false;
    }
  }

  /** Sends it a line from the server. */
  say(command: string, ...params: readonly string[]): void {
    this.send(new EncodedMessage(cutLine(ircLine(this.info.server, command, ...params))));
  }

  /** Answers it with a numeric. */
  reply(numeric: Numeric, ...params: readonly string[]): void {
    this.say(NUMERICS[numeric], this.nick, ...params);
  }

  /** Tells it that something did not work (IRCv3 standard replies). */
  fail(command: string, code: string, ...params: readonly string[]): void {
    this.say("FAIL", command, code, ...params);
  }

  /** Sends what `work` answers under a label (IRCv3 labeled-response). */
  labelled(label: string, work: () => void): void {
    this.#held = [];
    this.#label = label;
    try {
      work();
    } finally {
      this.#release();
    }
  }

  /** Sends its last words, and nothing after them. */
  end(encoded: EncodedMessage): void {
    this.send(encoded);
    // What was held under a label goes before.
    this.#release();
    this.sendQueue.end();
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (!held) return;
    // An answer of several messages has its label on a batch, which the client must have asked for.
    const labelled = held.length < 2 || this.has("batch") ? underLabel(held, this.#label, this.info.server) : held;
    for (const encoded of labelled) this.send(encoded);
  }
}

function underLabel(held: readonly EncodedMessage[], label: string, server: string): readonly EncodedMessage[] {
  const [first] = held;
  if (!first) return [new EncodedMessage(ircLine(server, "ACK")).withTags({ label })];
  const batch = / BATCH \+(\S+)/.exec(first.line)?.[1];
  // A batch is one answer already.
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
