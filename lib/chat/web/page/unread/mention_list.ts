import type { Line, Room } from "../room.ts";

/** Maximum number of mentions in the list. */
const MAX_MENTIONS = 200;

/** A line that mentions the user, or a private message. */
export interface Mention {
  /** Its room. */
  readonly where: Room;
  /** The line. */
  readonly line: Line;
  /** Whether it was read. */
  read: boolean;
}

/** The mentions in all rooms, and what is called when they have changed. */
export const mentionList: {
  /** The mentions; the last one is the newest. */
  all: Mention[];
  /** Called after each change. */
  changed: () => void;
} = { all: [], changed: () => {} };

/** Adds a mention to the list. */
export function addMention(where: Room, line: Line): void {
  const { all } = mentionList;
  if (line.id !== undefined && all.some((one) => one.line.id === line.id)) return;
  all.push({ where, line, read: false });
  if (all.length > MAX_MENTIONS) all.shift();
  mentionList.changed();
}

/** Marks those of a room as read; they stay in the list. */
export function readMentions(where: Room): void {
  for (const one of mentionList.all) if (one.where === where) one.read = true;
  mentionList.changed();
}

/** Removes those of a room that the user has left. */
export function removeMentions(where: Room): void {
  mentionList.all = mentionList.all.filter((one) => one.where !== where);
  mentionList.changed();
}
