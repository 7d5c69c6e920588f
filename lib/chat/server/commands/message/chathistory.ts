import { ircLine } from "../../../codec/message.ts";
import { readCount, readTimestampTag } from "../../../codec/values.ts";
import type { HistoryEntry, HistoryPosition, HistoryRange, PositionRange } from "../../../history/history.ts";
import { EncodedMessage } from "../../send/encoded_message.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { printable } from "../../text.ts";
import { COMMAND_LIMITS } from "../command_limits.ts";
import type { ChatCommands } from "../command.ts";
import { inBatch, sendEntries } from "./history_batch.ts";
import { type HistoryPlace, placeOf, placesOf } from "./history_place.ts";

/** History of channels, and of the private conversations of an account (IRCv3 chathistory). */
export const HISTORY: ChatCommands = {
  CHATHISTORY: {
    needs: 1,
    cost: 2,
    run(state, session, { params: [subcommand = "", target = "", ...rest] }) {
      const sub = subcommand.toUpperCase();
      const fail = (code: string, ...params: string[]) => session.fail("CHATHISTORY", code, printable(sub), ...params);
      if (sub === "TARGETS") return sendTargets(state, session, [target, ...rest], fail);
      const shape = SHAPES[sub];
      if (!shape) return fail("INVALID_PARAMS", "Unknown command");
      if (rest.length < shape.references + 1) return fail("INVALID_PARAMS", "Insufficient parameters");
      if (rest.length > shape.references + 1) return fail("INVALID_PARAMS", "Too many parameters");
      const place = placeOf(state, session, target);
      if (!place) {
        return fail("INVALID_TARGET", printable(target), "Messages could not be retrieved");
      }
      const limit = readCount(rest[shape.references]);
      if (!limit) return fail("INVALID_PARAMS", "Invalid limit");
      const events = session.has("draft/event-playback");
      const range = {
        ...{ channel: place.key, only: place.only, events },
        limit: Math.min(limit, COMMAND_LIMITS.history),
      };
      try {
        const known: Mark[] = [];
        for (const text of rest.slice(0, shape.references)) {
          const mark = text === "*" && sub === "LATEST" ? text : readMark(state, place, text);
          if (mark === undefined) return refuseMark(text, place, fail);
          known.push(mark);
        }
        const found = shape.find((more) => state.history.find({ ...range, ...more }), known, range);
        sendEntries(state, session, ["chathistory", place.name], found);
      } catch {
        fail("MESSAGE_ERROR", place.name, "Messages could not be retrieved");
      }
    },
  },
};

/** Position in the history: a line, the lines of one time, or a time without lines. */
type Mark = (PositionRange & Pick<HistoryPosition, "time">) | Pick<HistoryPosition, "time"> | "*";

interface Shape {
  /** Number of message references. */
  readonly references: number;
  readonly find: (
    find: (more: Partial<HistoryRange>) => readonly HistoryEntry[],
    marks: readonly Mark[],
    range: { readonly limit: number },
  ) => readonly HistoryEntry[];
}

const SHAPES: Readonly<Record<string, Shape>> = {
  LATEST: { references: 1, find: (find, [mark = "*"]) => find(behind(mark)) },
  BEFORE: { references: 1, find: (find, [mark = "*"]) => find(before(mark)) },
  AFTER: { references: 1, find: (find, [mark = "*"]) => find({ ...behind(mark), first: true }) },
  BETWEEN: {
    references: 2,
    find: (find, [one = "*", other = "*"]) => {
      const forward = isBefore(one, other);
      const [from, to] = forward ? [one, other] : [other, one];
      return find({ ...behind(from), ...before(to), first: forward });
    },
  },
  AROUND: {
    references: 1,
    find: (find, [mark = "*"], { limit }) => {
      // With an odd limit the referenced message is in the middle.
      const half = Math.floor(limit / 2);
      const earlier = half > 0 ? find({ ...before(mark), limit: half }) : [];
      const rest = limit - earlier.length;
      return rest > 0 ? [...earlier, ...find({ ...from(mark), first: true, limit: rest })] : earlier;
    },
  },
};

function behind(mark: Mark): Partial<HistoryRange> {
  return mark === "*" ? {} : "last" in mark ? { behind: mark.last } : { later: mark.time };
}

function from(mark: Mark): Partial<HistoryRange> {
  return mark === "*" ? {} : "first" in mark ? { behind: mark.first - 1 } : { later: mark.time - 1 };
}

function before(mark: Mark): Partial<HistoryRange> {
  return mark === "*" ? {} : "first" in mark ? { before: mark.first } : { earlier: mark.time };
}

function isBefore(one: Mark, other: Mark): boolean {
  if (one === "*" || other === "*") return other === "*";
  return "first" in one && "first" in other ? one.first <= other.first : one.time <= other.time;
}

function readTime(text: string): number {
  return readTimestampTag(text) ?? NaN;
}

function readMark(state: ChatState, { key }: HistoryPlace, text: string): Mark | undefined {
  const [, kind, value = ""] = /^(msgid|timestamp)=(.+)$/.exec(text) ?? [];
  if (kind === "timestamp") {
    const time = readTime(text);
    return Number.isNaN(time) ? undefined : { time, ...state.history.locateTime(key, time) };
  }
  const spot = kind === "msgid" ? state.history.locate(key, value) : undefined;
  return spot && { time: spot.time, first: spot.place, last: spot.place };
}

/**
 * Sends the error for an invalid reference: an unknown type, an invalid time, or a message that is not in the history.
 */
function refuseMark(text: string, { name }: HistoryPlace, fail: (code: string, ...params: string[]) => void): void {
  const shown = printable(text);
  if (text.startsWith("timestamp=")) return fail("INVALID_PARAMS", shown, "Invalid timestamp");
  if (text.startsWith("msgid=")) return fail("MESSAGE_ERROR", name, shown, "Messages could not be retrieved");
  fail("INVALID_MSGREFTYPE", name, shown, "Unknown message reference type");
}

/** Sends the client's channels and private conversations with messages between two times, and the time of the last message of each. */
function sendTargets(
  state: ChatState,
  session: Session,
  [one = "", other = "", count]: readonly string[],
  fail: (code: string, ...params: string[]) => void,
): void {
  if (count === undefined) return fail("INVALID_PARAMS", "Insufficient parameters");
  const [start, end] = [readTime(one), readTime(other)];
  const [from, to] = [Math.min(start, end), Math.max(start, end)];
  const limit = readCount(count);
  if (Number.isNaN(from + to)) return fail("INVALID_PARAMS", "Invalid timestamp");
  if (!limit) return fail("INVALID_PARAMS", "Invalid limit");
  try {
    const said = placesOf(state, session).flatMap(({ key, name, only }) => {
      const [last] = state.history.find({ channel: key, only, limit: 1 });
      return last && last.time > from && last.time < to ? [{ name, time: last.time }] : [];
    });
    said.sort((a, b) => a.time - b.time);
    // The limit counts from the first of the two times.
    const maxTargets = Math.min(limit, COMMAND_LIMITS.history);
    const found = start <= end ? said.slice(0, maxTargets) : said.slice(-maxTargets);
    inBatch(
      state,
      session,
      ["draft/chathistory-targets"],
      (own) =>
        found.map(({ name, time }) =>
          new EncodedMessage(ircLine(state.info.name, "CHATHISTORY", "TARGETS", name, new Date(time).toISOString()), {
            own,
          })
        ),
    );
  } catch {
    fail("MESSAGE_ERROR", "*", "Messages could not be retrieved");
  }
}
