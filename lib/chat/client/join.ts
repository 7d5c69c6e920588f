import {
  type Address,
  formatAddress,
  NegativeError,
  NetworkError,
  showUntrusted,
  type ToucanError,
  UsageError,
} from "../../core/mod.ts";
import { readAction } from "../codec/ctcp.ts";
import { ircLine, LINE_BYTES, utf8Length } from "../codec/message.ts";
import { foldName } from "../codec/names.ts";
import { Bucket } from "../bucket.ts";
import { Conversation } from "./conversation.ts";
import type { ChatEvent, ChatMessage } from "./events.ts";
import { Link, linkError } from "./link.ts";
import type { ChatClientOptions, ChatMember } from "./options.ts";
import { type Outgoing, pieces, wireText } from "./outgoing.ts";
import { Room } from "./room.ts";

/** Milliseconds before the first attempt to connect again; each further one waits twice as long, up to the second. */
const BACKOFF = [500, 30_000] as const;
/** Milliseconds that the server has to close after we have said that we leave. */
const FAREWELL = 2000;

/**
 * Joins a chat at an IRC server, ours or another. When the connection is lost it connects again and, where the server
 * keeps a history (IRCv3 chathistory), tells of what was said meanwhile: every message once.
 *
 * Needs the net permission.
 *
 * @throws {UsageError} `invalid-nick`, `invalid-channel` for what cannot be one.
 * @example
 * ```ts
 * import { joinChat, parseAddress, serveChat } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveChat(parseAddress("127.0.0.1:0", { anyPort: true }));
 * const address = parseAddress(server.addr);
 * const heard = Promise.withResolvers<string>();
 * await using ann = joinChat(address, {
 *   nick: "ann",
 *   channels: ["#lobby"],
 *   onEvent: (event) => event.event === "message" ? heard.resolve(`${event.nick}: ${event.text}`) : undefined,
 * });
 * await using ben = joinChat(address, { nick: "ben", channels: ["#lobby"] });
 * await Promise.all([ann.ready, ben.ready]);
 * await ben.say("#lobby", "good morning");
 * assertEquals(await heard.promise, "ben: good morning");
 * ```
 */
export function joinChat(address: Address, options: ChatClientOptions): ChatMember {
  // What cannot stand in a message is refused before anything is sent.
  if (!NICK.test(options.nick)) throw invalid(options.nick, "nick");
  for (const channel of options.channels ?? []) if (!CHANNEL.test(channel)) throw invalid(channel, "channel");
  return new Member(address, options);
}

