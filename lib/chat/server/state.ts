import { ircLine } from "../codec/message.ts";
import { matchesMask } from "../codec/mask.ts";
import { foldName } from "../codec/names.ts";
import type { LoginLimit } from "../../core/mod.ts";
import type { History } from "../history/history.ts";
import { Channel } from "./channel/channel.ts";
import { ChannelStore } from "./channel/channel_store.ts";
import type { ChatLimits } from "./options.ts";
import type { Capability } from "./client/capabilities.ts";
import { EncodedMessage, type MessageTags } from "./send/encoded_message.ts";
import { Monitors } from "./client/monitors.ts";
import type { CommitQueue } from "./send/commit_queue.ts";
import type { Session } from "./client/session.ts";
import { NickHistory } from "./client/whowas.ts";

/** What a server is called and says of itself. */
export interface ServerInfo {
  /** Its name in messages. */
  readonly name: string;
  /** The network's name. */
  readonly network: string;
  /** Its version. */
  readonly version: string;
  /** The message of the day. */
  readonly motd?: string;
  /** What clients have to give with PASS. */
  readonly password?: string;
  /** The passwords of IRC operators by their names. */
  readonly operators: ReadonlyMap<string, string>;
  /** The failed logins of all clients. */
  readonly logins: LoginLimit;
  /** How many of the last lines a client gets when it joins. */
  readonly replay: number;
}

const NOWHERE: ReadonlySet<Channel> = new Set();

/** All that a chat server knows: who is there, and in which channels. It does no I/O but through outboxes and history. */
export class ChatState {
  /** What it is called. */
  readonly info: ServerInfo;
  /** Its limits. */
  readonly limits: ChatLimits;
  /** What was said. */
  readonly history: History;
  /** Lets messages leave. */
  readonly commits: CommitQueue;
  /** When it was started. */
  readonly started: Date = new Date();
  /** All clients that have come. */
  readonly sessions: Set<Session> = new Set();
  /** Those with a nick, by its folded form. */
  readonly nicks: Map<string, Session> = new Map();
  /** The channels by the folded form of their names. */
  readonly channels: Map<string, Channel> = new Map();
  /** The clients that monitor a nick. */
  readonly monitors: Monitors = new Monitors();
  /** The last clients of each nick. */
  readonly nickHistory: NickHistory = new NickHistory();
  /** Called when somebody has left. */
  onQuit?: (session: Session, reason: string) => void;
  /** Called when somebody is in. */
  onRegistered?: (session: Session) => void;
  /** The most clients that were in at once. */
  maxRegistered = 0;
  /** How many clients are in. */
  registered = 0;
  /** The channels of before a restart. */
  readonly store: ChannelStore;
  readonly #channelsBySession = new Map<Session, Set<Channel>>();
  readonly #boot = crypto.randomUUID().slice(0, 8);
  #ids = 0;

  /** Makes an empty one. */
  constructor(info: ServerInfo, limits: ChatLimits, history: History, commits: CommitQueue) {
    this.info = info;
    this.limits = limits;
    this.history = history;
    this.commits = commits;
    this.store = new ChannelStore(history, limits.channels);
    commits.attach(this.store);
  }

  /** The client with a nick. */
  find(nick: string): Session | undefined {
    const found = this.nicks.get(foldName(nick));
    return found?.registered ? found : undefined;
  }

  /** Whether a target of a query is this server: a mask of its name, or the nick of a client. */
  isHere(target: string): boolean {
    return matchesMask(target, this.info.name) || this.find(target) !== undefined;
  }

  /** A channel, if there is one. */
  channel(name: string): Channel | undefined {
    return this.channels.get(foldName(name));
  }

  /** A channel, made if need be. */
  open(name: string): Channel {
    const key = foldName(name);
    const channel = this.channels.get(key) ?? this.store.take(name) ?? new Channel(name);
    this.channels.set(key, channel);
    return channel;
  }

