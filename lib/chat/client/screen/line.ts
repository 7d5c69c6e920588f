import { describeEvent, nickNumber } from "../terminal/describe.ts";
import type { ChatEvent } from "../events.ts";
import { formattedSpans } from "./text/formatted.ts";
import { safe } from "./text/graphemes.ts";
import { BOLD, DIM, nickColour, type Row, type Span } from "./text/span.ts";
import { wrapSpans } from "./text/wrap.ts";

/** Columns of the time before a line. */
const CLOCK_COLUMNS = 6;
/** Members above which only their number is shown. */
const MAX_NAMES = 100;

/** Line of a conversation. */
export interface Line {
  /** Time in milliseconds since 1970. */
  readonly time: number;
  /** Its parts, without the time. */
  readonly spans: readonly Span[];
  /** Id of the message. */
  readonly id?: string;
  /** Whether it names the own nickname, or was sent to it alone. */
  readonly mention: boolean;
  /** Whether it is a message. */
  readonly message: boolean;
  /** Whether it is a message of another user. */
  readonly said: boolean;
}

/** Returns a line with a note of this client. */
export function noteLine(text: string, problem = false, time = Date.now()): Line {
  const style = problem ? { colour: "31" } : { attributes: DIM };
  return { time, spans: [{ ...style, text: safe(text) }], mention: false, message: false, said: false };
}

/** Returns the line of an event; undefined for events that are not shown. `own` is the own nickname. */
export function eventLine(event: ChatEvent, own: string): Line | undefined {
  if (event.event !== "message") {
    const text = event.event === "names" && event.nicks.length > MAX_NAMES
      ? `      -- ${event.nicks.length} members of ${event.channel}`
      : describeEvent(event);
    const problem = event.event === "disconnected" || (event.event === "server" && event.problem);
    return text === undefined ? undefined : noteLine(text.slice(CLOCK_COLUMNS), problem, event.time);
  }
  const { nick, text, kind, time, id, target } = event;
  const direct = !/^[~&@%+!]*[#&+!]/.test(target);
  const mention = !event.own && (direct || mentions(text, own));
  const name: Span = { text: safe(nick), colour: nickColour(nickNumber(nick)), attributes: mention ? BOLD : undefined };
  const around = { action: ["* ", " "], notice: ["-", "- "], message: ["<", "> "] }[kind];
  const [before = "", after = ""] = around;
  const body = formattedSpans(text).map((span) => mention && !span.attributes ? { ...span, attributes: BOLD } : span);
  return {
    time,
    id,
    mention,
    message: true,
    said: !event.own,
    spans: [{ text: before }, name, { text: after }, ...body],
  };
}

/** Returns whether a text contains a nickname as a word. */
export function mentions(text: string, nick: string): boolean {
  const [folded, wanted] = [text.toLowerCase(), nick.toLowerCase()];
  if (wanted === "") return false;
  const inside = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_]/u.test(char);
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    if (!inside(folded[at - 1]) && !inside(folded[at + wanted.length])) return true;
  }
  return false;
}

const wrapped = new WeakMap<Line, { readonly width: number; readonly rows: readonly Row[] }>();

/** Returns the rows of a line on a terminal, its time first. */
export function lineRows(line: Line, width: number): readonly Row[] {
  const known = wrapped.get(line);
  if (known?.width === width) return known.rows;
  const rows = wrapSpans([{ text: `${clock(line.time)} `, attributes: DIM }, ...line.spans], width, CLOCK_COLUMNS);
  wrapped.set(line, { width, rows });
  return rows;
}

/** Returns hours and minutes in the local time zone. */
function clock(time: number): string {
  const at = new Date(time);
  return `${at.getHours()}`.padStart(2, "0") + ":" + `${at.getMinutes()}`.padStart(2, "0");
}