const NICK = /^[^\s\0,:!@#&*?+%~.][^\s\0,:!@*?.]*$/;
const CHANNEL = /^[#&+!][^\s\0,]+(?: [^\s\0,]+)?$/;

function invalid(text: string, what: string): UsageError {
  const hint = what === "channel" ? "a channel is #NAME, perhaps with its key: '#den word'" : undefined;
  return new UsageError(`"${showUntrusted(text, { limit: 60 })}" cannot be a ${what}`, {
    code: `invalid-${what}`,
    hint,
  });
}

class Member implements ChatMember {
  readonly ready: Promise<void>;
  readonly finished: Promise<void>;
  readonly #address: Address;
  readonly #options: ChatClientOptions;
  readonly #rooms = new Map<string, Room>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #stop = new AbortController();
  readonly #bucket = new Bucket(5, 0.7, performance.now());
  #awaited: Set<string>;
  #pending: Outgoing[] = [];
  #marks = new Map<string, readonly Outgoing[]>();
  #nextMark = 0;
  #link?: Link;
  #talk?: Conversation;
  #nick: string;
  #again = false;
  #leaving = false;
  #pumping = false;
  #failure?: ToucanError;

  constructor(address: Address, options: ChatClientOptions) {
    this.#address = address;
    this.#options = options;
    this.#nick = options.nick;
    for (const channel of options.channels ?? []) {
      const [name = "", word] = channel.split(" ");
      this.#rooms.set(foldName(name, "rfc1459"), new Room(name, word));
    }
    this.#awaited = new Set(this.#rooms.keys());
    this.ready = this.#ready.promise;
    this.ready.catch(() => {});
    const { signal } = options;
    const abort = () => void this.leave();
    signal?.addEventListener("abort", abort, { once: true });
    this.finished = this.#run().finally(() => {
      signal?.removeEventListener("abort", abort);
      this.#settleAll();
    });
    this.finished.then(() => this.#ready.resolve(), (error) => this.#ready.reject(error));
    if (signal?.aborted) abort();
  }

  get nick(): string {
    return this.#talk?.nick ?? this.#nick;
  }

  get channels(): ReadonlyMap<string, ReadonlySet<string>> {
    return new Map([...this.#rooms.values()].filter((room) => room.inside).map((room) => [room.name, room.nicks]));
  }

  async say(target: string, text: string, kind: ChatMessage["kind"] = "message"): Promise<void> {
    const command = kind === "notice" ? "NOTICE" : "PRIVMSG";
    const userHost = this.#talk?.userHost ?? "x".repeat(75);
    const room = LINE_BYTES - 2 - utf8Length(`:${this.nick}!${userHost} ${command} ${target} :`) -
      (kind === "action" ? 10 : 0);
    const parts = pieces(text, Math.max(room, 50));
    const done = parts.map((part) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#pending.push({ target, command, text: wireText(part, kind), done: resolve, sent: false });
      return promise;
    });
    this.#pump();
    await Promise.all(done);
  }

  send(command: string, ...params: readonly string[]): void {
    this.#link?.write(ircLine(undefined, command, ...params));
  }

  async leave(reason = ""): Promise<void> {
    if (!this.#leaving) {
      this.#leaving = true;
      this.#stop.abort();
      const link = this.#link;
      link?.write(`QUIT :${reason.replace(/[\r\n\0]/g, " ")}`);
      if (link) Deno.unrefTimer(setTimeout(() => link.close(), FAREWELL));
    }
    await this.finished.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#leaving;) {
      let error: unknown;
      try {
        await this.#connected(() => failures = 0);
        error = new NetworkError(`${formatAddress(this.#address)} has closed the connection`, {
          code: "connection-closed",
        });
      } catch (caught) {
        error = caught;
      }
      this.#disconnected();
      if (this.#leaving) return;
      const known = this.#failure ?? linkError(error);
      const final = this.#failure !== undefined || known.code === "chat-refused";
      if (final || !this.#again || this.#options.reconnect === false) throw known;
      const [first, longest] = BACKOFF;
      const retryIn = Math.round(Math.min(first * 2 ** failures++, longest) * (0.75 + Math.random() / 2));
      this.#tell({ event: "disconnected", error: known, retryIn, time: Date.now() });
      await this.#pause(retryIn);
    }
  }

  /** One connection, from dialling to its end. */
  async #connected(in_: () => void): Promise<void> {
    const { timeout = 15_000 } = this.#options;
    const [link, first] = await Link.open(
      this.#address,
      { ...this.#options, nick: this.#nick, timeout },
      this.#stop.signal,
    );
    in_();
    this.#link = link;
    const talk = new Conversation(link, this.#rooms, this.#options.backlog ?? 20, {
      event: (event) => this.#tell(event),
      settled: (room) => this.#settled(room),
      refused: (channel, why) => this.#refused(channel, why),
      echoed: (target, text) =>
        this.#taken(this.#pending.findIndex((one) => this.#isFor(one, target) && one.text === text)),
      rejected: (target) =>
        this.#taken(this.#pending.findIndex((one) => one.sent && (!target || this.#isFor(one, target)))),
      reached: (mark) => this.#reached(mark),
    });
    this.#talk = talk;
    try {
      const { server = "", nick } = link.registration;
      this.#tell({ event: "connected", nick, server, again: this.#again, time: Date.now() });
      this.#again = true;
      for (const { name, word } of this.#rooms.values()) this.send("JOIN", name, ...(word === undefined ? [] : [word]));
      if (this.#awaited.size === 0) this.#ready.resolve();
      this.#pump();
      for (let messages: typeof first | undefined = first; messages; messages = await link.next()) {
        for (const message of messages) talk.take(message);
        if (this.#failure) throw this.#failure;
      }
    } finally {
      link.close();
    }
  }

  #disconnected(): void {
    this.#nick = this.#talk?.nick.startsWith(this.#options.nick.slice(0, 8)) ? this.#options.nick : this.nick;
    const sure = this.#talk?.remembers && this.#talk.has("echo-message");
    this.#link = undefined;
    for (const room of this.#rooms.values()) {
      room.inside = false;
      room.release();
    }
    this.#marks.clear();
    const lost = this.#pending.filter((one) => one.sent && !(sure && one.target.startsWith("#")));
    this.#pending = this.#pending.filter((one) => !lost.includes(one));
    for (const one of this.#pending) one.sent = false;
    for (const { target, text, done } of lost) {
      const said = `it is not known whether this has reached ${target}: ${text}`;
      if (!this.#leaving) this.#tell({ event: "server", code: "UNKNOWN", text: said, problem: true, time: Date.now() });
      done();
    }
  }

  #settled(room: Room): void {
    this.#awaited.delete(foldName(room.name, "rfc1459"));
    if (this.#awaited.size === 0) this.#ready.resolve();
    this.#pump();
  }

  #refused(channel: string, why: string): void {
    const key = foldName(channel, "rfc1459");
    if (!this.#awaited.has(key)) return;
    this.#failure = new NegativeError(`cannot join ${channel}: ${why}`, { code: "channel-refused", operation: "join" });
  }

  #isFor(one: Outgoing, target: string): boolean {
    return this.#talk?.fold(one.target) === this.#talk?.fold(target);
  }

  #taken(index: number): void {
    if (index < 0) return;
    for (const { done } of this.#pending.splice(index, 1)) done();
  }

  #reached(mark: string): void {
    for (const one of this.#marks.get(mark) ?? []) this.#taken(this.#pending.indexOf(one));
    this.#marks.delete(mark);
  }

  /** Sends what waits and may be sent: in order, and not faster than the server likes it. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let one = this.#next(); one; one = this.#next()) {
        const link = this.#link;
        const talk = this.#talk;
        if (!link || !talk) return;
        const wait = talk.patient ? 0 : this.#bucket.take(1, performance.now());
        if (wait > 0) await this.#pause(wait);
        if (link !== this.#link) continue;
        one.sent = true;
        link.write(ircLine(undefined, one.command, one.target, one.text));
        if (!talk.has("echo-message")) this.#unechoed(one, link, talk);
      }
    } finally {
      this.#pumping = false;
    }
  }

  /** Where the server does not show us what we say we do, and a mark behind it tells that it has come to it. */
  #unechoed(one: Outgoing, link: Link, talk: Conversation): void {
    const mark = `toucan-${++this.#nextMark}`;
    this.#marks.set(mark, [one]);
    link.write(ircLine(undefined, "PING", mark));
    const action = readAction(one.text);
    this.#tell({
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
    const talk = this.#talk;
    if (!this.#link || !talk) return undefined;
    return this.#pending.find((one) => {
      if (one.sent) return false;
      const room = this.#rooms.get(talk.fold(one.target));
      return !room || (room.inside && !room.filling);
    });
  }

  #settleAll(): void {
    for (const { done } of this.#pending.splice(0)) done();
  }

  /** Waits, but not when we leave. */
  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const wake = () => resolve();
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", wake);
  }

  #tell(event: ChatEvent): void {
    // The server's answer to our leaving is no news.
    if (this.#leaving && event.event === "server" && event.code === "ERROR") return;
    this.#options.onEvent?.(event);
  }
}
