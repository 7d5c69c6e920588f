import { byId, element } from "../view/dom.ts";
import { hue } from "../view/hue.ts";
import type { Line, Room } from "../room.ts";
import { plain } from "../text.ts";
import { jump } from "./jump.ts";

/** Maximum number of mentions in the list. */
const MAX_MENTIONS = 200;
/** Maximum length of the text of one in the list. */
const MAX_LENGTH = 200;

/** A line that mentions the user, or a private message. */
interface Mention {
  readonly where: Room;
  readonly line: Line;
  /** Whether it was read. */
  read: boolean;
}

let mentions: Mention[] = [];

/** Adds a mention to the list. */
export function addMention(where: Room, line: Line): void {
  if (line.id !== undefined && mentions.some((one) => one.line.id === line.id)) return;
  mentions.push({ where, line, read: false });
  if (mentions.length > MAX_MENTIONS) mentions.shift();
  drawMentions();
}

/** Marks those of a room as read; they stay in the list. */
export function forgetMentions(where: Room): void {
  for (const one of mentions) if (one.where === where) one.read = true;
  drawMentions();
}

/** Removes those of a room that the user has left. */
export function removeMentions(where: Room): void {
  mentions = mentions.filter((one) => one.where !== where);
  drawMentions();
}

/** Opens the list of the mentions in all rooms, or closes it. */
export function toggleMentions(open: boolean = byId("mentions").hidden === true): void {
  byId("mentions").hidden = !open;
  byId("show-mentions").setAttribute("aria-expanded", `${open}`);
  drawMentions();
  if (open) byId("mention-list").querySelector("button")?.focus();
}

function drawMentions(): void {
  if (byId("mentions").hidden) return;
  const items = mentions.toReversed().map(itemOf);
  byId("mention-list").replaceChildren(...items);
  byId("no-mentions").hidden = items.length > 0;
}

function itemOf({ where, line, read }: Mention): HTMLElement {
  const { nick = "", time } = line;
  const button = element("button");
  button.type = "button";
  if (!read) button.classList.add("for-me");
  const text = plain(line.text).slice(0, MAX_LENGTH).toWellFormed();
  button.append(
    element("small", `${where.name} · ${time.toLocaleString()}`),
    element("b", nick, hue(nick)),
    element("bdi", text),
  );
  button.onclick = () => {
    toggleMentions(false);
    jump(where, line);
  };
  const made = element("li");
  made.append(button);
  return made;
}
