import { NegativeError, NetworkError, TokenBucket, type ToucanError } from "../../core/mod.ts";
import { readAction } from "../codec/ctcp.ts";
import { ircLine, MAX_LINE_BYTES, utf8Length } from "../codec/message.ts";
import type { Conversation } from "./conversation.ts";
import type { ChatEvent, ChatMessage } from "./events.ts";
import type { IrcConnection } from "./irc_connection.ts";
import { encodeText, type Outgoing, splitText } from "./outgoing_message.ts";
import type { JoinedChannel } from "./joined_channel.ts";

/** What a {@link Delivery} needs of the member whose messages it sends. */
export interface Sender {
  /** The connection that is up now, if one is. */
  readonly connection: () => { readonly irc: IrcConnection; readonly talk: Conversation } | undefined;
  /** A channel, by the folded form of its name. */
  readonly room: (key: string) => JoinedChannel | undefined;
  /** Our nick. */
  readonly nick: () => string;
  /** Waits, but not longer than the member stays. */
  readonly pause: (ms: number) => Promise<void>;
  /** Tells what has happened. */
  readonly tell: (event: ChatEvent) => void;
}

/** Lines that any server takes at once, and how many per second after that. */
const SEND_RATE = [5, 0.7] as const;
/** What others may see behind our nick, as long as nobody has told: the longest usual one. */
const MAX_USER_HOST_LENGTH = 75;

/** What we say, on its way: in order, not faster than the server likes, and once, also over a lost connection. */
export class Delivery {
  readonly #sender: Sender;
  readonly #bucket = new TokenBucket(...SEND_RATE);
  #pending: Outgoing[] = [];
  /** The mark that the server has not come to yet, and what was sent before it. */
  #marker?: { readonly text: string; readonly before: readonly Outgoing[] };
  #nextMark = 0;
  #pumping = false;
  #over = false;

