import { arrived, redraw, showAt } from "./view/log.ts";
import { settle } from "./outbox.ts";
import { ANSWER_LINES, requests } from "./requests.ts";
import { type Line, type Room, state } from "./room.ts";
import { recount } from "./unread/marks.ts";

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
  } else {
    for (const line of lines ?? []) where.append(line, false);
    if (whole) where.live = true;
  }
  arrived(where);
}

/** Shows a piece of the past in place of what is held. */
function around(where: Room, lines: readonly Line[], id: string | undefined): void {
  const found = lines.find((line) => line.id === id);
  if (!found) return;
  where.reset();
  for (const line of lines) where.append(line, false);
  where.live = false;
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
  recount(where);
  if (where === state.current) redraw();
  else arrived(where);
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
