import type { ChatNetwork } from "../network/chat_network.ts";
import type { ChatFileEvent } from "../files/file_event.ts";
import type { ChatFilesSettings } from "../files/settings.ts";
import type { ChatPageSettings } from "../web/settings.ts";
import type { HistoryLimits } from "../history/history_limits.ts";
import type { ChatModeration } from "./moderation/audit_log.ts";
import type { ServerTls, SocketFileOptions, ToucanError } from "../../core/mod.ts";

/** Limits of a chat server. */
export interface ChatLimits {
  /**
   * Connections.
   *
   * @default {10_000}
   */
  readonly connections: number;
  /**
   * Connections from one address (IPv6: /64); loopback is not counted.
   *
   * @default {100}
   */
  readonly perAddress: number;
  /**
   * Channels.
   *
   * @default {5000}
   */
  readonly channels: number;
  /**
   * Channels that one client may join.
   *
   * @default {50}
   */
  readonly channelsEach: number;
  /**
   * Channels that belong to one account.
   *
   * @default {20}
   */
  readonly channelsOwned: number;
  /**
   * Clients of one account that use the same nickname.
   *
   * @default {10}
   */
  readonly clientsEach: number;
  /**
   * Lines that a client may send at once.
   *
   * @default {60}
   */
  readonly burst: number;
  /**
   * Lines per second after that; more are delayed.
   *
   * @default {10}
   */
  readonly rate: number;
  /**
   * Bytes queued for a client that does not read; above that it is disconnected.
   *
   * @default {1_048_576}
   */
  readonly queue: number;
  /**
   * Entries of each list of a channel, such as its bans.
   *
   * @default {100}
   */
  readonly bans: number;
  /**
   * Milliseconds in which a client has to register.
   *
   * @default {30_000}
   */
  readonly registration: number;
  /**
   * Milliseconds of silence before a PING, and time for its answer.
   *
   * @default {90_000}
   */
  readonly idle: number;
}

/** Default limits. */
export const CHAT_LIMITS: ChatLimits = {
  connections: 10_000,
  perAddress: 100,
  channels: 5000,
  channelsEach: 50,
  channelsOwned: 20,
  clientsEach: 10,
  burst: 60,
  rate: 10,
  queue: 1 << 20,
  bans: 100,
  registration: 30_000,
  idle: 90_000,
};

/** Options of {@link serveChat}. */
export interface ChatServerOptions {
  /**
   * Certificate and key for TLS; without them connections are not encrypted.
   *
   * @default {undefined}
   */
  readonly tls?: ServerTls;
  /**
   * Mode and owner of the file of a unix socket.
   *
   * @default {undefined}
   */
  readonly socketFile?: SocketFileOptions;
  /**
   * Serves the web page and IRC over WebSocket on the same port, for clients that begin with an HTTP request. With TLS, clients on
   * this machine may also connect without it; others are redirected, or rejected.
   *
   * @default {undefined}
   */
  readonly page?: ChatPageSettings;
  /**
   * Files that clients share; without it there are none. The page of the chat takes the uploads and serves the files.
   *
   * @default {undefined}
   */
  readonly files?: ChatFilesSettings;
  /**
   * Password that clients have to send with PASS. Failed attempts are limited per address.
   *
   * @default {undefined}
   */
  readonly password?: string;
  /**
   * Whether only clients that log in to an account are admitted.
   *
   * @default {false}
   */
  readonly requireAccount?: boolean;
  /**
   * Whether users with an account stay in their channels when their last client leaves, also over restarts; each account may
   * have its own setting. In a network of servers they never do.
   *
   * @default {false}
   */
  readonly alwaysOn?: boolean;
  /**
   * Days without a client after which such a user leaves.
   *
   * @default {30}
   */
  readonly alwaysOnDays?: number;
  /**
   * Whether clients can register their nicknames as accounts; otherwise accounts are added by `openChatAccounts`. With a
   * password or `requireAccount` they can do so only after they have been admitted.
   *
   * @default {"open"}
   */
  readonly registration?: "open" | "closed";
  /**
   * Whether passwords of accounts may be sent by other machines without TLS.
   *
   * @default {false}
   */
  readonly plaintextLogin?: boolean;
  /**
   * Whether only clients with an invitation, the password or an account are admitted: see `invite` of {@link ChatServer}. A client
   * sends the token of its invitation with PASS.
   *
   * @default {false}
   */
  readonly inviteOnly?: boolean;
  /**
   * Passwords of IRC operators by name, for OPER; without them OPER is rejected.
   *
   * @default {undefined}
   */
  readonly operators?: ReadonlyMap<string, string>;
  /**
   * Accounts that are IRC operators once they are logged in.
   *
   * @default {[]}
   */
  readonly operatorAccounts?: readonly string[];
  /**
   * Name of the server in its messages.
   *
   * @default {"toucan.local"}
   */
  readonly name?: string;
  /**
   * Name of the network (ISUPPORT NETWORK).
   *
   * @default {"Toucan"}
   */
  readonly network?: string;
  /**
   * Message of the day, lines separated by LF.
   *
   * @default {undefined}
   */
  readonly motd?: string;
  /**
   * Path of the history file; without it the history is kept in memory. Needs read and write permission for it.
   *
   * @default {undefined}
   */
  readonly history?: string;
  /**
   * Limits of the history, in the file or in memory.
   *
   * @default {{}}
   */
  readonly retention?: HistoryLimits;
  /**
   * Network of which the server is a member, from `connectChatNetwork`; it is closed with the server. The history is
   * then that of the network, also in a file, which lacks nothing that the network still has; limits of channels must be
   * the same on all servers.
   *
   * @default {undefined}
   */
  readonly cluster?: ChatNetwork;
  /**
   * Number of history lines sent to a client when it joins.
   *
   * @default {20}
   */
  readonly replay?: number;
  /**
   * Limits that differ from {@link CHAT_LIMITS}.
   *
   * @default {{}}
   */
  readonly limits?: Partial<ChatLimits>;
  /**
   * Stops the server, as `shutdown` does.
   *
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * Called when the history cannot be written for now, because the disk is full or another program has locked the file:
   * messages to channels are rejected until it can, except in a network, which has them. Called again without an error when it can be written again.
   *
   * @default {undefined}
   */
  readonly onHistory?: (error?: ToucanError) => void;
  /**
   * Called with what operators do: kicks, modes, bans and the like. It is kept in the history, too.
   *
   * @default {undefined}
   */
  readonly onModerated?: (moderation: ChatModeration) => void;
  /**
   * Called when a shared file was stored, was deleted or has expired, for a log.
   *
   * @default {undefined}
   */
  readonly onFile?: (event: ChatFileEvent) => void;
  /**
   * Called with each event, for a log.
   *
   * @default {undefined}
   */
  readonly onEvent?: (event: ChatServerEvent) => void;
}

/** Event of a chat server. */
export interface ChatServerEvent {
  /** Type of the event. */
  readonly event: "connected" | "registered" | "left" | "refused";
  /** Address of the client. */
  readonly peer: string;
  /** Nickname, once the client has one. */
  readonly nick?: string;
  /** Reason for leaving. Untrusted text. */
  readonly reason?: string;
  /** Reason for the rejection. */
  readonly error?: ToucanError;
}
