import { UsageError } from "../../../core/mod.ts";
import type { ChatWindow } from "./window.ts";
import type { Windows } from "./windows.ts";

/** Commands of the full screen beside those of the input line, with their descriptions. */
export const DESK_COMMANDS: readonly (readonly [usage: string, does: string])[] = [
  ["/query NICK [TEXT]", "open a conversation with a user"],
  ["/window NUMBER|NAME", "show another window; also Alt-1 to Alt-9, Alt-Left, Alt-Right"],
  ["/next", "show the next window with unread messages; also Alt-a"],
  ["/close", "close the window; leave its channel"],
  ["/network [NAME]", "list the networks, or show one; also Alt-Up, Alt-Down"],
  ["/connect SERVER [#CHANNEL]", "join another network"],
  ["/disconnect [NAME]", "disconnect from a network"],
  ["/mentions", "list the messages that name you"],
  ["/clear", "remove the lines of the window"],
];

/** Returns the window that a command names: by its number, its label, or the beginning of its name. */
export function windowNamed(windows: Windows, text: string): ChatWindow {
  const wanted = text.toLowerCase();
  const number = /^\d{1,4}$/.test(wanted) ? Number(wanted) : 0;
  const labelled = (match: (label: string) => boolean) =>
    windows.all.find((window) => match(windows.label(window).toLowerCase()));
  const found = windows.all[number - 1] ?? labelled((label) => label === wanted) ??
    labelled((label) => label.replace(/^[#&+!]+/, "").startsWith(wanted.replace(/^[#&+!]+/, "")));
  if (wanted === "" || !found) throw new UsageError(`no window "${text}" (usage: /window NUMBER or /window NAME)`);
  return found;
}

/** Returns the number of a window from a key, Alt with a digit; undefined for other keys. */
export function windowNumber(key: string): number | undefined {
  const [, digit] = /^M-([1-9])$/.exec(key) ?? [];
  return digit === undefined ? undefined : Number(digit);
}
