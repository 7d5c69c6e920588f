import type { DialOptions } from "../../core/mod.ts";
import type { ChatEvent, ChatMessage } from "./events.ts";

/** Options of {@link joinChat}; `timeout` applies to each attempt to connect and register. */
export interface ChatClientOptions extends Omit<DialOptions, "signal"> {
  /** Nickname; when it is in use, a similar one is tried. */
  readonly nick: string;
  /**
   * Real name that other users may see.
   *
   * @default {the nickname}
   */
  readonly realname?: string;
  /**
   * Channels to join, each optionally followed by its key: `#lobby` or `#lobby key`.
   *
   * @default {["#lobby"]}
   */
  readonly channels?: readonly string[];
  /**
   * Password of the server (PASS); with `account`, password of the account.
   *
   * @default {undefined}
   */
  readonly password?: string;
  /**
   * Account to log in to by SASL: with the password by SCRAM-SHA-256 or PLAIN, without one by the client certificate in
   * `tls` (EXTERNAL).
   *
   * @default {undefined}
   */
  readonly account?: string;
  /**
   * Number of history lines to request per channel.
   *
   * @default {20}
   */
  readonly backlog?: number;
  /**
   * Whether to reconnect when the connection is lost.
   *
   * @default {true}
   */
  readonly reconnect?: boolean;
  /**
   * Disconnects when aborted.
   *
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * Called with each event; must not throw.
   *
   * @default {undefined}
   */
  readonly onEvent?: (event: ChatEvent) => void;
  /**
   * Called with each message of other users, including the history; must not throw.
   *
   * @default {undefined}
   */
  readonly onMessage?: (message: ChatMessage) => void;
}

/** Search for messages in the server's history. All conditions that are given have to be met. */
export interface ChatSearch {
  /**
   * Words that the message has to contain.
   *
   * @default {undefined}
   */
  readonly text?: string;
  /**
   * Nickname of the sender.
   *
   * @default {undefined}
   */
  readonly from?: string;
  /**
   * Channel, or nickname for a private conversation.
   *
   * @default {all that the client may read}
   */
  readonly target?: string;
  /**
   * First time in milliseconds since 1970; with it the first messages are returned instead of the last.
   *
   * @default {undefined}
   */
  readonly after?: number;
  /**
   * Last time in milliseconds since 1970.
   *
   * @default {undefined}
   */
  readonly before?: number;
  /**
   * Limit of messages; the server has a limit of its own.
   *
   * @default {that of the server}
   */
  readonly limit?: number;
  /**
   * Limit for the answer, in milliseconds.
   *
   * @default {15_000}
   */
  readonly timeout?: number;
  /**
   * Stops waiting for the answer.
   *
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
}

/** Client of a chat, connected or reconnecting. */
export interface ChatMember extends AsyncDisposable {
  /** Current nickname. */
  readonly nick: string;
  /** Joined channels, with the nicknames of their members. */
  readonly channels: ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * Resolves when the client has registered and joined its channels for the first time.
   *
   * Rejects as `finished` does.
   */
  readonly ready: Promise<void>;
  /**
   * Resolves when the client has disconnected.
   *
   * Rejects with {@link NetworkError} when registration failed (`chat-refused`, or the error of dialling), or the
   * connection was lost and `reconnect` is false.
   */
  readonly finished: Promise<void>;
  /**
   * Sends a message to a channel or nickname. Several lines are one message where the server supports that (IRCv3
   * multiline), and one message each elsewhere; what is too long is split. Resolves when the server has accepted it. Rejects with {@link NegativeError} `message-refused` when the server rejects it,
   * `channel-refused` when the channel cannot be rejoined after a lost connection. If the connection is lost meanwhile
   * and the server keeps a history, the message is sent again only if the history does not have it.
   */
  say(target: string, text: string, kind?: "message" | "notice" | "action"): Promise<void>;
  /**
   * Searches the server's history (soju.im/search); the oldest message comes first. Rejects with {@link NegativeError}
   * `search-unsupported` or `search-refused`, {@link NetworkError} `not-connected` or `connection-closed`,
   * {@link TimeoutError} `chat-silent`.
   */
  search(search: ChatSearch): Promise<readonly ChatMessage[]>;
  /**
   * Returns the messages of a channel before the one with this id (IRCv3 chathistory), at most 100; the oldest comes
   * first. Rejects with {@link NegativeError} `history-unsupported`, `history-busy` or `history-refused`,
   * {@link NetworkError} `not-connected` or `connection-closed`, {@link TimeoutError} `chat-silent`.
   */
  earlier(target: string, id: string, limit?: number): Promise<readonly ChatMessage[]>;
  /**
   * Tells the server that the messages of a channel or user were read up to a time, in milliseconds since 1970 (IRCv3
   * read-marker). Sent at most once a second, the last time of each target only; without effect while not connected,
   * and where the server does not support it.
   */
  markRead(target: string, until: number): void;
  /**
   * Sends a command to the server.
   *
   * Throws {@link NetworkError} `not-connected` while not connected.
   */
  send(command: string, ...params: readonly string[]): void;
  /** Disconnects, and resolves when that is done. */
  leave(reason?: string): Promise<void>;
}
