import type { DialOptions } from "../../core/mod.ts";
import type { ChatEvent, ChatMessage } from "./events.ts";

/** How {@link joinChat} joins; `timeout` is for each attempt to connect and get in. */
export interface ChatClientOptions extends Omit<DialOptions, "signal"> {
  /** The nick; when somebody has it, another that begins like it is taken. */
  readonly nick: string;
  /** The real name that others may see. @default the nick */
  readonly realname?: string;
  /** The channels to join, each perhaps with its key: `#lobby` or `#lobby word`. @default ["#lobby"] */
  readonly channels?: readonly string[];
  /** The server's password (PASS); with `account`, that account's. */
  readonly password?: string;
  /** The account to log in to with SASL PLAIN. */
  readonly account?: string;
  /** How many of the last lines of a channel to ask for, where the server keeps them. @default 20 */
  readonly backlog?: number;
  /** Whether to connect again when the connection is lost. @default true */
  readonly reconnect?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Called with what happens; must not throw. */
  readonly onEvent?: (event: ChatEvent) => void;
  /** Called with each message of others, past ones included; must not throw. */
  readonly onMessage?: (message: ChatMessage) => void;
}

/** A client that is, or wants to be, in a chat. */
export interface ChatMember extends AsyncDisposable {
  /** The nick that it has now. */
  readonly nick: string;
  /** The channels that it is in, with the nicks in each. */
  readonly channels: ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * Resolves when it is in for the first time, and in its channels.
   *
   * Rejects as `finished` does.
   */
  readonly ready: Promise<void>;
  /**
   * Resolves when it has left.
   *
   * Rejects with {@link NetworkError} when it could not get in (`chat-refused`, or what dialling throws), or lost the
   * connection and was not to try again.
   */
  readonly finished: Promise<void>;
  /**
   * Says something to a channel or nick: one message for each line, in parts where it is too long. Resolves when the server
   * has taken it, and rejects with {@link NegativeError} `message-refused` when the server refuses it, `channel-refused` when the
   * channel cannot be joined again after a lost connection; where the connection is lost meanwhile and the server keeps a history, it is said again only if it is not in there.
   */
  say(target: string, text: string, kind?: "message" | "notice" | "action"): Promise<void>;
  /**
   * Sends a command to the server.
   *
   * Throws {@link NetworkError} `not-connected` while there is no connection.
   */
  send(command: string, ...params: readonly string[]): void;
  /** Leaves, and resolves when it has. */
  leave(reason?: string): Promise<void>;
}
