import type { ToucanError } from "../../core/mod.ts";

/** Event of a chat client. All texts in it come from peers and are untrusted. */
export type ChatEvent =
  | ChatConnected
  | ChatDisconnected
  | ChatMessage
  | ChatMembership
  | ChatNickChange
  | ChatTopic
  | ChatModeChange
  | ChatNames
  | ChatReadMarker
  | ChatServerReply;

/** Fields of all events. */
export interface ChatEventBase {
  /** Time in milliseconds since 1970: the server's, where it sends it. */
  readonly time: number;
}

/** The client has registered. */
export interface ChatConnected extends ChatEventBase {
  /** Type of the event. */
  readonly event: "connected";
  /** Nickname in use. */
  readonly nick: string;
  /** Name of the server. */
  readonly server: string;
  /** Whether it is a reconnection. */
  readonly again: boolean;
}

/** The connection is lost; another attempt follows. */
export interface ChatDisconnected extends ChatEventBase {
  /** Type of the event. */
  readonly event: "disconnected";
  /** Cause. */
  readonly error: ToucanError;
  /** Milliseconds until the next attempt. */
  readonly retryIn: number;
}

/** A message was sent or received. */
export interface ChatMessage extends ChatEventBase {
  /** Type of the event. */
  readonly event: "message";
  /** Channel, or nickname of the recipient. */
  readonly target: string;
  /** Nickname of the sender. */
  readonly nick: string;
  /** Text of the message, with LF between its lines. */
  readonly text: string;
  /** Kind: programs do not answer a notice; an action is the text of `/me`. */
  readonly kind: "message" | "notice" | "action";
  /** Whether this client sent it. */
  readonly own: boolean;
  /** Whether it comes from the server's history. */
  readonly past: boolean;
  /** Message id, where the server has them. */
  readonly id?: string;
}

/** A user has joined, left or disconnected, or was kicked. */
export interface ChatMembership extends ChatEventBase {
  /** Type of the event. */
  readonly event: "join" | "part" | "quit" | "kick";
  /** Channel; for a quit the first one shared. */
  readonly channel: string;
  /** Nickname of the user. */
  readonly nick: string;
  /** Nickname of the operator, if another user did it. */
  readonly by?: string;
  /** Reason, if one was given. */
  readonly reason?: string;
}

/** A user has changed the nickname. */
export interface ChatNickChange extends ChatEventBase {
  /** Type of the event. */
  readonly event: "nick";
  /** Old nickname. */
  readonly nick: string;
  /** New nickname. */
  readonly to: string;
}

/** The topic of a channel is known or has changed. */
export interface ChatTopic extends ChatEventBase {
  /** Type of the event. */
  readonly event: "topic";
  /** Channel. */
  readonly channel: string;
  /** Nickname of the user that set it, where known. */
  readonly nick?: string;
  /** Topic; empty for none. */
  readonly text: string;
}

/** Modes of a channel or user have changed. */
export interface ChatModeChange extends ChatEventBase {
  /** Type of the event. */
  readonly event: "mode";
  /** Channel or nickname. */
  readonly target: string;
  /** Nickname of the user that changed them. */
  readonly nick: string;
  /** Change as it was written: `+o ann`. */
  readonly text: string;
}

/** Members of a channel. */
export interface ChatNames extends ChatEventBase {
  /** Type of the event. */
  readonly event: "names";
  /** Channel. */
  readonly channel: string;
  /** Nicknames, sorted. */
  readonly nicks: readonly string[];
}

/** The messages of a channel or user were read up to a time, here or in another client of the account (IRCv3 read-marker). */
export interface ChatReadMarker extends ChatEventBase {
  /** Type of the event. */
  readonly event: "read";
  /** Channel or nickname. */
  readonly target: string;
  /** Time of the last message that was read, in milliseconds since 1970. */
  readonly until: number;
}

/** The server has sent a reply or an error. */
export interface ChatServerReply extends ChatEventBase {
  /** Type of the event. */
  readonly event: "server";
  /** Numeric or command. */
  readonly code: string;
  /** Text of the reply. */
  readonly text: string;
  /** Whether it is an error. */
  readonly problem: boolean;
}
