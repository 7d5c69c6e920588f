import { drawFiles } from "../files/view.ts";
import { element, nodes } from "./dom.ts";
import { hue } from "./hue.ts";
import type { Line, Room } from "../room.ts";
import { plain } from "../text.ts";

/** UTF-16 units of a message above the reply to it. */
const QUOTE_LENGTH = 100;

/** Draws a line of a room that comes after another one. */
export function lineItem(where: Room, line: Line, before: Line | undefined): HTMLElement {
  const made = element("li", undefined, line.kind === "note" ? "note" : line.own ? "own" : "");
  if (line.first) made.classList.add("new");
  if (line.bad) made.classList.add("bad");
  if (line.forMe) made.classList.add("for-me");
  made.dataset["place"] = `${line.place}`;
  made.tabIndex = -1;
  const time = element("time", `${two(line.time.getHours())}:${two(line.time.getMinutes())}`);
  time.dateTime = line.time.toISOString();
  time.title = line.time.toLocaleString();
  const text = element("p");
  if (line.nick) {
    const action = line.kind === "action";
    text.append(element("span", (action ? "* " : "") + line.nick, ["who", hue(line.nick)].join(" ")), " ");
  }
  if (line.reply !== undefined && !line.deleted) made.append(quote(where.line(line.reply)));
  // Its direction is its own.
  const words = element("bdi");
  words.append(nodes(line.text));
  if (line.nick && line.text.includes("/files/")) drawFiles(words);
  text.append(words);
  if (line.deleted) made.classList.add("deleted");
  if (line.reactions) text.append(reactions(line.reactions));
  made.append(time, text);
  putDay(made, line, before);
  return made;
}

/** Puts the day above a line that is the first of its day. */
export function putDay(item: HTMLElement, line: Line, before: Line | undefined): void {
  if (before?.time.toDateString() === line.time.toDateString()) delete item.dataset["day"];
  else {
    const form = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
    item.dataset["day"] = line.time.toLocaleDateString(undefined, form);
  }
}

function two(value: number): string {
  return `${value}`.padStart(2, "0");
}

/** Draws the message above a reply to it. */
function quote(line: Line | undefined): HTMLElement {
  const text = line ? `${line.nick}: ${plain(line.text).slice(0, QUOTE_LENGTH).toWellFormed()}` : "an earlier message";
  return element("p", `Reply to ${text}`, "quote");
}

function reactions(all: ReadonlyMap<string, ReadonlySet<string>>): HTMLElement {
  const made = element("span", undefined, "reactions");
  for (const [reaction, users] of all) {
    const one = element("span", `${reaction} ${users.size}`);
    one.title = [...users].slice(0, 20).join(", ");
    made.append(" ", one);
  }
  return made;
}