  /** Sends for a member. */
  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Says something; resolves when the server has taken it, rejects when it has said that it does not. */
  async say(target: string, text: string, kind: ChatMessage["kind"]): Promise<void> {
    if (this.#over) throw new NetworkError("cannot send: the client has disconnected", { code: "connection-closed" });
    const command = kind === "notice" ? "NOTICE" : "PRIVMSG";
    const userHost = this.#sender.connection()?.talk.userHost ?? "x".repeat(MAX_USER_HOST_LENGTH);
    const around = `:${this.#sender.nick()}!${userHost} ${command} ${target} :${encodeText("", kind)}`;
    // What could not stand there is refused before it is one of many.
    ircLine(undefined, command, target, "");
    const done = splitText(text, Math.max(MAX_LINE_BYTES - 2 - utf8Length(around), 50)).map((piece) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#pending.push({
        target,
        command,
        text: encodeText(piece, kind),
        done: resolve,
        failed: reject,
        sent: false,
      });
      return promise;
    });
    void this.pump();
    await Promise.all(done);
  }

  /** Sends what waits and may be sent. */
  async pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let one = this.#next(); one; one = this.#next()) {
        const connection = this.#sender.connection();
        if (!connection) return;
        const { irc, talk } = connection;
        const wait = talk.unthrottled ? 0 : this.#bucket.take(1, performance.now());
        if (wait > 0) await this.#sender.pause(wait);
        if (irc !== this.#sender.connection()?.irc) continue;
        one.sent = true;
        irc.write(ircLine(undefined, one.command, one.target, one.text));
        if (!talk.has("echo-message")) this.#echoLocally(one, talk);
        if (irc.congested) await irc.sent();
      }
      this.#mark();
    } finally {
      this.#pumping = false;
    }
  }

  /** The server has shown us what we said. */
  echoed(target: string, text: string): void {
    this.#confirm(this.#pending.findIndex((one) => one.text === text && this.#isFor(one, target)));
  }

  /** The server does not take something. */
  rejected(target: string | undefined, why: string): void {
    const index = this.#pending.findIndex((one) => one.sent && (target === undefined || this.#isFor(one, target)));
    if (index < 0) return;
    for (const one of this.#pending.splice(index, 1)) {
      one.failed(
        new NegativeError(`cannot send to ${one.target}: ${why}`, { code: "message-refused", operation: "send" }),
      );
    }
  }

  /** A channel that we were in cannot be joined again: what waits for it is not sent. */
  closed(channel: string, error: ToucanError): void {
    const lost = this.#pending.filter((one) => !one.sent && this.#isFor(one, channel));
    this.#pending = this.#pending.filter((one) => !lost.includes(one));
    for (const { target, text, failed } of lost) {
      const said = `message not sent to ${target}: ${readAction(text) ?? text}`;
      this.#sender.tell({ event: "server", code: "UNSENT", text: said, problem: true, time: Date.now() });
      failed(error);
    }
  }

  /** The server has come to a mark. */
  reached(mark: string): void {
    if (this.#marker?.text !== mark) return;
    for (const one of this.#marker.before) this.#confirm(this.#pending.indexOf(one));
    this.#marker = undefined;
    this.#mark();
  }

  /**
   * Sets a mark behind what has been sent, one at a time. When the server has come to it, nothing before it is still under
   * way: what it does not show us, shows us changed, or refuses with a word that we do not know is settled, too.
   */
  #mark(): void {
    const sent = this.#pending.filter((one) => one.sent);
    if (this.#marker !== undefined || sent.length === 0) return;
    const text = `toucan-${++this.#nextMark}`;
    this.#marker = { text, before: sent };
    this.#sender.connection()?.irc.write(ircLine(undefined, "PING", text));
  }

  /**
   * The connection is gone. What was sent to channels is sent again when their past is known and it is not in there, if
   * that can be known (`sure`); of the rest nobody can tell whether it has arrived.
   */
  disconnected(sure: boolean, leaving: boolean): void {
    this.#marker = undefined;
    const lost = this.#pending.filter((one) => one.sent && !(sure && one.target.startsWith("#")));
    this.#pending = this.#pending.filter((one) => !lost.includes(one));
    for (const one of this.#pending) one.sent = false;
    for (const { target, text, done } of lost) {
      const said = `cannot confirm delivery to ${target}: ${text}`;
      if (!leaving) {
        this.#sender.tell({ event: "server", code: "UNKNOWN", text: said, problem: true, time: Date.now() });
      }
      done();
    }
  }

  /** Ends all waits: what was not sent will not be. */
  close(): void {
    this.#over = true;
    const error = new NetworkError("cannot send: the client has disconnected", { code: "connection-closed" });
    for (const { sent, done, failed } of this.#pending.splice(0)) {
      if (sent) done();
      else failed(error);
    }
  }

  /** Where the server does not show us what we say we do. */
  #echoLocally(one: Outgoing, talk: Conversation): void {
    const action = readAction(one.text);
    this.#sender.tell({
      event: "message",
      target: one.target,
      nick: talk.nick,
      text: action ?? one.text,
      kind: action !== undefined ? "action" : one.command === "NOTICE" ? "notice" : "message",
      own: true,
      past: false,
      time: Date.now(),
    });
  }

  /** The next message that may be sent: a channel's only once its past is known, lest it be said twice. */
  #next(): Outgoing | undefined {
    const talk = this.#sender.connection()?.talk;
    if (!talk) return undefined;
    return this.#pending.find((one) => {
      if (one.sent) return false;
      const room = this.#sender.room(talk.fold(one.target));
      return !room || (room.inside && !room.filling);
    });
  }

  #isFor(one: Outgoing, target: string): boolean {
    const talk = this.#sender.connection()?.talk;
    return talk !== undefined && talk.fold(one.target) === talk.fold(target);
  }

  #confirm(index: number): void {
    if (index < 0) return;
    for (const { done } of this.#pending.splice(index, 1)) done();
  }
}
