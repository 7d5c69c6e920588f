import { readAction, showCtcp } from "../codec/ctcp.ts";
import type { IrcMessage } from "../codec/message.ts";
import { type ModeKinds, parseModes } from "../codec/modes.ts";
import { type CaseMapping, foldName, isTarget, nickOf } from "../codec/names.ts";
import { readCount, readTimestamp, readTimestampTag } from "../codec/values.ts";
import {
  HIDDEN_REPLIES,
  JOIN_ERROR_TEXTS,
  JOIN_ERRORS,
  SEND_ERRORS,
  UNTARGETED_SEND_ERRORS,
} from "./reply_numerics.ts";
import type { ConversationHandlers } from "./conversation_handlers.ts";
import { CtcpResponder } from "./ctcp_responder.ts";
import type { ChatMembership, ChatMessage } from "./events.ts";
import type { IrcConnection } from "./irc_connection.ts";
import { EarlierRequests } from "./earlier_requests.ts";
import { HistoryRequests } from "./history_requests.ts";
import { MULTILINE, MultilineBatches, type MultilineLimits } from "./multiline.ts";
import { ReadMarkers } from "./read_markers.ts";
import { SearchRequests } from "./search_requests.ts";
import { JoinedChannel } from "./joined_channel.ts";

/** Channel modes with parameters of common servers. */
const KNOWN_MODES: ModeKinds = { list: "beIqZ", always: "k", whenSet: "lfjJH", member: "qaohvYy" };
/** Time for the answer to a history request; after that new messages are shown without it. */
const HISTORY_TIMEOUT_MS = 10_000;
/** Limit of joined channels. */
const MAX_CHANNELS = 1000;
/** Limit of own nicknames that are remembered. */
const MAX_NICKS = 100;

/** Turns the messages of one connection into events and tracks the members of the joined channels. */
export class Conversation {
  /** Current nickname. */
  nick: string;
  /** Own `user@host`, once a message has shown it. */
  userHost?: string;
  /** Whether the server delays fast senders instead of disconnecting them. */
  unthrottled = false;
  /** Searches of this connection. */
  readonly searches: SearchRequests;
  /** Requests for earlier messages of this connection. */
  readonly earlier: EarlierRequests;
  /** Read markers of this connection. */
  readonly markers: ReadMarkers;
  readonly #connection: IrcConnection;
  readonly #rooms: Map<string, JoinedChannel>;
  readonly #nicks: Set<string>;
  readonly #handlers: ConversationHandlers;
  readonly #past: HistoryRequests;
  readonly #batches = new MultilineBatches();
  #mapping: CaseMapping = "rfc1459";
  #lastToOwn?: string;
  readonly #ctcp: CtcpResponder;

