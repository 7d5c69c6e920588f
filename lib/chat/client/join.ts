import {
  type Address,
  type AddressInput,
  formatAddress,
  NegativeError,
  NetworkError,
  TimeoutError,
  toAddress,
  type ToucanError,
} from "../../core/mod.ts";
import { ircLine } from "../codec/message.ts";
import { foldName } from "../codec/names.ts";
import { ChannelKeys } from "./channel_keys.ts";
import { checkOptions } from "./check_options.ts";
import { Conversation } from "./conversation.ts";
import { Delivery } from "./delivery.ts";
import type { ChatEvent, ChatMessage } from "./events.ts";
import { connectionError, IrcConnection } from "./irc_connection.ts";
import type { ChatClientOptions, ChatMember, ChatSearch } from "./options.ts";
import { JoinedChannel } from "./joined_channel.ts";

/** Port of IRC without TLS (RFC 7194). */
const IRC_PORT = 6667;
/** Default limit for an attempt to connect and register. */
const DEFAULT_TIMEOUT_MS = 15_000;
/** Delay before the first reconnection, doubled for each further one, and its limit. */
const RECONNECT_DELAY_MS = [500, 30_000] as const;
/** Time after which a connection counts as stable; losing it earlier increases the delay. */
const STABLE_AFTER_MS = 10_000;
/** Time that the server has to close the connection after QUIT. */
const QUIT_TIMEOUT_MS = 2000;

/**
 * Joins a chat on an IRC server. Reconnects when the connection is lost and, where the server keeps a history (IRCv3
 * chathistory), delivers the missed messages, each once.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @param address The server: `HOST`, `HOST:PORT` or an address object. The default port is 6667.
 * @returns The client, which is connecting; its `ready` resolves when it has joined its channels.
 * @throws {UsageError} `invalid-nick`, `invalid-channel`, `invalid-password` when an option cannot be sent in a message.
 * @example Join a channel and send a message
 * ```ts
 * import { joinChat, serveChat } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveChat("127.0.0.1:0");
 * const heard = Promise.withResolvers<string>();
 * await using ann = joinChat(server.addr, {
 *   nick: "ann",
 *   channels: ["#lobby"],
 *   onMessage: ({ nick, text }) => heard.resolve(`${nick}: ${text}`),
 * });
 * await using ben = joinChat(server.addr, { nick: "ben", channels: ["#lobby"] });
 * await Promise.all([ann.ready, ben.ready]);
 * await ben.say("#lobby", "good morning");
 * assertEquals(await heard.promise, "ben: good morning");
 * ```
 */
export function joinChat(address: AddressInput, options: ChatClientOptions): ChatMember {
  checkOptions(options);
  return new Member(toAddress(address, { port: IRC_PORT }), options);
}

class Member implements ChatMember {
  readonly ready: Promise<void>;
  readonly finished: Promise<void>;
  readonly #address: Address;
  readonly #options: ChatClientOptions;
  readonly #rooms = new Map<string, JoinedChannel>();
  readonly #nicks = new Set<string>();
  readonly #keys = new ChannelKeys();
  readonly #ready = Promise.withResolvers<void>();
  readonly #stop = new AbortController();
  readonly #delivery: Delivery;
  #pendingJoins: Set<string>;
  #joinTimer?: ReturnType<typeof setTimeout>;
  #connection?: IrcConnection;
  #talk?: Conversation;
  #nick: string;
  /** Password in place of an invitation that was used. */
  #renewedPassword?: string;
  #again = false;
  #leaving = false;
  #failure?: ToucanError;

