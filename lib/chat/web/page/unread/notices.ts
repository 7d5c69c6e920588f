import { byId } from "../view/dom.ts";
import { type Line, type Room } from "../room.ts";
import { plain } from "../text.ts";
import { show } from "../view/show.ts";
import { keepValue, keptValue } from "../kept/storage.ts";

/** What a notice of the system shows: nothing since there is none, the message, or only that there is one. */
type Notices = "off" | "text" | "private";

/** Milliseconds between two notices: more are counted in the title only. */
const GAP_MS = 2000;
/** Maximum length of the text of a notice. */
const MAX_LENGTH = 200;

let notices: Notices = readNotices(keptValue("chat-notices"));
let last = -GAP_MS;

function readNotices(value: unknown): Notices {
  return value === "text" || value === "private" ? value : "off";
}

/** Notifies the user of a line, if the page is hidden and the user has asked for that. */
export function notify(where: Room, line: Line): void {
  const now = performance.now();
  if (notices === "off" || !document.hidden || now - last < GAP_MS || !isPermitted()) return;
  last = now;
  const whole = notices === "text";
  const title = whole ? `${line.nick ?? ""} in ${where.name}` : "New message in the chat";
  const body = whole ? plain(line.text).slice(0, MAX_LENGTH).toWellFormed() : "";
  try {
    const notice = new Notification(title, { body, tag: `chat ${where.name}`, icon: "icon.svg" });
    notice.onclick = () => {
      notice.close();
      focus();
      show(where);
      byId("text").focus();
    };
  } catch {
    // Browsers of phones have them in service workers only.
  }
}

function isPermitted(): boolean {
  return "Notification" in globalThis && Notification.permission === "granted";
}

/** Lets the user choose; the browser asks for its permission only then. */
export function offerNotices(): void {
  const choice = byId("notices");
  if (!(choice instanceof HTMLSelectElement)) return;
  if (!("Notification" in globalThis)) return void (byId("notices-label").hidden = true);
  choice.value = isPermitted() ? notices : "off";
  choice.onchange = async () => {
    const wanted = readNotices(choice.value);
    const granted = wanted === "off" || await Notification.requestPermission() === "granted";
    notices = granted ? wanted : "off";
    choice.value = notices;
    byId("notices-refused").hidden = granted;
    keepValue("chat-notices", notices === "off" ? undefined : notices);
  };
}
