import { foldName } from "../../../codec/names.ts";
import { KeptMap } from "../kept/storage.ts";
import { type Line, type Room, rooms, state } from "../room.ts";
import { connection } from "../session.ts";
import { changed } from "../view/sidebars.ts";
import { isChannel } from "../wire.ts";
import { addMention, forgetMentions } from "./mentions.ts";
import { notify } from "./notices.ts";

/** Milliseconds after which a read marker is sent: not one for each line. */
const SEND_AFTER_MS = 1500;

/** Times of the last lines that were read: for users without an account, whose markers the server does not keep. */
const times = new KeptMap("chat-read", (value): value is number => Number.isSafeInteger(value));
const unsent = new Set<Room>();
let timer: number | undefined;

/** Returns whether the user sees what is said in a room. */
export function isWatched(where: Room): boolean {
  return where === state.current && state.following && !document.hidden;
}

/** Returns whether a line is for the user: a mention, or a private message. */
function isForMe(where: Room, line: Line): boolean {
  return line.forMe === true || (!isChannel(where.name) && line.kind !== "note");
}

/** Counts a line that was said now: as read if the user sees it, as unread otherwise. */
export function countLine(where: Room, line: Line): void {
  if (line.own || isWatched(where)) return markUpTo(where, line.time.getTime());
  if (where.unread++ === 0) setFirst(where, line);
  if (isForMe(where, line)) {
    where.mentions++;
    addMention(where, line);
    notify(where, line);
  }
  changed("rooms", where);
}

/** Marks a room as read. */
export function markRead(where: Room): void {
  const last = where.live ? where.lines.at(-1)?.time.getTime() : Date.now();
  if (last !== undefined) markUpTo(where, last);
  if (where.unread === 0 && where.mentions === 0) return;
  where.unread = where.mentions = 0;
  forgetMentions(where);
  changed("rooms", where);
}

/** Marks all rooms as read. */
export function markAllRead(): void {
  for (const where of rooms.values()) {
    markRead(where);
    if (where !== state.current) setFirst(where, undefined);
  }
}

/** Takes the read marker of the server (IRCv3 read-marker), which another client of the account may have set. */
export function markerCame(where: Room, time: number): void {
  if (time <= where.read) return;
  where.read = time;
  if (where.held === undefined) recount(where);
}

/** Returns the marker of a room that this browser has kept. */
export function keptMarker(where: Room): number {
  return times.get(foldName(where.name)) ?? 0;
}

/** Counts what came behind the marker, as far as it is held: when the past has come, and when the marker has changed. */
export function recount(where: Room): void {
  if (where.read === 0) return;
  const unread = where.lines.filter((line) => !line.own && line.nick !== undefined && line.time.getTime() > where.read);
  setFirst(where, unread[0]);
  if (isWatched(where)) return markRead(where);
  where.unread = unread.length;
  const mentions = unread.filter((line) => isForMe(where, line));
  where.mentions = mentions.length;
  forgetMentions(where);
  for (const line of mentions) addMention(where, line);
  changed("rooms", where);
}

/** Puts the line that divides what is new from the rest above a line, or nowhere. */
export function setFirst(where: Room, first: Line | undefined): void {
  for (const line of where.lines) line.first = false;
  if (first) first.first = true;
  where.firstUnread = first;
}

function markUpTo(where: Room, time: number): void {
  if (time <= where.read) return;
  where.read = time;
  unsent.add(where);
  timer ??= setTimeout(send, SEND_AFTER_MS);
}

function send(): void {
  timer = undefined;
  for (const where of unsent) {
    times.set(foldName(where.name), where.read);
    if (connection.up && connection.has("draft/read-marker")) {
      connection.send("MARKREAD", where.name, `timestamp=${new Date(where.read).toISOString()}`);
    }
  }
  unsent.clear();
}

addEventListener("pagehide", () => {
  for (const where of unsent) times.set(foldName(where.name), where.read);
  times.write();
});

/** Forgets the times of what was read. */
export function forgetMarks(): void {
  unsent.clear();
  times.clear();
}
