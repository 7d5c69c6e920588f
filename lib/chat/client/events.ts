import type { ToucanError } from "../../core/mod.ts";

/** Something that happened in a chat, as a client sees it. All texts in it are other people's and untrusted. */
export type ChatEvent =
  | ChatConnected
  | ChatDisconnected
  | ChatMessage
  | ChatMembership
  | ChatNickChange
  | ChatTopic
  | ChatModeChange
  | ChatNames
  | ChatServerReply;

/** What all events have. */
export interface ChatEventBase {
  /** When, in milliseconds since 1970: the server's time where it tells it. */
  readonly time: number;
}

/** The client is in. */
export interface ChatConnected extends ChatEventBase {
  /** Which event this is. */
  readonly event: "connected";
  /** The nick that it got. */
  readonly nick: string;
  /** The server's name. */
  readonly server: string;
  /** Whether it was in before. */
  readonly again: boolean;
}

/** The connection is gone; another attempt follows. */
export interface ChatDisconnected extends ChatEventBase {
  /** Which event this is. */
  readonly event: "disconnected";
  /** Why. */
  readonly error: ToucanError;
  /** Milliseconds until then. */
  readonly retryIn: number;
}

/** Somebody has said something. */
export interface ChatMessage extends ChatEventBase {
  /** Which event this is. */
  readonly event: "message";
  /** The channel, or the nick that it was said to. */
  readonly target: string;
  /** Who said it. */
  readonly nick: string;
  /** What. */
  readonly text: string;
  /** How: a notice is not to be answered by a program, an action is what `/me` says. */
  readonly kind: "message" | "notice" | "action";
  /** Whether it was us. */
  readonly own: boolean;
  /** Whether it was said before we came, or while we were not connected. */
  readonly past: boolean;
  /** Its id, where the server gives one. */
  readonly id?: string;
}

/** Somebody has come or gone. */
export interface ChatMembership extends ChatEventBase {
  /** Which event this is. */
  readonly event: "join" | "part" | "quit" | "kick";
  /** The channel; of a quit the first that was shared. */
  readonly channel: string;
  /** Who. */
  readonly nick: string;
  /** Who did it, when that was another. */
  readonly by?: string;
  /** Why. */
  readonly reason?: string;
}

/** Somebody has another nick. */
export interface ChatNickChange extends ChatEventBase {
  /** Which event this is. */
  readonly event: "nick";
  /** The old one. */
  readonly nick: string;
  /** The new one. */
  readonly to: string;
}

/** A channel is about something else. */
export interface ChatTopic extends ChatEventBase {
  /** Which event this is. */
  readonly event: "topic";
  /** The channel. */
  readonly channel: string;
  /** Who set it, where that is known. */
  readonly nick?: string;
  /** What it is about; empty for nothing. */
  readonly text: string;
}

/** Modes were changed. */
export interface ChatModeChange extends ChatEventBase {
  /** Which event this is. */
  readonly event: "mode";
  /** The channel or nick. */
  readonly target: string;
  /** Who changed them. */
  readonly nick: string;
  /** The change as it was written: `+o ann`. */
  readonly text: string;
}

/** Who is in a channel. */
export interface ChatNames extends ChatEventBase {
  /** Which event this is. */
  readonly event: "names";
  /** The channel. */
  readonly channel: string;
  /** The nicks, sorted. */
  readonly nicks: readonly string[];
}

/** The server says something: an answer, or why something did not work. */
export interface ChatServerReply extends ChatEventBase {
  /** Which event this is. */
  readonly event: "server";
  /** The numeric or command. */
  readonly code: string;
  /** What. */
  readonly text: string;
  /** Whether something did not work. */
  readonly problem: boolean;
}
