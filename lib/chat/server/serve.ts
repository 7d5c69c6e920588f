import {
  Acceptor,
  type BoundAddr,
  checkServerPassword,
  Connection,
  type ListenInput,
  LoginLimit,
  NetworkError,
  raceSignal,
  type ServerAddr,
  SystemError,
  toListenAddress,
  type ToucanError,
  type Unaccepted,
  UsageError,
} from "../../core/mod.ts";
import { foldName } from "../codec/names.ts";
import { FileHistory } from "../history/file_history.ts";
import { ChatFiles } from "../files/chat_files.ts";
import type { History } from "../history/history.ts";
import { type InvitationTerms, MAX_INVITATIONS, newInvitation } from "../invite/invitations.ts";
import { MemoryHistory } from "../history/memory_history.ts";
import { ATTACHMENTS } from "../network/attachments.ts";
import { ChatClient, type ChatFraming, type ChatPeer } from "./client/client_connection.ts";
import type { ChatServer } from "./chat_server.ts";
import { ConnectionCounter } from "./client/connection_counter.ts";
import { ExpiryGate } from "./expiry_gate.ts";
import { CHAT_LIMITS, type ChatServerOptions } from "./options.ts";
import { countedNetwork } from "./client/peer_host.ts";
import { CommitQueue } from "./send/commit_queue.ts";
import type { Session } from "./client/session.ts";
import { ChatFront, FRONT_ALPN } from "./front/front.ts";
import { frontOptions } from "./front/pages.ts";
import { checkName } from "./server_names.ts";
import { releaseOrphans } from "./channel/ownership.ts";
import { AccountEnforcement } from "./account/enforcement.ts";
import { uploadTicket } from "./account/upload_login.ts";
import { Presences } from "./presence/presences.ts";
import { ChatState } from "./state.ts";

/** Interval of the timeout checks. */
const CHECK_INTERVAL_MS = 1000;
/** Interval in which lines above the limit of age are deleted. */
const EXPIRY_INTERVAL_MS = 60_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const VERSION = "toucan";
const NAME = "toucan.local";
const NETWORK = "Toucan";

/**
 * Serves a chat over IRC (RFC 1459, RFC 2812, modern IRC and IRCv3) on an address, or on a bound listener.
 *
 * Permissions: `--allow-net=HOST:PORT`; for a history file also `--allow-read` and `--allow-write` of it, and of its name with
 * `-wal`, `-shm` and `-journal` appended; for shared files both for their folder.
 *
 * @param address The address to listen on: `HOST:PORT`, with port 0 for a free one, or a bound listener.
 * @returns The server, which is listening.
 * @throws {UsageError} `invalid-server-name`, `empty-password`.
 * @throws {SystemError} `address-in-use` and other failures to listen; `history-unusable` when the history file cannot be
 *   opened.
 * @example Serve a chat and join it
 * ```ts
 * import { joinChat, serveChat } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveChat("127.0.0.1:0");
 * await using ann = joinChat(server.addr, { nick: "ann", channels: ["#lobby"] });
 * await ann.ready;
 * assertEquals([...ann.channels.keys()], ["#lobby"]);
 * ```
 */
export function serveChat<const At extends ListenInput>(
  address: At,
  options?: ChatServerOptions,
): ChatServer<BoundAddr<At>>;
export function serveChat(address: ListenInput, options: ChatServerOptions = {}): ChatServer {
  checkServerPassword(options.password);
  checkName(options.name ?? NAME, "server");
  checkName(options.network ?? NETWORK, "network");
  const history = historyOf(options);
  let files: ChatFiles | undefined;
  try {
    files = options.files && new ChatFiles(options.files);
    const handshakeTimeout = Math.min(HANDSHAKE_TIMEOUT_MS, options.limits?.registration ?? CHAT_LIMITS.registration);
    const acceptor = new Acceptor(toListenAddress(address), {
      tls: options.tls,
      alpn: options.page && FRONT_ALPN,
      handshakeTimeout,
      socketFile: options.socketFile,
    });
    return new Server(acceptor, history, options, files);
  } catch (error) {
    files?.close();
    history[Symbol.dispose]();
    throw error;
  }
}

