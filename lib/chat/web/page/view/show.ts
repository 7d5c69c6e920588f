import { foldName } from "../../../codec/names.ts";
import { drawAnswering } from "../menus/answering.ts";
import { follow, redraw } from "./log.ts";
import { type Room, rooms, state } from "../room.ts";
import { connection, remember } from "../session.ts";
import { changed, panels } from "./sidebars.ts";

/** Shows a room, or none. */
export function show(where: Room | undefined): void {
  for (const line of state.current?.lines ?? []) line.first = false;
  state.current = where;
  if (where) {
    where.unread = 0;
    where.mentioned = false;
  }
  panels();
  drawAnswering();
  redraw();
  if (where && !where.live) follow();
  changed("rooms", where);
  changed("people", where);
  if (connection.up) remember();
}

/** Forgets a room. */
export function forget(where: Room): void {
  rooms.delete(foldName(where.name));
  remember();
  if (where === state.current) show(rooms.values().next().value);
  changed("rooms", where);
}
