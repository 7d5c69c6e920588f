import { note } from "./messages.ts";
import { arrived, redraw, showAt } from "./view/log.ts";
import { settle } from "./outbox.ts";
import { ANSWER_LINES, ask, requests } from "./requests.ts";
import { type Line, type Room, state } from "./room.ts";
import { recount } from "./unread/marks.ts";

/** Messages that a room has at least, however many joins and quits are among them, if that takes no more than a number of lines. */
const [MIN_MESSAGES, MAX_EVENTS] = [30, 1000];

/** Rooms for which earlier parts are requested until they have these messages. */
const filling = new Set<Room>();

/** Takes the answer to the oldest request for the past; nothing when the server has refused it. */
export function answered(lines: readonly Line[] | undefined): void {
  const request = requests.shift();
  if (!request || request.stale) return;
  const { where, kind, id } = request;
  const whole = lines !== undefined && lines.length < ANSWER_LINES;
  if (kind === "LATEST") return latest(where, lines ?? [], lines !== undefined, whole);
  if (kind === "AROUND") return around(where, lines ?? [], id);
  if (kind === "BEFORE") {
    where.more = lines !== undefined && !whole;
    if (lines) where.prepend(lines);
    if (filling.has(where)) fill(where);
  } else {
    for (const line of lines ?? []) where.append(line, false);
    if (whole) where.live = true;
  }
  arrived(where);
}

/** Shows a piece of the past in place of what is held. */
function around(where: Room, lines: readonly Line[], id: string | undefined): void {
  const found = lines.find((line) => line.id === id);
  if (!found) return note(where, "The message is not in the history any more", undefined, true);
  filling.delete(where);
  where.reset();
  for (const line of lines) where.append(line, false);
  where.live = false;
  where.more = true;
  if (where === state.current && found.place !== undefined) showAt(found.place);
}

function latest(where: Room, lines: readonly Line[], given: boolean, whole: boolean): void {
  const known = lines.some(({ id }) => id !== undefined && where.ids.has(id));
  if (given && !known && !whole && where.newest) {
    // More was said meanwhile than one answer has. A reader further up goes on from there; otherwise the room starts again.
    if (where === state.current && !state.following) where.live = false;
    else where.reset();
  } else if (!where.newest) where.more = !whole;
  settle(where, lines.filter(({ id }) => id === undefined || !where.ids.has(id)));
  if (where.live) { for (const line of inOrder(lines, where.held ?? [])) where.append(line, false); }
  where.held = undefined;
  fill(where);
  if (where === state.current) redraw();
  else arrived(where);
}

/** Requests what is before the lines of a room while they have few messages, then counts the unread ones. */
function fill(where: Room): void {
  const messages = where.lines.filter(({ nick }) => nick !== undefined).length;
  const enough = messages >= MIN_MESSAGES || where.lines.length >= MAX_EVENTS;
  if (!enough && where.live && where.more && ask(where, "BEFORE")) return void filling.add(where);
  filling.delete(where);
  recount(where);
}

/**
 * Returns the last lines of the past, and what was said before they came, in the order of the server: those last lines are the end of
 * all, so that what they do not have is older.
 */
function inOrder(lines: readonly Line[], held: readonly Line[]): Line[] {
  const ids = new Set(lines.map(({ id }) => id));
  const whole = held.every(({ id }) => !id || ids.has(id));
  return whole ? [...lines, ...held] : [...held, ...lines];
}
