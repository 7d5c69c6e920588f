import { readClientLine } from "../../lib/chat/codec/client_line.ts";
import type { History } from "../../lib/chat/history/history.ts";
import type { Session } from "../../lib/chat/server/client/session.ts";
import { dispatch } from "../../lib/chat/server/dispatch.ts";
import type { ChatState } from "../../lib/chat/server/state.ts";
import { chatStage } from "./chat_stage.ts";

/** Capabilities of the clients, unless a test has others. */
const DEFAULT_CAPS = "labeled-response message-tags batch draft/message-redaction draft/read-marker";

/** A client without a socket that is registered. */
export interface RegisteredClient {
  /** Its session. */
  readonly session: Session;
  /** All that was sent to it. */
  readonly sent: string[];
  /** Sends a line. */
  readonly say: (line: string) => void;
}

/** A server without sockets, whose clients are registered. */
export interface RegisteredStage {
  /** Its state. */
  readonly state: ChatState;
  /** Registers a client, logged in to an account. */
  readonly come: (nick: string, account?: string) => RegisteredClient;
}

/** Creates a server without sockets whose clients register with these capabilities. */
export function registeredStage(caps: string = DEFAULT_CAPS, history?: History): RegisteredStage {
  const stage = chatStage({ replay: 5 }, history);
  return {
    state: stage.state,
    come(nick, account) {
      const sent: string[] = [];
      const { session } = stage.come();
      const { sendQueue } = session;
      const add = sendQueue.add.bind(sendQueue);
      sendQueue.add = (bytes) => (sent.push(new TextDecoder().decode(bytes)), add(bytes));
      const say = (line: string) => dispatch(stage.state, session, readClientLine(line));
      for (const line of [`CAP REQ :${caps}`, "CAP END", `NICK ${nick}`, "USER u 0 * :r"]) say(line);
      session.account = account;
      return { session, sent, say };
    },
  };
}
