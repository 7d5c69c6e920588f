import { ircLine } from "../codec/message.ts";
import { storedLine } from "../history/codec/stored_text.ts";
import { talkKey } from "../history/codec/talk_key.ts";
import { matchesMask } from "../codec/mask.ts";
import { foldName } from "../codec/names.ts";
import { LoginLimit } from "../../core/mod.ts";
import type { History, NewHistoryEntry } from "../history/history.ts";
import type { AccountStore } from "../account/account.ts";
import { Accounts } from "../account/accounts.ts";
import type { ChatFiles } from "../files/chat_files.ts";
import { Invitations } from "../invite/invitations.ts";
import { LoginGuard } from "./account/login_guard.ts";
import { Channel } from "./channel/channel.ts";
import { ChannelStore } from "./channel/channel_store.ts";
import { InvitedClients } from "./channel/invited_clients.ts";
import { OpenedChannels } from "./flood/opened_channels.ts";
import { SharedRates } from "./flood/shared_rate.ts";
import type { ChatLimits } from "./options.ts";
import type { ServerInfo } from "./server_info.ts";
import type { Capability } from "./client/capabilities.ts";
import { EncodedMessage, type MessageTags } from "./send/encoded_message.ts";
import { ClientList } from "./client/client_list.ts";
import { Monitors } from "./client/monitors.ts";
import type { NetworkLog } from "./network_log.ts";
import { sharedAddress } from "./client/peer_host.ts";
import type { CommitQueue } from "./send/commit_queue.ts";
import type { Session } from "./client/session.ts";
import { AuditLog, type ChatModeration } from "./moderation/audit_log.ts";
import { ServerBans } from "./moderation/server_bans.ts";
import type { PresenceList } from "./presence/presence_list.ts";
import { UserModes } from "./client/user_modes.ts";
import { NickHistory } from "./client/whowas.ts";

const NOWHERE: ReadonlySet<Channel> = new Set();

/** State of a chat server: clients and channels. It does no I/O except through send queues and history. */
export class ChatState {
  /** Settings of the server. */
  readonly info: ServerInfo;
  /** Limits of the server. */
  readonly limits: ChatLimits;
  /** History of the channels. */
  readonly history: History;
  /** Accounts of the users. */
  readonly accounts: Accounts;
  /** Limit of failed logins to accounts. */
  readonly guard: LoginGuard;
  /** Registrations of accounts by address: 20 at once, then one every 10 minutes. */
  readonly registrations: LoginLimit = new LoginLimit({ burst: 20, interval: 600_000 });
  /** Queue that commits and releases messages. */
  readonly commits: CommitQueue;
  /** Time of the start. */
  readonly started: Date = new Date();
  /** Sessions of all connections. */
  readonly sessions: ClientList = new ClientList();
  /** Those of them that have not registered. */
  readonly unregistered: Set<Session> = new Set();
  /** Sessions with a nickname, by its folded form. */
  readonly nicks: Map<string, Session> = new Map();
  /** Channels by their folded names. */
  readonly channels: Map<string, Channel> = new Map();
  /** Clients that are invited to channels. */
  readonly invited: InvitedClients = new InvitedClients();
  /** Channels by who has opened them. */
  readonly opened: OpenedChannels;
  /** Rate limits that clients of one address or account share. */
  readonly rates: SharedRates;
  /** Clients that monitor a nickname. */
  readonly monitors: Monitors = new Monitors();
  /** User modes of the clients. */
  readonly userModes: UserModes = new UserModes();
  /** Former users of nicknames. */
  readonly nickHistory: NickHistory = new NickHistory();
  /** Called when a client has disconnected. */
  onQuit?: (session: Session, reason: string) => void;
  /** Called when a client has registered. */
  onRegistered?: (session: Session) => void;
  /** Highest number of registered clients. */
  maxRegistered = 0;
  /** Number of registered clients. */
  registered = 0;
  /** Channels from before a restart. */
  readonly store: ChannelStore;
  /** Log of the servers of the network; a server alone has none. */
  network?: NetworkLog;
  /** Shared files; undefined when there are none. */
  files?: ChatFiles;
  /** Invitations to the server. */
  readonly invitations: Invitations;
  /** Bans from the server. */
  readonly bans: ServerBans;
  /** Log of what operators do. */
  readonly audit: AuditLog;
  /** Called when an operator has done something. */
  onModerated?: (moderation: ChatModeration) => void;
  /** Members with several clients, or none; in a network of servers there are none. */
  presences?: PresenceList;
  readonly #channelsBySession = new Map<Session, Set<Channel>>();
  readonly #boot = crypto.randomUUID().slice(0, 8);
  #ids = 0;

