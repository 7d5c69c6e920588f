import type { ChatEvent } from "./events.ts";
import type { JoinedChannel } from "./joined_channel.ts";

/** Callbacks of a `Conversation`. */
export interface ConversationHandlers {
  /** Called with each event. */
  readonly event: (event: ChatEvent) => void;
  /** Called when a channel has been joined and its history has been received. */
  readonly settled: (room: JoinedChannel) => void;
  /** Called when a channel cannot be joined. */
  readonly refused: (channel: string, why: string) => void;
  /** Called when the server has echoed a message of this client. */
  readonly echoed: (target: string, text: string) => void;
  /** Called when the server rejects a message; without a target the oldest one is meant. */
  readonly rejected: (target: string | undefined, why: string) => void;
  /** Called when the key of a channel has changed or was removed. */
  readonly keyed: (channel: string, key: string | undefined) => void;
  /** Called when the server has answered the PING of a delivery marker. */
  readonly reached: (mark: string) => void;
}
