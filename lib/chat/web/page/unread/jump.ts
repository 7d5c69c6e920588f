import type { Line, Room } from "../room.ts";
import { ask } from "../requests.ts";
import { showAt } from "../view/log.ts";
import { show } from "../view/show.ts";
import { note } from "../messages.ts";

/** Shows a line in its room: one that is not held is asked for, with what was said around it. */
export function jump(where: Room, line: Line): void {
  show(where);
  const held = where.lines.find((one) => one === line || (line.id !== undefined && one.id === line.id));
  if (held?.place !== undefined) return showAt(held.place);
  if (line.id === undefined || !where.inside) return note(where, "That message is not here any more");
  ask(where, "AROUND", line.id);
}

/** Shows the first unread line of a room. */
export function jumpToFirst(where: Room | undefined): void {
  const place = where?.firstUnread?.place;
  if (place !== undefined) showAt(place);
}
