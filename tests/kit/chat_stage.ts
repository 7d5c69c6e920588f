import type { Transport } from "../../lib/core/mod.ts";
import { LoginLimit } from "../../lib/core/mod.ts";
import { readClientLine } from "../../lib/chat/codec/client_line.ts";
import type { History } from "../../lib/chat/history/history.ts";
import { MemoryHistory } from "../../lib/chat/history/memory_history.ts";
import { Session } from "../../lib/chat/server/client/session.ts";
import { dispatch } from "../../lib/chat/server/dispatch.ts";
import { CHAT_LIMITS } from "../../lib/chat/server/options.ts";
import { CommitQueue } from "../../lib/chat/server/send/commit_queue.ts";
import { SendQueue } from "../../lib/chat/server/send/send_queue.ts";
import { ChatState } from "../../lib/chat/server/state.ts";

/** Capabilities of the clients, unless a test has others. */
const DEFAULT_CAPS = "labeled-response message-tags batch draft/message-redaction draft/read-marker";

/** A client without a socket. */
export interface StageClient {
  /** Its session. */
  readonly session: Session;
  /** All that was sent to it. */
  readonly sent: string[];
  /** Sends a line. */
  readonly say: (line: string) => void;
}

/** A server without sockets. */
export interface ChatStage {
  /** Its state. */
  readonly state: ChatState;
  /** Registers a client, logged in to an account. */
  readonly come: (nick: string, account?: string) => StageClient;
}

/** Creates a server without sockets: two sessions, and all messages sent to them. */
export function chatStage(caps: string = DEFAULT_CAPS, history: History = new MemoryHistory()): ChatStage {
  const commits = new CommitQueue(history, { paused() {}, failed() {} });
  // Nothing is sent automatically: the test reads the queues.
  commits.schedule = () => {};
  const facts = {
    name: "s.test",
    network: "Test",
    version: "toucan",
    replay: 5,
    operators: new Map(),
    operatorAccounts: new Set<string>(),
    logins: new LoginLimit(),
  };
  const state = new ChatState(facts, CHAT_LIMITS, history, commits);
  const come = (nick: string, account?: string) => {
    const sent: string[] = [];
    const transport: Transport = {
      read: () => Promise.resolve(null),
      write: (bytes) => Promise.resolve(bytes.length),
      closeWrite: () => Promise.resolve(),
      close: () => {},
    };
    const outbox = new SendQueue(transport, commits, 1e9, () => {});
    const add = outbox.add.bind(outbox);
    outbox.add = (bytes) => (sent.push(new TextDecoder().decode(bytes)), add(bytes));
    const facts = { host: "h", peer: "h:1", secure: false, local: true, framing: 0, server: "s.test" };
    const session = new Session(facts, outbox);
    state.sessions.add(session);
    const say = (line: string) => dispatch(state, session, readClientLine(line));
    for (
      const line of [
        `CAP REQ :${caps}`,
        "CAP END",
        `NICK ${nick}`,
        "USER u 0 * :r",
      ]
    ) {
      say(line);
    }
    session.account = account;
    return { session, sent, say };
  };
  return { state, come };
}