  /** Starts on a registered connection; `rooms` and the own `nicks` outlive it. */
  constructor(
    irc: IrcConnection,
    rooms: Map<string, JoinedChannel>,
    nicks: Set<string>,
    { backlog, timeout }: { readonly backlog: number; readonly timeout: number },
    handlers: ConversationHandlers,
  ) {
    this.#connection = irc;
    this.#rooms = rooms;
    this.#nicks = nicks;
    this.#handlers = handlers;
    this.#ctcp = new CtcpResponder((line) => irc.write(line));
    this.searches = new SearchRequests((line) => irc.write(line));
    this.earlier = new EarlierRequests((line) => irc.write(line), (name) => this.fold(name));
    this.markers = new ReadMarkers((line) => irc.write(line), (name) => this.fold(name));
    this.#past = new HistoryRequests(
      (line) => irc.write(line),
      backlog,
      (room) => this.#settle(room),
      Math.min(HISTORY_TIMEOUT_MS, timeout / 2),
    );
    this.nick = irc.registration.nick;
    this.#addOwnNick(this.nick);
  }

  /** Stops all timers. */
  close(): void {
    this.#past.close();
    this.searches.close();
    this.earlier.close();
    this.markers.close();
  }

  /** Returns whether the connection has a capability. */
  has(name: string): boolean {
    return this.#connection.registration.capabilities.has(name);
  }

  /** Returns whether the server supports history requests. */
  get hasHistory(): boolean {
    return this.has("draft/chathistory") && this.has("batch") && this.has("message-tags");
  }

  /** Limits of messages with several lines; undefined where the server does not support them. */
  get multiline(): MultilineLimits | undefined {
    const supported = this.has(MULTILINE) && this.has("batch") && this.has("message-tags");
    return supported ? this.#connection.registration.multiline : undefined;
  }

  /** Whether the history that follows a join has not been received yet. */
  get filling(): boolean {
    return this.#past.pending;
  }

  /** Returns the folded form of a name, used for comparison. */
  fold(name: string): string {
    return foldName(name, this.#mapping);
  }

  /** Returns whether a nickname is this client's own. */
  isOwn(nick: string): boolean {
    return this.fold(nick) === this.fold(this.nick);
  }

  /** Handles a message of the server. */
  take(line: IrcMessage): void {
    const message = this.#batches.take(line);
    if (!message) return;
    const { source = "", command, params } = message;
    const time = readTimestamp(message.tags.get("time") ?? "") ?? Date.now();
    const nick = nickOf(source);
    const [first = "", second = ""] = params;
    switch (command) {
      case "PRIVMSG":
      case "NOTICE":
        return this.#message(message, nick, time);
      case "BATCH":
        if (this.searches.batch(first, second) || this.earlier.batch(first, second, params[2] ?? "")) return;
        return this.#past.batch(first, second, this.#rooms.get(this.fold(params[2] ?? "")));
      case "FAIL":
        // An earlier message is requested only while no other history is: its answer comes first.
        if (first === "CHATHISTORY" && this.earlier.pending) return this.earlier.failed(params.at(-1) ?? "");
        if (first === "CHATHISTORY") return this.#past.failed();
        if (first === "SEARCH") return this.searches.failed(params.at(-1) ?? "");
        // Markers are sent without the user.
        if (first === "MARKREAD") return;
        if (first === "BATCH" && second.startsWith("MULTILINE_")) {
          this.#handlers.rejected(undefined, params.at(-1) ?? "");
        }
        return this.#say(command, params.slice(1).join(" "), time, true);
      case "JOIN":
        return this.#joined(first, nick, source, time);
      case "PART":
        return this.#gone({ event: "part", channel: first, nick, reason: params[1], time });
      case "KICK":
        return this.#gone({ event: "kick", channel: first, nick: second, by: nick, reason: params[2], time });
      case "QUIT":
        return this.#quit(nick, first, time);
      case "NICK":
        return this.#renamed(nick, first, time);
      case "TOPIC":
        return this.#handlers.event({ event: "topic", channel: first, nick, text: second, time });
      case "332":
        return this.#handlers.event({ event: "topic", channel: second, text: params[2] ?? "", time });
      case "331":
        return this.#handlers.event({ event: "topic", channel: second, text: "", time });
      case "MODE":
        for (const { set, mode, param } of parseModes(params.slice(1), KNOWN_MODES)) {
          // Some servers show an asterisk instead of the key.
          if (mode === "k" && param !== "*") this.#handlers.keyed(first, set ? param : undefined);
        }
        return this.#handlers.event({ event: "mode", target: first, nick, text: params.slice(1).join(" "), time });
      case "730":
      case "731":
        return this.#say(command, `${command === "730" ? "online" : "offline"}: ${second}`, time, false);
      case "PONG":
        return this.#handlers.reached(params.at(-1) ?? "");
      case "004":
        this.unthrottled = params[2] === "toucan";
        return;
      case "005":
        return this.#supports(params.slice(1, -1));
      case "353":
        return this.#rooms.get(this.fold(params[2] ?? ""))?.addNames(params[3] ?? "");
      case "366":
        return this.#listed(second, time);
      case "MARKREAD":
        return this.#marked(first, readTimestampTag(second), time);
      case "ERROR":
        return this.#say(command, first, time, true);
      case "INVITE":
        return this.#say(command, `${nick} invites you to ${second}`, time, false);
      default:
        return this.#numeric(command, params, time);
    }
  }

  #message({ command, params, tags }: IrcMessage, nick: string, time: number): void {
    const [target = "", said = ""] = params;
    const past = this.#past.count(tags.get("batch"));
    const action = readAction(said);
    const own = this.isOwn(nick);
    // Earlier messages may have been sent under another nickname: the one that a lost connection still holds.
    const ours = own || (past && this.#nicks.has(this.fold(nick)));
    const message: ChatMessage = {
      event: "message",
      target,
      nick,
      text: action ?? showCtcp(said),
      kind: action !== undefined ? "action" : command === "NOTICE" ? "notice" : "message",
      own,
      past,
      // One with a space could not be named in a request.
      id: tags.get("msgid")?.match(/^[^ \r\n\0]+$/)?.[0],
      time,
    };
    const batch = tags.get("batch");
    if (this.searches.add(batch, message) || this.earlier.add(batch, message)) return;
    if (own && this.isOwn(target) && message.id !== undefined) {
      // With echo-message a message to oneself arrives twice: as the message and as its echo.
      if (message.id === this.#lastToOwn) return;
      this.#lastToOwn = message.id;
    }
    if (command === "PRIVMSG" && !ours && !past) this.#ctcp.answer(nick, said);
    const room = this.#rooms.get(this.fold(target));
    // Own messages are confirmed whether or not they are shown now.
    if (ours && (this.has("echo-message") || past)) this.#handlers.echoed(target, said);
    if (!room || room.admit(message)) this.#handlers.event(message);
    else if (room.full) this.#settle(room);
  }

  #settle(room: JoinedChannel): void {
    for (const message of room.release()) if (room.admit(message)) this.#handlers.event(message);
    this.#handlers.settled(room);
  }

  #joined(channel: string, nick: string, source: string, time: number): void {
    const room = this.#rooms.get(this.fold(channel));
    if (!isTarget(channel)) return;
    if (this.isOwn(nick)) {
      this.userHost = source.split("!")[1];
      const entered = room ?? new JoinedChannel(channel);
      if (room || this.#rooms.size < MAX_CHANNELS) this.#rooms.set(this.fold(channel), entered);
      entered.inside = entered.fresh = true;
      entered.nicks.clear();
      if (this.hasHistory) entered.hold();
    } else room?.add(nick);
    this.#handlers.event({ event: "join", channel, nick, time });
  }

  #gone(event: ChatMembership): void {
    const key = this.fold(event.channel);
    const room = this.#rooms.get(key);
    room?.nicks.delete(event.nick);
    this.#handlers.event(event);
    if (!this.isOwn(event.nick)) return;
    this.#rooms.delete(key);
    this.#handlers.refused(event.channel, event.reason ?? "kicked from the channel");
  }

  #quit(nick: string, reason: string, time: number): void {
    const rooms = [...this.#rooms.values()].filter((room) => room.nicks.delete(nick));
    this.#handlers.event({ event: "quit", channel: rooms[0]?.name ?? "", nick, reason, time });
  }

  #renamed(nick: string, to: string, time: number): void {
    if (this.isOwn(nick)) {
      this.nick = to;
      this.#addOwnNick(to);
    }
    for (const room of this.#rooms.values()) if (room.nicks.delete(nick)) room.add(to);
    this.#handlers.event({ event: "nick", nick, to, time });
  }

  #supports(tokens: readonly string[]): void {
    for (const token of tokens) {
      const mapping = /^CASEMAPPING=(ascii|rfc1459|rfc1459-strict)$/.exec(token)?.[1];
      if (mapping === "ascii" || mapping === "rfc1459" || mapping === "rfc1459-strict") this.#map(mapping);
      const digits = /^(?:draft\/)?CHATHISTORY=(\d+)$/.exec(token)?.[1];
      const limit = readCount(digits);
      if (limit !== undefined) this.#past.limit(limit);
    }
  }

  /** Changes the case mapping, and the keys of the channels with it. */
  #map(mapping: CaseMapping): void {
    if (mapping === this.#mapping) return;
    this.#mapping = mapping;
    const rooms = [...this.#rooms.values()];
    this.#rooms.clear();
    for (const room of rooms) this.#rooms.set(this.fold(room.name), room);
    this.#addOwnNick(this.nick);
  }

  /** Records an own nickname. */
  #addOwnNick(nick: string): void {
    this.#nicks.add(this.fold(nick));
    const [oldest] = this.#nicks;
    if (this.#nicks.size > MAX_NICKS && oldest !== undefined) this.#nicks.delete(oldest);
  }

  #marked(target: string, until: number | undefined, time: number): void {
    if (until === undefined) return;
    this.markers.received(target, until);
    this.#handlers.event({ event: "read", target, until, time });
  }

  #listed(channel: string, time: number): void {
    const room = this.#rooms.get(this.fold(channel));
    if (!room) return;
    const { fresh } = room;
    room.completeNames();
    this.#handlers.event({ event: "names", channel: room.name, nicks: [...room.nicks].sort(), time });
    if (!fresh) return;
    if (!room.filling || !this.#past.ask(room)) this.#settle(room);
  }

  #numeric(command: string, params: readonly string[], time: number): void {
    const [, target = ""] = params;
    const problem = /^[45]/.test(command) && command !== "422";
    if (JOIN_ERRORS.includes(command) && !this.#rooms.get(this.fold(target))?.inside) {
      this.#handlers.refused(target, JOIN_ERROR_TEXTS[command] ?? params.at(-1) ?? "");
    }
    // The server offers history and does not know the command.
    if (command === "421" && target === "CHATHISTORY") return this.#past.failed();
    if (command === "421" && target === "SEARCH") return this.searches.failed("the server does not support it");
    const why = params.at(-1) ?? "";
    if (SEND_ERRORS.includes(command)) this.#handlers.rejected(target, why);
    if (UNTARGETED_SEND_ERRORS.includes(command)) this.#handlers.rejected(undefined, why);
    if (!HIDDEN_REPLIES.has(command) || problem) this.#say(command, params.slice(1).join(" "), time, problem);
  }

  #say(code: string, text: string, time: number, problem: boolean): void {
    this.#handlers.event({ event: "server", code, text: text || code, problem, time });
  }
}