  /** Creates the state of a server without clients; its accounts are those of the history unless others are given. */
  constructor(
    info: ServerInfo,
    limits: ChatLimits,
    history: History,
    commits: CommitQueue,
    accounts: AccountStore = history.accounts,
  ) {
    this.info = info;
    this.limits = limits;
    this.opened = new OpenedChannels(limits);
    this.rates = new SharedRates(limits);
    this.history = history;
    this.accounts = new Accounts(accounts);
    this.guard = new LoginGuard(info.logins, (peer, account) => {
      const address = sharedAddress(peer);
      if (address === undefined && account === undefined) return;
      this.network?.share({ kind: "login-failed", address, account });
    });
    this.commits = commits;
    this.store = new ChannelStore(history, limits.channels);
    this.invitations = new Invitations(history.records);
    this.bans = new ServerBans(history.records);
    this.audit = new AuditLog(history.records);
    commits.attach(this.store);
  }

  /** Returns the registered client with a nickname. */
  find(nick: string): Session | undefined {
    const found = this.nicks.get(foldName(nick));
    return found?.registered ? found : undefined;
  }

  /** Returns whether the target of a query is this server: a mask of its name, or the nickname of a client. */
  isHere(target: string): boolean {
    return matchesMask(target, this.info.name) || this.find(target) !== undefined;
  }

  /**
   * Returns the time in milliseconds since 1970: while an event of the network is applied, that of the event, so that it
   * is the same on all servers.
   */
  now(): number {
    return this.network?.applying?.time ?? Date.now();
  }

  /** Returns the time in seconds since 1970. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Returns a channel, if it exists. */
  channel(name: string): Channel | undefined {
    return this.channels.get(foldName(name));
  }

  /** Returns a channel, created or restored if necessary. */
  open(name: string): Channel {
    const key = foldName(name);
    const channel = this.channels.get(key) ?? this.store.take(name) ?? this.#create(name);
    this.channels.set(key, channel);
    return channel;
  }

  /** Creates a message from a client, with a new id and the time. */
  from(session: Session, command: string, params: readonly string[], tags: MessageTags = {}): EncodedMessage {
    const line = storedLine(session.mask, command, params);
    const client = session.modes.has("B") ? (tags.client ? `bot;${tags.client}` : "bot") : tags.client;
    return new EncodedMessage(line, { time: this.now(), id: this.newId(), account: session.account, ...tags, client });
  }

