import { foldName, isChannel, isNick } from "../../../codec/names.ts";
import { readTimestampTag } from "../../../codec/values.ts";
import { MAX_MARKERS } from "../../../history/history_limits.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { printable } from "../../text.ts";
import type { ChatCommands } from "../command.ts";

/**
 * Read markers (IRCv3 read-marker): an account has them on all its connections, over restarts with the history, and at
 * all servers of a network.
 * Without an account they belong to one connection.
 */
export const READ_MARKER: ChatCommands = {
  MARKREAD: {
    shared: ([, mark], session) => mark !== undefined && session?.account !== undefined,
    run(state, session, { params: [target = "", mark] }) {
      if (target === "") return session.fail("MARKREAD", "NEED_MORE_PARAMS", "Missing parameters");
      if (!isChannel(target) && !isNick(target)) {
        return session.fail("MARKREAD", "INVALID_PARAMS", printable(target), "Invalid target");
      }
      const name = state.channel(target)?.name ?? state.find(target)?.nick ?? target;
      if (mark === undefined) return sendMarker(state, session, name);
      const time = readTimestampTag(mark);
      if (time === undefined) {
        return session.fail("MARKREAD", "INVALID_PARAMS", printable(target), printable(mark), "Invalid timestamp");
      }
      const before = markerOf(state, session, target) ?? -1;
      // The marker only increases, and not beyond the current time.
      const after = Math.min(time, state.now());
      if (after <= before) return sendMarker(state, session, name);
      if (!setMarker(state, session, foldName(target), after)) {
        return session.fail("MARKREAD", "INTERNAL_ERROR", printable(target), "The read timestamp could not be set");
      }
      sendMarker(state, session, name);
      if (session.account === undefined) return;
      for (const other of state.sessions.of(session.account)) {
        const elsewhere = !session.isAsker(other) && other.registered;
        if (elsewhere && other.has("draft/read-marker")) sendMarker(state, other, name);
      }
    },
  },
};

function markerOf(state: ChatState, { account, markers }: Session, target: string): number | undefined {
  const key = foldName(target);
  return account === undefined ? markers.get(key) : state.history.markers.get(foldName(account), key);
}

/** Sets a marker; returns false at the limit of markers, and when it cannot be written now. */
function setMarker(state: ChatState, { account, markers }: Session, key: string, time: number): boolean {
  if (account !== undefined) {
    let done = false;
    return state.writes(() => done = state.history.markers.set(foldName(account), key, time)) && done;
  }
  if (!markers.has(key) && markers.size >= MAX_MARKERS) return false;
  markers.set(key, time);
  return true;
}

/** Sends a client its read marker of a channel or nickname. */
export function sendMarker(state: ChatState, session: Session, target: string): void {
  const time = markerOf(state, session, target);
  session.say("MARKREAD", target, time === undefined ? "*" : `timestamp=${new Date(time).toISOString()}`);
}