function historyOf({ history: path, retention, cluster, onHistory }: ChatServerOptions): History {
  if (path === undefined) return new MemoryHistory(retention);
  const file = new FileHistory(path, retention);
  try {
    const attachment = cluster && ATTACHMENTS.get(cluster);
    if (attachment) return attachment.cache(file, (error) => onHistory?.(error));
    if (!file.ofNetwork) return file;
    throw new SystemError(`cannot use the history file ${path}: it belongs to a network of servers`, {
      code: "history-unusable",
      operation: "history",
      reason: "history",
    });
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

class Server implements ChatServer {
  readonly addr: ServerAddr;
  readonly address: string;
  readonly port?: number;
  readonly files?: ChatFiles;
  readonly finished: Promise<void>;
  readonly #acceptor: Acceptor;
  readonly #history: History;
  readonly #options: ChatServerOptions;
  readonly #state: ChatState;
  readonly #enforcement: AccountEnforcement;
  readonly #clients = new Map<Session, ChatClient>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #connections: ConnectionCounter;
  /** Functions that no longer count a connection, which has become a WebSocket. */
  readonly #removers = new WeakMap<Connection, () => void>();
  readonly #front?: ChatFront;
  readonly #stop = new AbortController();
  readonly #ticker: ReturnType<typeof setInterval>;
  #expiresAt = 0;
  readonly #expiry = new ExpiryGate(Date.now(), performance.now());
  readonly #failed = Promise.withResolvers<never>();

  constructor(acceptor: Acceptor, history: History, options: ChatServerOptions, files?: ChatFiles) {
    const { name = NAME, network = NETWORK, motd, password, replay = 20, signal, operators = new Map() } = options;
    const operatorAccounts = new Set((options.operatorAccounts ?? []).map((account) => foldName(account)));
    this.#acceptor = acceptor;
    this.#history = history;
    this.#options = options;
    this.addr = acceptor.addr;
    this.address = acceptor.address;
    this.port = acceptor.port;
    const commits = new CommitQueue(history, {
      paused: (error) => options.onHistory?.(error),
      failed: (error) => this.#fail(error),
    });
    const { plaintextLogin, requireAccount, registration, alwaysOn, alwaysOnDays = 30 } = options;
    const info = {
      ...{
        name,
        network,
        motd,
        password,
        operators,
        operatorAccounts,
        replay,
        plaintextLogin,
        requireAccount,
        alwaysOn,
        alwaysOnDays,
        inviteOnly: options.inviteOnly,
        version: VERSION,
      },
      closedRegistration: registration === "closed",
      logins: new LoginLimit(),
    };
    const attachment = options.cluster && ATTACHMENTS.get(options.cluster);
    this.#state = new ChatState(info, { ...CHAT_LIMITS, ...options.limits }, history, commits, attachment?.accounts);
    this.#state.files = this.files = files;
    if (files) {
      files.login = (credentials, request) => uploadTicket(this.#state, credentials, request);
      files.onFile = (event) => options.onFile?.(event);
      files.mayExpire = () => this.#mayExpire();
    }
    this.#enforcement = new AccountEnforcement(this.#state);
    this.#connections = new ConnectionCounter(this.#state.limits);
    this.#front = options.page && new ChatFront(acceptor, frontOptions(this, options));
    this.#state.onRegistered = ({ nick, info, local }) => local && this.#report("registered", info.peer, nick);
    this.#state.onQuit = ({ nick, info, local }, reason) => local && this.#report("left", info.peer, nick, reason);
    this.#state.onModerated = (moderation) => options.onModerated?.(moderation);
    this.#failed.promise.catch(() => {});
    this.#state.network = attachment?.attach(this.#state, (error) => this.#fail(error));
    if (!options.cluster) this.#state.presences = new Presences(this.#state);
    if (!options.cluster) releaseOrphans(this.#state);
    this.#state.presences?.restore();
    this.#ticker = setInterval(() => this.#checkTimeouts(), CHECK_INTERVAL_MS);
    const halt = () => this.#halt();
    signal?.addEventListener("abort", halt, { once: true });
    this.finished = this.#run().finally(() => signal?.removeEventListener("abort", halt));
    this.finished.catch(() => {});
    if (signal?.aborted) halt();
  }

  get clients(): number {
    return this.#connections.count;
  }

  async serve(connection: Connection, framing: ChatFraming, rest?: Uint8Array, client?: ChatPeer): Promise<void> {
    const peer = client?.peer ?? connection.remote;
    this.#removers.get(connection)?.();
    const error = this.#stop.signal.aborted
      ? new NetworkError("the server has stopped", { code: "server-stopped" })
      : this.#connections.refusal(peer) ?? this.#connections.arrival(peer);
    if (error) {
      this.#options.onEvent?.({ event: "refused", peer, error });
      return connection.close();
    }
    await this.#task(peer, () => this.#serve(connection, framing, rest, client));
  }

  invite(terms: InvitationTerms): string {
    const { network, invitations } = this.#state;
    const now = Date.now();
    if (invitations.list(now).length >= MAX_INVITATIONS) {
      throw new UsageError("there are too many invitations", { code: "too-many-invitations" });
    }
    const { token, invitation } = newInvitation(terms);
    if (!network) {
      invitations.add(invitation, now);
      this.#history.commit();
    } else if (!network.share({ kind: "invitation", ...invitation })) {
      // Before it has entered, or while no broker can be reached, it waits with the other events.
      throw new NetworkError("cannot create an invitation: it cannot be written to the log of the network", {
        code: "network-unavailable",
      });
    }
    return token;
  }

  async shutdown(): Promise<void> {
    this.#halt();
    // `finished` reports the result, once.
    await this.finished.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #run(): Promise<void> {
    for (let conn = await this.#acceptor.accept(); conn; conn = await this.#acceptor.accept()) {
      const { remote } = this.#acceptor.plain(conn);
      // On the one port a browser has several connections: only those that become clients count as new ones.
      const early = this.#front ? undefined : this.#connections.arrival(remote);
      const error = early ?? this.#connections.refusal(remote);
      if (error && (early || !this.#makeRoom(error, remote))) {
        this.#options.onEvent?.({ event: "refused", peer: remote, error });
        conn.close();
      } else void this.#task(remote, (remove) => this.#admit(conn, remove));
    }
    await Promise.all(this.#tasks);
    this.#front?.end();
    clearInterval(this.#ticker);
    await this.#state.network?.close();
    this.files?.close();
    try {
      this.#history[Symbol.dispose]();
    } finally {
      // The first failure is reported, not a later one.
      await Promise.race([this.#failed.promise, undefined]);
    }
  }

  async #admit(conn: Deno.Conn, remove: () => void): Promise<void> {
    if ("setNoDelay" in conn && typeof conn.setNoDelay === "function") conn.setNoDelay(true);
    if (this.#front) return await this.#recognise(this.#front, conn, remove);
    const admitted = await this.#acceptor.admit(conn, this.#stop.signal);
    if (admitted instanceof Connection) await this.#serve(admitted, "lines");
    else await this.#unaccepted(admitted);
  }

  /** Serves a client of the one port for IRC, the page and WebSocket. */
  async #recognise(front: ChatFront, conn: Deno.Conn, remove: () => void): Promise<void> {
    const admitted = await front.admit(conn, this.#stop.signal);
    if (!("connection" in admitted)) return await this.#unaccepted(admitted);
    const { connection, first, http } = admitted;
    if (!http) {
      const error = this.#connections.arrival(connection.remote);
      if (!error) return await this.#serve(connection, "lines", first);
      connection.close();
      return await this.#unaccepted({ peer: connection.remote, error });
    }
    this.#removers.set(connection, remove);
    await http.serve(connection, first);
    if (connection.left) await raceSignal(connection.left, this.#stop.signal).catch(() => {});
  }

  async #unaccepted({ peer, error, gone }: Unaccepted): Promise<void> {
    if (!this.#stop.signal.aborted) this.#options.onEvent?.({ event: "refused", peer, error });
    await gone;
  }

  async #serve(connection: Connection, framing: ChatFraming, rest?: Uint8Array, peer?: ChatPeer): Promise<void> {
    const client = new ChatClient(this.#state, connection, framing, peer);
    this.#clients.set(client.session, client);
    this.#report("connected", client.session.info.peer);
    if (this.#stop.signal.aborted) this.#state.quit(client.session, "Server shutting down");
    await client.run(rest);
    this.#clients.delete(client.session);
    if (connection.left) await raceSignal(connection.left, this.#stop.signal).catch(() => {});
  }

  /** Counts a connection while it is served. */
  async #task(peer: string, work: (remove: () => void) => Promise<void>): Promise<void> {
    const remove = this.#connections.add(peer);
    const task = work(remove).finally(() => {
      remove();
      this.#tasks.delete(task);
    });
    this.#tasks.add(task);
    await task;
  }

  /**
   * Closes a connection in its TLS handshake to make room for a new one; for a limit per address, one from the same
   * address.
   */
  #makeRoom(error: ToucanError, peer: string): boolean {
    if (error.code === "too-many-connections") return this.#acceptor.makeRoom();
    const address = countedNetwork(peer);
    return this.#acceptor.makeRoom((conn) => countedNetwork(this.#acceptor.plain(conn).remote) === address);
  }

  #checkTimeouts(): void {
    const now = performance.now();
    if (now >= this.#expiresAt) {
      this.#expiresAt = now + EXPIRY_INTERVAL_MS;
      if (this.#mayExpire()) this.#expire();
    }
    this.#history.tidy();
    for (const client of this.#clients.values()) client.checkTimeouts(now);
    this.#enforcement.check(now);
  }

  #mayExpire(): boolean {
    return this.#expiry.open(Date.now(), performance.now());
  }

  #expire(): void {
    this.#state.writes(() => this.#history.expire());
    this.files?.expire();
    this.#state.presences?.expire(Date.now());
  }

  #fail(error: unknown): void {
    this.#failed.reject(error);
    this.#halt();
  }

  #halt(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#acceptor.close();
    this.#front?.stop();
    this.#state.presences?.close();
    this.#state.commits.run();
    this.#state.store.close();
    for (const session of [...this.#clients.keys()]) this.#state.quit(session, "Server shutting down");
  }

  #report(event: "connected" | "registered" | "left", peer: string, nick?: string, reason?: string): void {
    this.#options.onEvent?.({ event, peer, nick, reason });
  }
}
