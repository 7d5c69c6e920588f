import { foldName } from "../../../codec/names.ts";
import { follow, redraw } from "./log.ts";
import { type Room, rooms, state } from "../room.ts";
import { connection, remember } from "../session.ts";
import { changed, panels } from "./sidebars.ts";
import { keepDraft, showDraft } from "../kept/drafts.ts";
import { markRead, setFirst } from "../unread/marks.ts";
import { removeMentions } from "../unread/mentions.ts";

/** Shows a room, or none. */
export function show(where: Room | undefined): void {
  const before = state.current;
  if (before !== where) {
    if (before) setFirst(before, undefined);
    keepDraft(before);
    showDraft(where);
  }
  state.current = where;
  if (where && !document.hidden) markRead(where);
  panels();
  redraw();
  if (where && !where.live) follow();
  changed("rooms", where);
  changed("people", where);
  if (connection.up) remember();
}

/** Forgets a room. */
export function forget(where: Room): void {
  rooms.delete(foldName(where.name));
  removeMentions(where);
  remember();
  if (where === state.current) show(rooms.values().next().value);
  changed("rooms", where);
}
