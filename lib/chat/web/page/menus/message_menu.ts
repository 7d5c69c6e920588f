import { openModeration } from "../dialogs/moderation.ts";
import { readFileLink } from "../files/link.ts";
import { deleteFile } from "../files/own.ts";
import { plain } from "../text.ts";
import { byId } from "../view/dom.ts";
import { answer } from "./answering.ts";
import { isOperator, type Line, state } from "../room.ts";
import { connection } from "../session.ts";
import { memberMenu } from "./member_menu.ts";
import { isMenuKey, type MenuItem, openMenu } from "./menu.ts";

const REACTIONS = ["👍", "❤️", "😄", "🎉", "👀"];

/** Opens the menu of a message that is shown. */
function messageMenu(beside: HTMLElement, line: Line): void {
  const { current: where } = state;
  const { id, nick } = line;
  if (!where || nick === undefined) return;
  const items: MenuItem[] = [];
  if (id !== undefined && line.deleted !== true) {
    items.push({ name: "Reply", act: () => answer(line) });
    for (const emoji of REACTIONS) {
      const tags = new Map([["+draft/reply", id], ["+draft/react", emoji]]);
      items.push({ name: `React with ${emoji}`, act: () => connection.tagged(tags, "TAGMSG", where.name) });
    }
    for (const link of line.own ? linksOf(beside) : []) {
      items.push({ name: `Delete the file ${link.name}`, act: () => deleteFile(link.href) });
    }
    if (line.own === true || isOperator(where)) {
      items.push({ name: "Delete…", act: () => void openModeration("delete", where, nick, id) });
    }
  }
  items.push({ name: `${nick}…`, act: () => memberMenu(beside, where, nick) });
  openMenu(beside, `Message of ${nick}`, items);
}

/** Returns the shared files that a message which is shown has links of. */
function linksOf(item: HTMLElement): { readonly name: string; readonly href: string }[] {
  return [...(item === more ? shown : item)?.querySelectorAll<HTMLAnchorElement>("a.file") ?? []].flatMap((link) => {
    const file = readFileLink(link.href, location.href);
    return file ? [{ name: plain(file.name), href: link.href }] : [];
  });
}

const [box, log, more] = [byId("scroll"), byId("log"), byId("more")];
let shown: HTMLElement | undefined;

function lineOf(item: HTMLElement | undefined): Line | undefined {
  const line = item?.isConnected ? state.current?.at(Number(item.dataset["place"])) : undefined;
  return line?.nick === undefined ? undefined : line;
}

function itemAt(target: EventTarget | null): HTMLElement | undefined {
  const item = target instanceof Element ? target.closest("#log > li") : null;
  return item instanceof HTMLElement ? item : undefined;
}

// A pointer shows a button beside the message under it; it is not in the log, which is read out.
log.addEventListener("pointerover", ({ target }) => {
  const item = itemAt(target);
  more.hidden = !lineOf(item);
  if (!item || more.hidden) return;
  shown = item;
  more.style.top = `${item.getBoundingClientRect().top - (box.parentElement?.getBoundingClientRect().top ?? 0)}px`;
});
box.addEventListener("scroll", () => more.hidden = true, { passive: true });
more.onclick = () => {
  const line = lineOf(shown);
  if (line) messageMenu(more, line);
};

// Arrows go from message to message.
box.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const { key } = event;
  const item = event.target === box ? undefined : itemAt(event.target);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const next = item
      ? key === "ArrowUp" ? item.previousElementSibling : item.nextElementSibling
      : log.lastElementChild;
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    next.focus();
    return;
  }
  const line = lineOf(item);
  if (!item || !line || event.target !== item || !(key === "Enter" || isMenuKey(event))) return;
  event.preventDefault();
  messageMenu(item, line);
});