  constructor(address: Address, options: ChatClientOptions) {
    this.#address = address;
    this.#options = options;
    this.#nick = options.nick;
    this.#delivery = new Delivery({
      connection: () => this.#connection && this.#talk ? { irc: this.#connection, talk: this.#talk } : undefined,
      room: (key) => this.#rooms.get(key),
      nick: () => this.nick,
      pause: (ms) => this.#pause(ms),
      tell: (event) => this.#tell(event),
    });
    for (const channel of options.channels ?? ["#lobby"]) {
      const [name = "", password] = channel.split(" ");
      this.#rooms.set(foldName(name, "rfc1459"), new JoinedChannel(name, password));
    }
    this.#pendingJoins = new Set(this.#rooms.keys());
    this.ready = this.#ready.promise;
    this.ready.catch(() => {});
    const { signal } = options;
    const abort = () => void this.leave();
    signal?.addEventListener("abort", abort, { once: true });
    this.finished = this.#run().finally(() => {
      signal?.removeEventListener("abort", abort);
      this.#delivery.close();
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
    await this.#delivery.say(target, text, kind);
  }

  async search(search: ChatSearch): Promise<readonly ChatMessage[]> {
    const talk = this.#talk;
    if (!this.#connection || !talk) throw new NetworkError("not connected to the server", { code: "not-connected" });
    if (!talk.has("soju.im/search") || !talk.has("batch")) {
      throw new NegativeError("cannot search the history: the server does not support it", {
        code: "search-unsupported",
        operation: "search",
      });
    }
    return await talk.searches.ask(search);
  }

  async earlier(target: string, id: string, limit = 100): Promise<readonly ChatMessage[]> {
    const talk = this.#talk;
    if (!this.#connection || !talk) throw new NetworkError("not connected to the server", { code: "not-connected" });
    if (!talk.hasHistory || talk.filling || talk.earlier.pending) {
      const why = talk.hasHistory ? "another request is pending" : "the server does not support it";
      const code = talk.hasHistory ? "history-busy" : "history-unsupported";
      throw new NegativeError(`cannot read the history: ${why}`, { code, operation: "history" });
    }
    return await talk.earlier.ask(target, id, limit);
  }

  markRead(target: string, until: number): void {
    const talk = this.#connection && this.#talk;
    if (talk?.has("draft/read-marker") && until > 0) talk.markers.mark(target, until);
  }

  send(command: string, ...params: readonly string[]): void {
    const line = ircLine(undefined, command, ...params);
    if (!this.#connection) throw new NetworkError("not connected to the server", { code: "not-connected" });
    this.#connection.write(line);
    // Kept for a reconnection.
    if (command.toUpperCase() === "JOIN") this.#keys.remember(params);
  }

  async leave(reason = ""): Promise<void> {
    if (!this.#leaving) {
      this.#leaving = true;
      this.#stop.abort();
      const irc = this.#connection;
      if (irc) this.#talk?.markers.flush();
      irc?.write(`QUIT :${reason.replace(/[\r\n\0]/g, " ")}`);
      if (irc) Deno.unrefTimer(setTimeout(() => irc.close(), QUIT_TIMEOUT_MS));
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
        const since = performance.now();
        await this.#connected().finally(() => {
          if (performance.now() - since > STABLE_AFTER_MS) failures = 0;
        });
        error = new NetworkError(`${formatAddress(this.#address)} closed the connection`, {
          code: "connection-closed",
        });
      } catch (caught) {
        error = caught;
      }
      this.#disconnected();
      if (this.#leaving) return;
      const known = this.#failure ?? connectionError(error);
      const final = this.#failure !== undefined || known.code === "chat-refused";
      if (final || !this.#again || this.#options.reconnect === false) throw known;
      const [first, longest] = RECONNECT_DELAY_MS;
      const retryIn = Math.round(Math.min(first * 2 ** failures++, longest) * (0.75 + Math.random() / 2));
      this.#tell({ event: "disconnected", error: known, retryIn, time: Date.now() });
      await this.#pause(retryIn);
    }
  }

  /** Runs one connection, from dialling to its end. */
  async #connected(): Promise<void> {
    const { timeout = DEFAULT_TIMEOUT_MS } = this.#options;
    const [irc, first] = await IrcConnection.open(
      this.#address,
      { ...this.#options, nick: this.#nick, timeout, password: this.#renewedPassword ?? this.#options.password },
      this.#stop.signal,
    );
    this.#renewedPassword = irc.registration.renewedPassword ?? this.#renewedPassword;
    this.#connection = irc;
    const { backlog = 20 } = this.#options;
    const talk = new Conversation(irc, this.#rooms, this.#nicks, { backlog, timeout }, {
      event: (event) => this.#tell(event),
      settled: (room) => this.#settled(room),
      refused: (channel, why) => this.#refused(channel, why),
      echoed: (target, text) => this.#delivery.echoed(target, text),
      rejected: (target, why) => this.#delivery.rejected(target, why),
      keyed: (channel, key) => this.#keyed(channel, key),
      reached: (mark) => this.#delivery.reached(mark),
    });
    this.#talk = talk;
    try {
      const { server = "", nick } = irc.registration;
      this.#tell({ event: "connected", nick, server, again: this.#again, time: Date.now() });
      this.#again = true;
      for (const { name, password = this.#keys.get(name) } of this.#rooms.values()) {
        this.send("JOIN", name, ...(password === undefined ? [] : [password]));
      }
      if (this.#pendingJoins.size === 0) this.#ready.resolve();
      this.#startJoinTimer();
      this.#delivery.pump();
      for (let messages: typeof first | undefined = first; messages; messages = await irc.next()) {
        for (const message of messages) talk.take(message);
        if (this.#failure) throw this.#failure;
      }
    } finally {
      clearTimeout(this.#joinTimer);
      talk.close();
      irc.close();
    }
  }

  /** Limits the time for the answer to a JOIN by the timeout of the connection. */
  #startJoinTimer(): void {
    clearTimeout(this.#joinTimer);
    if (this.#pendingJoins.size === 0) return;
    this.#joinTimer = setTimeout(() => {
      const [channel] = this.#pendingJoins;
      this.#failure = new TimeoutError(
        `cannot join ${channel}: no response from ${formatAddress(this.#address)}`,
        {
          code: "chat-silent",
          operation: "join",
          phase: "first-byte",
        },
      );
      this.#connection?.close();
    }, this.#options.timeout ?? DEFAULT_TIMEOUT_MS);
  }

  #disconnected(): void {
    this.#nick = this.#talk?.nick.startsWith(this.#options.nick.slice(0, 8)) ? this.#options.nick : this.nick;
    const sure = this.#talk?.hasHistory && this.#talk.has("echo-message");
    this.#connection = undefined;
    for (const room of this.#rooms.values()) {
      room.inside = false;
      room.release();
    }
    this.#delivery.disconnected(sure === true, this.#leaving);
  }

  #settled(room: JoinedChannel): void {
    this.#pendingJoins.delete(foldName(room.name, "rfc1459"));
    if (this.#pendingJoins.size === 0) this.#ready.resolve();
    this.#startJoinTimer();
    this.#delivery.pump();
  }

  #refused(channel: string, why: string): void {
    const key = foldName(channel, "rfc1459");
    const refused = (text: string) => new NegativeError(text, { code: "channel-refused", operation: "join" });
    if (this.#pendingJoins.has(key)) {
      this.#failure = refused(`cannot join ${channel}: ${why}`);
      return;
    }
    const folded = this.#talk?.fold(channel) ?? key;
    const room = this.#rooms.get(folded);
    if (!room || room.inside) return;
    // The channel was joined on a lost connection: its pending messages cannot be sent.
    this.#rooms.delete(folded);
    const error = refused(`cannot rejoin ${channel}: ${why}`);
    this.#tell({ event: "server", code: "UNJOINED", text: error.message, problem: true, time: Date.now() });
    this.#delivery.closed(channel, error);
  }

  /** Updates the key of a channel. */
  #keyed(channel: string, key: string | undefined): void {
    const room = this.#rooms.get(this.#talk?.fold(channel) ?? channel);
    if (!room) return;
    room.password = key;
    this.#keys.delete(channel);
  }

  /** Waits, at most until the client leaves. */
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
    // The server answers QUIT with ERROR.
    if (this.#leaving && event.event === "server" && event.code === "ERROR") return;
    this.#options.onEvent?.(event);
    if (event.event === "message" && !event.own) this.#options.onMessage?.(event);
  }
}
