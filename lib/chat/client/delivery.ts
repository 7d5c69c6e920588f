import { NegativeError, NetworkError, TokenBucket, type ToucanError } from "../../core/mod.ts";
import { readAction } from "../codec/ctcp.ts";
import { ircLine, MAX_LINE_BYTES, utf8Length } from "../codec/message.ts";
import type { Conversation } from "./conversation.ts";
import type { ChatEvent, ChatMessage } from "./events.ts";
import type { IrcConnection } from "./irc_connection.ts";
import { CONCAT, MULTILINE, packLines, textOf } from "./multiline.ts";
import { encodeText, type Outgoing, splitText } from "./outgoing_message.ts";
import type { JoinedChannel } from "./joined_channel.ts";

/** Access of a {@link Delivery} to the client that it sends for. */
export interface Sender {
  /** Returns the current connection, if there is one. */
  readonly connection: () => { readonly irc: IrcConnection; readonly talk: Conversation } | undefined;
  /** Returns a channel by its folded name. */
  readonly room: (key: string) => JoinedChannel | undefined;
  /** Returns the current nickname. */
  readonly nick: () => string;
  /** Waits, at most until the client leaves. */
  readonly pause: (ms: number) => Promise<void>;
  /** Reports an event. */
  readonly tell: (event: ChatEvent) => void;
}

/** Burst of lines that any server accepts, and lines per second after that. */
const SEND_RATE = [5, 0.7] as const;
/** Assumed length of the own `user@host` until a message has shown it: the longest common one. */
const MAX_USER_HOST_LENGTH = 75;

/** Sends the messages of a client: in order, within the server's rate limit, and once, also over a reconnection. */
export class Delivery {
  readonly #sender: Sender;
  readonly #bucket = new TokenBucket(...SEND_RATE);
  #pending: Outgoing[] = [];
  /** Marker that the server has not answered yet, and the messages sent before it. */
  #marker?: { readonly text: string; readonly before: readonly Outgoing[] };
  #nextMark = 0;
  #nextBatch = 0;
  #pumping = false;
  #over = false;

  /** Creates a delivery for a client. */
  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Sends a message; resolves when the server has accepted it, rejects when the server has rejected it. */
  async say(target: string, text: string, kind: ChatMessage["kind"]): Promise<void> {
    if (this.#over) throw new NetworkError("cannot send: the client has disconnected", { code: "connection-closed" });
    const command = kind === "notice" ? "NOTICE" : "PRIVMSG";
    const userHost = this.#sender.connection()?.talk.userHost ?? "x".repeat(MAX_USER_HOST_LENGTH);
    const around = `:${this.#sender.nick()}!${userHost} ${command} ${target} :${encodeText("", kind)}`;
    // An invalid target is rejected before the text is split.
    ircLine(undefined, command, target, "");
    const room = Math.max(MAX_LINE_BYTES - 2 - utf8Length(around), 50);
    const limits = kind === "message" ? this.#sender.connection()?.talk.multiline : undefined;
    const messages = limits
      ? packLines(text, room, limits)
      : splitText(text, room).map((piece) => [{ text: encodeText(piece, kind), continues: false }]);
    const done = messages.map((parts) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#pending.push({
        target,
        command,
        text: textOf(parts),
        parts,
        done: resolve,
        failed: reject,
        sent: false,
      });
      return promise;
    });
    void this.pump();
    await Promise.all(done);
  }

  /** Sends the pending messages that may be sent now. */
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
        for (const line of this.#linesOf(one, talk)) irc.write(line);
        if (!talk.has("echo-message")) this.#echoLocally(one, talk);
        if (irc.congested) await irc.sent();
      }
      this.#mark();
    } finally {
      this.#pumping = false;
    }
  }

  /** Returns the lines of a message: a batch for several, where the server has them. */
  #linesOf({ command, target, parts }: Outgoing, talk: Conversation): readonly string[] {
    const said = ({ text }: { readonly text: string }) => ircLine(undefined, command, target, text);
    if (parts.length === 1 || !talk.multiline) return parts.filter(({ text }) => text !== "").map(said);
    const name = `t${++this.#nextBatch}`;
    const lines = parts.map((part) => `@batch=${name}${part.continues ? `;${CONCAT}` : ""} ${said(part)}`);
    return [ircLine(undefined, "BATCH", `+${name}`, MULTILINE, target), ...lines, `BATCH -${name}`];
  }

  /** Handles the server's echo of a message. */
  echoed(target: string, text: string): void {
    this.#confirm(this.#pending.findIndex((one) => one.text === text && this.#isFor(one, target)));
  }

  /** Handles the rejection of a message. */
  rejected(target: string | undefined, why: string): void {
    const index = this.#pending.findIndex((one) => one.sent && (target === undefined || this.#isFor(one, target)));
    if (index < 0) return;
    for (const one of this.#pending.splice(index, 1)) {
      one.failed(
        new NegativeError(`cannot send to ${one.target}: ${why}`, { code: "message-refused", operation: "send" }),
      );
    }
  }

  /** Rejects the pending messages of a channel that cannot be rejoined. */
  closed(channel: string, error: ToucanError): void {
    const lost = this.#pending.filter((one) => !one.sent && this.#isFor(one, channel));
    this.#pending = this.#pending.filter((one) => !lost.includes(one));
    for (const { target, text, failed } of lost) {
      const said = `message not sent to ${target}: ${readAction(text) ?? text}`;
      this.#sender.tell({ event: "server", code: "UNSENT", text: said, problem: true, time: Date.now() });
      failed(error);
    }
  }

  /** Handles the answer to a marker. */
  reached(mark: string): void {
    if (this.#marker?.text !== mark) return;
    for (const one of this.#marker.before) this.#confirm(this.#pending.indexOf(one));
    this.#marker = undefined;
    this.#mark();
  }

  /**
   * Sends a PING as a marker behind the sent messages, one at a time. Its answer confirms all messages before it, also
   * those that the server has not echoed, has changed, or has rejected with an unknown reply.
   */
  #mark(): void {
    const sent = this.#pending.filter((one) => one.sent);
    if (this.#marker !== undefined || sent.length === 0) return;
    const text = `toucan-${++this.#nextMark}`;
    this.#marker = { text, before: sent };
    this.#sender.connection()?.irc.write(ircLine(undefined, "PING", text));
  }

  /**
   * Handles a lost connection. Messages to channels are sent again unless the history has them, if that can be known
   * (`sure`); for the others the delivery is unknown.
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

  /** Ends all waits: pending messages are not sent. */
  close(): void {
    this.#over = true;
    const error = new NetworkError("cannot send: the client has disconnected", { code: "connection-closed" });
    for (const { sent, done, failed } of this.#pending.splice(0)) {
      if (sent) done();
      else failed(error);
    }
  }

  /** Shows an own message where the server does not echo it. */
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

  /**
   * Returns the next message that may be sent; messages to a channel wait for its history, so that none is sent twice.
   */
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