  /** Adds a message to the history; it is committed before it is sent. Returns false when it cannot be written now. */
  keep(channel: Channel, encoded: EncodedMessage, session: Session): boolean {
    return this.#add(encoded, session, {
      channel: channel.key,
      only: channel.closed ? channel.incarnation : undefined,
    });
  }

  /**
   * Adds a private message to the history, if both clients are logged in: a nickname does not authenticate its user.
   * Returns false when it cannot be written now.
   */
  keepTalk(recipient: Session, encoded: EncodedMessage, session: Session): boolean {
    if (session.account === undefined || recipient.account === undefined) return true;
    return this.#add(encoded, session, { channel: talkKey(session.account, recipient.account) });
  }

  /** Adds an event of a channel to the history; it is lost while the history cannot be written. */
  record(channel: Channel, encoded: EncodedMessage, session: Session): void {
    const only = channel.closed ? channel.incarnation : undefined;
    this.#add(encoded, session, { channel: channel.key, only, event: true });
  }

  /** Records an event of a channel, and sends it to the members. */
  announce(channel: Channel, encoded: EncodedMessage, session: Session): void {
    this.record(channel, encoded, session);
    channel.send(encoded);
  }

  #add(
    { line, tags: { id = "", time = 0, client = "" } }: EncodedMessage,
    { account }: Session,
    place: Pick<NewHistoryEntry, "channel" | "only" | "event">,
  ): boolean {
    const at = this.network?.applying?.nextPlace();
    return this.writes(() => this.history.add({ place: at, id, time, line, tags: client, account, ...place }));
  }

  /** Writes to the file of the history, with the next commit; returns false when that is not possible now. */
  writes(work: () => void): boolean {
    if (!this.commits.canCommit()) return false;
    try {
      work();
    } catch (error) {
      this.commits.fail(error);
      return false;
    }
    this.commits.schedule();
    return true;
  }

  /** Deletes a message from the history; returns false when that cannot be written now. */
  erase(key: string, id: string): boolean {
    return this.writes(() => this.history.remove(key, id));
  }

  /** Sends a message, once each, to all clients that share a channel with a client. */
  sendToNeighbours(
    session: Session,
    encoded: EncodedMessage,
    send: (neighbour: Session) => void = (neighbour) => neighbour.send(encoded),
  ): void {
    const seen = new Set<Session>([session]);
    for (const channel of this.channelsOf(session)) {
      for (const neighbour of channel.members.keys()) {
        if (seen.has(neighbour)) continue;
        seen.add(neighbour);
        send(neighbour);
      }
    }
  }

  /**
   * Sends a message to all clients with a capability that share a channel with a client, or monitor it and have
   * extended-monitor (IRCv3).
   */
  notify(session: Session, encoded: EncodedMessage, capability: Capability): void {
    const seen = new Set<Session>();
    this.sendToNeighbours(session, encoded, (neighbour) => {
      seen.add(neighbour);
      neighbour.sendWith(capability, encoded);
    });
    for (const watcher of this.monitors.of(session.nick)) {
      const member = watcher.presence ?? watcher;
      if (member !== session && !seen.has(member) && watcher.has("extended-monitor")) {
        watcher.sendWith(capability, encoded);
      }
    }
  }

  /** Returns the channels of a client. */
  channelsOf(session: Session): ReadonlySet<Channel> {
    return this.#channelsBySession.get(session) ?? NOWHERE;
  }

  /** Adds a client to a channel. */
  join(session: Session, channel: Channel, rank: number): void {
    channel.members.set(session, rank);
    if (rank > 0 || channel.members.size === 1 || channel.flags.has("i")) this.changed(channel);
    const all = this.#channelsBySession.get(session) ?? new Set();
    this.#channelsBySession.set(session, all.add(channel));
    this.presences?.changed(session);
  }

  /** Puts the channels of a client in an order, given by their folded names. */
  orderChannels(session: Session, keys: readonly string[]): void {
    const joined = this.#channelsBySession.get(session);
    for (const key of keys) {
      const channel = this.channels.get(key);
      if (channel && joined?.delete(channel)) joined.add(channel);
    }
  }

  /** Records a change of the stored state of a channel. */
  changed(channel: Channel): void {
    if (this.store.changed(channel)) this.commits.schedule();
  }

  /** Removes a client from a channel, and the channel after its last member. */
  leave(session: Session, channel: Channel): void {
    const rank = channel.members.get(session) ?? 0;
    if (rank > 0 || channel.members.size === 1 || channel.flags.has("i")) this.changed(channel);
    channel.members.delete(session);
    this.invited.remove(session, channel);
    this.presences?.changed(session);
    const rest = this.#channelsBySession.get(session);
    rest?.delete(channel);
    if (rest?.size === 0) this.#channelsBySession.delete(session);
    if (channel.members.size > 0) return;
    this.channels.delete(channel.key);
    this.opened.remove(channel);
    if (channel.founder !== undefined) this.store.keep(channel);
    else this.invited.close(channel);
  }

  /** Puts one session into the place of another one: its nickname, its channels and its invitations. */
  replace(session: Session, other: Session): void {
    this.nicks.set(foldName(session.nick), other);
    const channels = this.#channelsBySession.get(session);
    this.#channelsBySession.delete(session);
    if (channels) this.#channelsBySession.set(other, channels);
    for (const { members } of channels ?? []) {
      members.set(other, members.get(session) ?? 0);
      members.delete(session);
    }
    this.invited.replace(session, other);
  }

  /** Records that a client has registered. */
  enter(session: Session): void {
    session.registered = true;
    this.unregistered.delete(session);
    this.registered++;
    this.maxRegistered = Math.max(this.maxRegistered, this.registered);
    this.monitors.online(session);
    this.onRegistered?.(session);
  }

  /** Disconnects a client: notifies the clients that share a channel, and closes after the last message. */
  quit(session: Session, reason: string): void {
    if (session.gone) return;
    if (session.presence) return this.presences?.detach(session, reason);
    if (this.network && session.registered && !this.network.applying) {
      // The other servers have to know first; the client need not wait for them.
      this.#close(session, reason);
      return this.network.quit(session, reason);
    }
    session.gone = true;
    this.userModes.forget(session);
    if (session.named && this.nicks.get(foldName(session.nick)) === session) this.nicks.delete(foldName(session.nick));
    if (session.registered) {
      this.registered--;
      const quit = this.from(session, "QUIT", [reason]);
      for (const channel of this.channelsOf(session)) this.record(channel, quit, session);
      this.sendToNeighbours(session, quit);
      this.nickHistory.add(session);
      this.monitors.offline(session.nick);
    }
    for (const channel of [...this.channelsOf(session)]) this.leave(session, channel);
    this.invited.forget(session);
    this.presences?.changed(session);
    for (const client of session.clients) this.disconnect(client, reason);
  }

  /** Disconnects a client, whose member stays or has left already. */
  disconnect(client: Session, reason: string): void {
    client.gone = true;
    this.sessions.delete(client);
    this.unregistered.delete(client);
    this.monitors.clear(client);
    this.#close(client, reason);
    this.onQuit?.(client, reason);
  }

  /**
   * Discards all that follows from the log of the network, as at the beginning of the log; the registered clients of
   * this server are disconnected.
   */
  forgetNetwork(reason: string): void {
    for (const session of [...this.sessions]) {
      if (!session.registered) continue;
      this.userModes.forget(session);
      this.invited.forget(session);
      this.disconnect(session, reason);
    }
    this.registered = 0;
    this.nicks.clear();
    this.channels.clear();
    this.#channelsBySession.clear();
    this.store.clear();
    for (const { target } of [...this.bans.all]) this.bans.remove(target);
    this.audit.clear();
    this.invitations.clear();
    this.history.clear();
  }

  /** Sends the reason to a client, and closes its connection. */
  #close(session: Session, reason: string): void {
    session.end(
      new EncodedMessage(ircLine(undefined, "ERROR", `Closing Link: ${this.info.name} (${reason})`)),
    );
  }

  #create(name: string): Channel {
    const { applying } = this.network ?? {};
    return new Channel(name, applying && { incarnation: this.newId(), created: this.seconds() });
  }

  /** Returns an id for a message; while an event of the network is applied, the same one on all servers. */
  newId(): string {
    const { applying } = this.network ?? {};
    if (applying) return applying.nextId();
    return `${this.#boot}-${(++this.#ids).toString(36)}`;
  }
}
