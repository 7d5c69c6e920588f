import { openModeration } from "../dialogs/moderation.ts";
import { byId } from "../view/dom.ts";
import { show } from "../view/show.ts";
import { isMine, isOperator, type Room, room, state } from "../room.ts";
import { note } from "../messages.ts";
import { connection } from "../session.ts";
import { isChannel } from "../wire.ts";
import { whois } from "./whois.ts";
import { isMenuKey, type MenuItem, openMenu } from "./menu.ts";

/** Opens the menu of a user, with what the own rank in the room allows. */
export function memberMenu(beside: HTMLElement, where: Room, nick: string): void {
  const items: MenuItem[] = [];
  if (!isMine(nick)) items.push({ name: "Send a private message", act: () => talkTo(nick) });
  items.push({ name: "About the user", act: () => void tell(where, nick) });
  const prefix = where.people.get(nick);
  if (isChannel(where.name) && isOperator(where)) {
    const set = (mode: string) => () => connection.send("MODE", where.name, mode, nick);
    const isOp = prefix === "@" || prefix === "~";
    if (prefix !== undefined && prefix !== "~") {
      items.push(
        isOp ? { name: "Remove operator rank", act: set("-o") } : { name: "Make operator", act: set("+o") },
        prefix === "+" ? { name: "Remove voice", act: set("-v") } : { name: "Add voice", act: set("+v") },
      );
    }
    if (!isMine(nick) && prefix !== "~") {
      items.push(
        { name: "Mute…", act: () => void openModeration("mute", where, nick) },
        { name: "Kick…", act: () => void openModeration("kick", where, nick) },
        { name: "Ban…", act: () => void openModeration("ban", where, nick) },
      );
    }
  }
  openMenu(beside, nick, items);
}

function talkTo(nick: string): void {
  show(room(nick));
  byId("text").focus();
}

async function tell(where: Room, nick: string): Promise<void> {
  const about = await whois(nick);
  if (about) note(where, about.text);
}

const people = byId("people");

/** Returns the nick whose entry has an element in it. */
function memberOf(target: EventTarget | null): { readonly beside: HTMLElement; readonly nick: string } | undefined {
  const beside = target instanceof Element ? target.closest("button") : null;
  const nick = beside?.dataset["nick"];
  return beside && nick !== undefined ? { beside, nick } : undefined;
}

people.onclick = ({ target }) => {
  const member = memberOf(target);
  if (member && state.current) memberMenu(member.beside, state.current, member.nick);
};
people.oncontextmenu = (event) => {
  const member = memberOf(event.target);
  if (!member || !state.current) return;
  event.preventDefault();
  memberMenu(member.beside, state.current, member.nick);
};
// One of them is reached by Tab, the others by arrows.
people.onkeydown = (event) => {
  const member = memberOf(event.target);
  if (!member || event.altKey) return;
  const all = [...people.querySelectorAll("button")];
  const at = all.findIndex((one) => one === member.beside);
  const places: Partial<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  const to = places[event.key];
  if (to !== undefined) {
    event.preventDefault();
    all[to]?.focus();
  } else if (isMenuKey(event) && state.current) {
    event.preventDefault();
    memberMenu(member.beside, state.current, member.nick);
  }
};
people.addEventListener("focusin", ({ target }) => {
  for (const one of people.querySelectorAll("button")) one.tabIndex = one === target ? 0 : -1;
});
