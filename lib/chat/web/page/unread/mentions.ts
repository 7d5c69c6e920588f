import { byId, element } from "../view/dom.ts";
import { hue } from "../view/hue.ts";
import { plain } from "../text.ts";
import { jump } from "./jump.ts";
import { type Mention, mentionList } from "./mention_list.ts";

/** Maximum length of the text of one in the list. */
const MAX_LENGTH = 200;

/** Opens the list of the mentions in all rooms, or closes it. */
export function toggleMentions(open: boolean = byId("mentions").hidden === true): void {
  byId("mentions").hidden = !open;
  byId("show-mentions").setAttribute("aria-expanded", `${open}`);
  drawMentions();
  if (open) byId("mention-list").querySelector("button")?.focus();
}

function drawMentions(): void {
  if (byId("mentions").hidden) return;
  const items = mentionList.all.toReversed().map(itemOf);
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

mentionList.changed = drawMentions;
