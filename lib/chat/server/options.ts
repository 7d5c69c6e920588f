import type { ServerTls, SocketFileOptions, ToucanError } from "../../core/mod.ts";

/** What a chat server allows. */
export interface ChatLimits {
  /** Connections at once. @default 10000 */
  readonly connections: number;
  /** Of them from one address; the machine's own is not counted. @default 100 */
  readonly perAddress: number;
  /** Channels of the server. @default 5000 */
  readonly channels: number;
  /** Channels that one client may be in. @default 50 */
  readonly channelsEach: number;
  /** Lines that a client may send at once. @default 60 */
  readonly burst: number;
  /** Lines per second after that; more wait. @default 10 */
  readonly rate: number;
  /** Bytes that may wait for a client that does not read; then it is cut off. @default 1048576 */
  readonly queue: number;
  /** Bans of a channel. @default 100 */
  readonly bans: number;
  /** Milliseconds in which a client has to say who it is. @default 30000 */
  readonly registration: number;
  /** Milliseconds of silence after which a client is asked whether it is there, and as long again to answer. @default 90000 */
  readonly idle: number;
}

/** The limits unless others are given. */
export const CHAT_LIMITS: ChatLimits = {
  connections: 10_000,
  perAddress: 100,
  channels: 5000,
  channelsEach: 50,
  burst: 60,
  rate: 10,
  queue: 1 << 20,
  bans: 100,
  registration: 30_000,
  idle: 90_000,
};

/** How {@link serveChat} serves. */
export interface ChatServerOptions {
  /** The certificate to speak TLS with; without it plain. */
  readonly tls?: ServerTls;
  /** Mode and owner of the file of a unix socket. */
  readonly socketFile?: SocketFileOptions;
  /** What clients have to give with PASS; without it no password is required. Failed attempts are limited per address. */
  readonly password?: string;
  /** The passwords of IRC operators by name, for OPER; without them OPER is refused. */
  readonly operators?: ReadonlyMap<string, string>;
  /** The server's name in its messages. @default "toucan.local" */
  readonly name?: string;
  /** The network's name (ISUPPORT NETWORK). @default "Toucan" */
  readonly network?: string;
  /** The message of the day, lines separated by LF. */
  readonly motd?: string;
  /** The file that keeps the history; without it memory does. Needs read and write of it. */
  readonly history?: string;
  /** How many of the last lines a client gets when it joins. @default 20 */
  readonly replay?: number;
  /** Limits other than the usual ones. */
  readonly limits?: Partial<ChatLimits>;
  /** Stops the server, as `shutdown` does. */
  readonly signal?: AbortSignal;
  /**
   * Called when the history cannot be kept for now, because its disk is full or another program has locked it: what is
   * said in channels is refused until it can; then called again, without an error.
   */
  readonly onHistory?: (error?: ToucanError) => void;
  /** Called with what happens, for a log. */
  readonly onEvent?: (event: ChatServerEvent) => void;
}

/** Something that happened at a chat server. */
export interface ChatServerEvent {
  /** What. */
  readonly event: "connected" | "registered" | "left" | "refused";
  /** The client's end, as an address. */
  readonly peer: string;
  /** Its nick, once it has one. */
  readonly nick?: string;
  /** Why it left. Untrusted text. */
  readonly reason?: string;
  /** Why it was refused. */
  readonly error?: ToucanError;
}
