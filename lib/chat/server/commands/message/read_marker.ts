import { foldName, isChannel, isNick } from "../../../codec/names.ts";
import { readTimestampTag } from "../../../codec/values.ts";
import type { Session } from "../../client/session.ts";
import { printable } from "../../text.ts";
import type { ChatCommands } from "../command.ts";

/** Limit of read markers of a client. */
const MAX_MARKERS = 500;

/** Read markers (IRCv3 read-marker). Without accounts they belong to one connection; no other client sees them. */
export const READ_MARKER: ChatCommands = {
  MARKREAD: {
    run(state, session, { params: [target = "", mark] }) {
      if (target === "") return session.fail("MARKREAD", "NEED_MORE_PARAMS", "Missing parameters");
      if (!isChannel(target) && !isNick(target)) {
        return session.fail("MARKREAD", "INVALID_PARAMS", printable(target), "Invalid target");
      }
      const key = foldName(target);
      if (mark !== undefined) {
        const time = readTimestampTag(mark);
        if (time === undefined) {
          return session.fail("MARKREAD", "INVALID_PARAMS", printable(target), printable(mark), "Invalid timestamp");
        }
        if (!session.markers.has(key) && session.markers.size >= MAX_MARKERS) {
          return session.fail("MARKREAD", "INTERNAL_ERROR", printable(target), "The read timestamp could not be set");
        }
        // The marker only increases, and not beyond the current time.
        session.markers.set(key, Math.max(session.markers.get(key) ?? 0, Math.min(time, Date.now())));
      }
      sendMarker(session, state.channel(target)?.name ?? state.find(target)?.nick ?? target);
    },
  },
};

/** Sends a client its read marker of a channel or nickname. */
export function sendMarker(session: Session, target: string): void {
  const time = session.markers.get(foldName(target));
  session.say("MARKREAD", target, time === undefined ? "*" : `timestamp=${new Date(time).toISOString()}`);
}
