import { ircLine } from "../../codec/message.ts";
import { EncodedMessage } from "../send/encoded_message.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";
import { cutLine } from "../text.ts";

/** Service that clients send messages to, as if it was a user. */
export interface ChatService {
  /** Nickname. */
  readonly nick: string;
  /** Handles a message of a client. */
  run(state: ChatState, session: Session, text: string): void;
}

/** Sends a NOTICE of a service. */
export function noticeFrom(nick: string, session: Session, text: string): void {
  const line = ircLine(`${nick}!${nick}@${session.info.server}`, "NOTICE", session.nick, text);
  session.send(new EncodedMessage(cutLine(line), { time: Date.now() }));
}
