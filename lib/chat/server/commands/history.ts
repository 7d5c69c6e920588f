import { isCtcp, readAction } from "../../codec/ctcp.ts";
import { ircLine, LINE_BYTES, parseIrcMessage, utf8Length } from "../../codec/message.ts";
import { nickOf } from "../../codec/names.ts";
import type { HistoryEntry, HistoryRange, Spot } from "../../history/history.ts";
import type { Channel } from "../channel.ts";
import { Parcel } from "../parcel.ts";
import type { Session } from "../session.ts";
import type { ChatState } from "../state.ts";
import { cutText, printable } from "../text.ts";
import { BOUNDS } from "./bounds.ts";
import type { ChatCommands } from "./command.ts";

/** What was said before (IRCv3 chathistory). Private messages are not kept: a nick proves nobody. */
export const HISTORY: ChatCommands = {
  CHATHISTORY: {
    needs: 1,
    cost: 2,
    run(state, session, { params: [word = "", target = "", ...rest] }) {
      const sub = word.toUpperCase();
      const fail = (code: string, ...params: string[]) => session.fail("CHATHISTORY", code, printable(sub), ...params);
      const shape = SHAPES[sub];
      if (!shape) return fail("INVALID_PARAMS", "There is no such subcommand");
      if (rest.length < shape.references + 1) return fail("NEED_MORE_PARAMS", "There are parameters missing");
      const channel = state.channel(target);
      if (!channel?.members.has(session)) {
        return fail("INVALID_TARGET", printable(target), "Only the history of channels that you are in");
      }
      const limit = Number(rest[shape.references]);
      if (!Number.isInteger(limit) || limit < 1) return fail("INVALID_PARAMS", "The limit is no number above 0");
      const range = { channel: channel.key, only: channel.incarnation, limit: Math.min(limit, BOUNDS.history) };
      try {
        const marks = rest.slice(0, shape.references).map((text) => readMark(state, channel, text));
        const known = marks.filter((mark) => mark !== undefined);
        if (known.length < marks.length) {
          return fail("INVALID_MSGREFTYPE", "Give msgid=… of a message that is kept, or timestamp=…");
        }
        const found = shape.find((more) => state.history.find({ ...range, ...more }), known, range);
        sendBatch(state, session, channel, found);
      } catch {
        fail("MESSAGE_ERROR", channel.name, "The history cannot be read");
      }
    },
  },
};

/** A place in the history: a line, or a moment. */
type Mark = Spot | Pick<Spot, "time"> | "*";

interface Shape {
  /** How many references it takes. */
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
      const earlier = find({ ...before(mark), limit: Math.max(1, Math.floor(limit / 2)) });
      const rest = limit - earlier.length;
      return rest > 0 ? [...earlier, ...find({ ...from(mark), first: true, limit: rest })] : earlier;
    },
  },
};

function behind(mark: Mark): Partial<HistoryRange> {
  return mark === "*" ? {} : "place" in mark ? { behind: mark.place } : { later: mark.time };
}

function from(mark: Mark): Partial<HistoryRange> {
  return mark === "*" ? {} : "place" in mark ? { behind: mark.place - 1 } : { later: mark.time - 1 };
}

function before(mark: Mark): Partial<HistoryRange> {
  return mark === "*" ? {} : "place" in mark ? { before: mark.place } : { earlier: mark.time };
}

function isBefore(one: Mark, other: Mark): boolean {
  if (one === "*" || other === "*") return other === "*";
  return "place" in one && "place" in other ? one.place <= other.place : one.time <= other.time;
}

function readMark(state: ChatState, channel: Channel, text: string): Mark | undefined {
  if (text === "*") return "*";
  const [, kind, value = ""] = /^(msgid|timestamp)=(.+)$/.exec(text) ?? [];
  if (kind === "timestamp") {
    const time = Date.parse(value);
    return Number.isNaN(time) ? undefined : { time };
  }
  return kind === "msgid" ? state.history.locate(channel.key, value) : undefined;
}

function sendBatch(state: ChatState, session: Session, channel: Channel, entries: readonly HistoryEntry[]): void {
  const { name } = state.facts;
  const own = session.has("batch") ? { batch: `H${crypto.randomUUID().slice(0, 8)}` } : undefined;
  if (own) session.say("BATCH", `+${own.batch}`, "chathistory", channel.name);
  for (const { line, time, id, tags } of entries) session.send(new Parcel(line, { time, id, client: tags, own }));
  if (own) session.send(new Parcel(ircLine(name, "BATCH", `-${own.batch}`)));
}

/** Gives somebody who has just joined the last lines, unless they can ask for themselves. */
export function replay(state: ChatState, session: Session, channel: Channel): void {
  if (session.has("draft/chathistory") || state.facts.replay === 0) return;
  let entries: readonly HistoryEntry[];
  try {
    entries = state.history.find({ channel: channel.key, only: channel.incarnation, limit: state.facts.replay });
  } catch {
    return;
  }
  if (entries.length === 0) return;
  if (session.has("server-time")) return sendBatch(state, session, channel, entries);
  for (const { line, time } of entries) {
    const dated = withTime(line, time);
    if (dated !== undefined) session.send(new Parcel(dated));
  }
}

/** A line for those who do not see when it was said: with the time in front of the text, as far as there is room. */
function withTime(line: string, time: number): string | undefined {
  const message = parseIrcMessage(line);
  if (typeof message === "string" || message.source === undefined) return undefined;
  const { source, command, params: [target = "", text = ""] } = message;
  const clock = new Date(time).toISOString().slice(11, 16);
  // What is for a program would be nothing with something in front.
  const action = readAction(text);
  if (action === undefined && isCtcp(text)) return undefined;
  const said = action === undefined ? text : `* ${nickOf(source)} ${action}`;
  const room = LINE_BYTES - 2 - utf8Length(ircLine(source, command, target, " ")) - clock.length;
  return ircLine(source, command, target, `[${clock}] ${cutText(said, room)}`);
}
