import { drawFiles } from "../files/view.ts";
import { element, nodes } from "./dom.ts";
import { hue } from "./hue.ts";
import type { Line } from "../room.ts";

/** Draws a line that comes after another one. */
export function lineItem(line: Line, before: Line | undefined): HTMLElement {
  const made = element("li", undefined, line.kind === "note" ? "note" : line.own ? "own" : "");
  if (line.first) made.classList.add("new");
  if (line.bad) made.classList.add("bad");
  if (line.forMe) made.classList.add("for-me");
  const time = element("time", `${two(line.time.getHours())}:${two(line.time.getMinutes())}`);
  time.dateTime = line.time.toISOString();
  time.title = line.time.toLocaleString();
  const text = element("p");
  if (line.nick) {
    const action = line.kind === "action";
    text.append(element("span", (action ? "* " : "") + line.nick, ["who", hue(line.nick)].join(" ")), " ");
  }
  // Its direction is its own.
  const words = element("bdi");
  words.append(nodes(line.text));
  if (line.nick && line.text.includes("/files/")) drawFiles(words);
  text.append(words);
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