  /** A message from a client, with a new id and the time. */
  from(session: Session, command: string, params: readonly string[], tags: MessageTags = {}): EncodedMessage {
    const line = ircLine(session.mask, command, ...params);
    const client = session.modes.has("B") ? (tags.client ? `bot;${tags.client}` : "bot") : tags.client;
    return new EncodedMessage(line, { time: Date.now(), id: this.#id(), ...tags, client });
  }

  /** Keeps what was said in a channel; it is on the disk before anybody hears it. False when it cannot be kept now. */
  keep(channel: Channel, encoded: EncodedMessage): boolean {
    if (!this.commits.canCommit()) return false;
    const { id = "", time = 0, client = "" } = encoded.tags;
    const only = channel.closed ? channel.incarnation : undefined;
    try {
      this.history.add({ id, time, channel: channel.key, line: encoded.line, tags: client, only });
    } catch (error) {
      this.commits.fail(error);
      return false;
    }
    this.commits.schedule();
    return true;
  }

  /** Deletes a message from the history; false when that cannot be written now. */
  erase(channel: Channel, id: string): boolean {
    if (!this.commits.canCommit()) return false;
    try {
      this.history.remove(channel.key, id);
    } catch (error) {
      this.commits.fail(error);
      return false;
    }
    this.commits.schedule();
    return true;
  }

  /** Sends to all who share a channel with somebody, each once. */
  sendToNeighbours(
    session: Session,
    encoded: EncodedMessage,
    wanted: (neighbour: Session) => boolean = () => true,
  ): void {
    const seen = new Set<Session>([session]);
    for (const channel of this.channelsOf(session)) {
      for (const neighbour of channel.members.keys()) {
        if (seen.has(neighbour)) continue;
        seen.add(neighbour);
        if (wanted(neighbour)) neighbour.send(encoded);
      }
    }
  }

  /**
   * Sends to all with a capability who share a channel with somebody, or monitor them and want to know more of them
   * than that (IRCv3 extended-monitor).
   */
  notify(session: Session, encoded: EncodedMessage, capability: Capability): void {
    const seen = new Set<Session>();
    this.sendToNeighbours(session, encoded, (neighbour) => {
      seen.add(neighbour);
      return neighbour.has(capability);
    });
    for (const watcher of this.monitors.of(session.nick)) {
      const wanted = watcher !== session && !seen.has(watcher) && watcher.has("extended-monitor");
      if (wanted && watcher.has(capability)) watcher.send(encoded);
    }
  }

  /** The channels that somebody is in. */
  channelsOf(session: Session): ReadonlySet<Channel> {
    return this.#channelsBySession.get(session) ?? NOWHERE;
  }

  /** Puts somebody into a channel. */
  join(session: Session, channel: Channel, rank: number): void {
    channel.members.set(session, rank);
    if (rank > 0 || channel.members.size === 1 || channel.flags.has("i")) this.changed(channel);
    const all = this.#channelsBySession.get(session) ?? new Set();
    this.#channelsBySession.set(session, all.add(channel));
  }

  /** Records that what is kept of a channel over a restart has changed. */
  changed(channel: Channel): void {
    if (this.store.changed(channel)) this.commits.schedule();
  }

  /** Takes somebody out of a channel, and the channel away when nobody is left. */
  leave(session: Session, channel: Channel): void {
    const rank = channel.members.get(session) ?? 0;
    if (rank > 0 || channel.members.size === 1 || channel.flags.has("i")) this.changed(channel);
    channel.members.delete(session);
    channel.invited.delete(session);
    const rest = this.#channelsBySession.get(session);
    rest?.delete(channel);
    if (rest?.size === 0) this.#channelsBySession.delete(session);
    if (channel.members.size === 0) this.channels.delete(channel.key);
  }

  /** Takes note that somebody is in. */
  enter(session: Session): void {
    session.registered = true;
    this.registered++;
    this.maxRegistered = Math.max(this.maxRegistered, this.registered);
    this.monitors.online(session);
    this.onRegistered?.(session);
  }

  /** Ends somebody's stay: tells those who shared a channel, and closes when its last words were sent. */
  quit(session: Session, reason: string): void {
    if (session.gone) return;
    session.gone = true;
    this.sessions.delete(session);
    if (session.named && this.nicks.get(foldName(session.nick)) === session) this.nicks.delete(foldName(session.nick));
    if (session.registered) {
      this.registered--;
      this.sendToNeighbours(session, this.from(session, "QUIT", [reason]));
      this.nickHistory.add(session);
      this.monitors.offline(session.nick);
    }
    for (const channel of [...this.channelsOf(session)]) this.leave(session, channel);
    for (const channel of this.channels.values()) channel.invited.delete(session);
    this.monitors.clear(session);
    session.end(
      new EncodedMessage(ircLine(undefined, "ERROR", `Closing Link: ${this.info.name} (${reason})`)),
    );
    this.onQuit?.(session, reason);
  }

  #id(): string {
    return `${this.#boot}-${(++this.#ids).toString(36)}`;
  }
}
