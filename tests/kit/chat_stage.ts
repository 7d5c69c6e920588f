import { readClientLine } from "../../lib/chat/codec/client_line.ts";
import type { History } from "../../lib/chat/history/history.ts";
import { MemoryHistory } from "../../lib/chat/history/memory_history.ts";
import { type ClientInfo, Session } from "../../lib/chat/server/client/session.ts";
import { dispatch } from "../../lib/chat/server/dispatch.ts";
import { CHAT_LIMITS, type ChatLimits } from "../../lib/chat/server/options.ts";
import { CommitQueue } from "../../lib/chat/server/send/commit_queue.ts";
import { SendQueue } from "../../lib/chat/server/send/send_queue.ts";
import { Presences } from "../../lib/chat/server/presence/presences.ts";
import type { ServerInfo } from "../../lib/chat/server/server_info.ts";
import { ChatState } from "../../lib/chat/server/state.ts";
import { LoginLimit, type Transport } from "../../lib/core/mod.ts";

const UNCONNECTED: Transport = {
  read: () => Promise.resolve(null),
  write: (bytes) => Promise.resolve(bytes.length),
  closeWrite: () => Promise.resolve(),
  close: () => {},
};

/** A client of a {@link ChatStage}. */
export interface StagedClient {
  /** Its session. */
  readonly session: Session;
  /** Returns what was sent to it since the last call. */
  heard(): string;
  /** Sends a line, and waits until it is handled. */
  say(line: string): Promise<void>;
}

/** A chat server without sockets. */
export interface ChatStage {
  /** State of the server. */
  readonly state: ChatState;
  /** Adds a client that is connected from an address, without TLS unless `info` says otherwise. */
  come(info?: Partial<ClientInfo>): StagedClient;
}

/** Creates a chat server without sockets, over memory unless a history is given. */
export function chatStage(
  info: Partial<ServerInfo> = {},
  history: History = new MemoryHistory(),
  limits: Partial<ChatLimits> = {},
): ChatStage {
  const commits = new CommitQueue(history, { paused() {}, failed() {} });
  // Nothing is sent by itself: the test reads the queues.
  commits.schedule = () => {};
  const state = new ChatState(
    {
      ...{ name: "s.test", network: "Test", version: "toucan", replay: 0, operators: new Map() },
      ...{ operatorAccounts: new Set<string>(), logins: new LoginLimit(), ...info },
    },
    { ...CHAT_LIMITS, ...limits },
    history,
    commits,
  );
  state.presences = new Presences(state);
  return {
    state,
    come(facts = {}) {
      let sent = "";
      const queue = new SendQueue(UNCONNECTED, commits, 1e9, () => {});
      queue.add = (bytes) => void (sent += new TextDecoder().decode(bytes));
      const known = { host: "h", peer: "h:1", secure: false, local: true, framing: 0, server: "s.test" };
      const session = new Session({ ...known, ...facts }, queue);
      state.sessions.add(session);
      return {
        session,
        heard: () => [sent, sent = ""][0] ?? "",
        async say(line) {
          dispatch(state, session, readClientLine(line));
          await session.busy;
        },
      };
    },
  };
}
