import { talkKey } from "../../../history/codec/talk_key.ts";
import { foldName } from "../../../codec/names.ts";
import type { HistoryEntry, HistoryRange } from "../../../history/history.ts";
import type { Channel } from "../../channel/channel.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { sendLines } from "./history_batch.ts";

/** Limit of lines of one channel or private conversation. */
const MAX_LINES = 100;
/** Limit of private conversations. */
const MAX_TALKS = 20;

/** Sends the lines of a channel since a time, the last ones, to a client that cannot request them itself. */
export function replayMissed(state: ChatState, session: Session, channel: Channel, since: number): void {
  if (session.has("draft/chathistory")) return;
  const entries = find(state, { channel: channel.key, only: channel.incarnation }, since);
  sendLines(state, session, channel.name, entries);
}

/** Sends the private messages since a time to a client that cannot request them itself. */
export function replayMissedTalks(state: ChatState, session: Session, since: number): void {
  const { account } = session;
  if (account === undefined || session.has("draft/chathistory")) return;
  const nicks = new Map([...state.nicks.values()].map((other) => [foldName(other.account ?? ""), other.nick]));
  for (const other of talksOf(state, account)) {
    const entries = find(state, { channel: talkKey(account, other), only: "" }, since);
    sendLines(state, session, nicks.get(other) ?? other, entries);
  }
}

function talksOf(state: ChatState, account: string): readonly string[] {
  try {
    return state.history.talks(foldName(account), MAX_TALKS);
  } catch {
    return [];
  }
}

function find(
  state: ChatState,
  place: Pick<HistoryRange, "channel" | "only">,
  since: number,
): readonly HistoryEntry[] {
  try {
    // The bound is exclusive.
    return state.history.find({ ...place, later: since - 1, limit: MAX_LINES });
  } catch {
    return [];
  }
}
