import { byId, element, nodes, throttled } from "./dom.ts";
import { hue } from "./hue.ts";
import { type Room, rooms, state } from "../room.ts";
import { isChannel } from "../wire.ts";

/** Milliseconds between two drawings. */
const PACE_MS = 100;
const MAX_PEOPLE = 1000;

let drawRooms = true;
let drawPeople = true;

/** Draws, soon, what has changed beside the lines: the rooms, or the people of one of them. */
export function changed(what: "rooms" | "people", where: Room | undefined): void {
  if (what === "rooms") drawRooms = true;
  else if (where === state.current) drawPeople = true;
  drawSides();
}

const drawSides = throttled(() => {
  if (drawRooms) sideRooms();
  if (drawPeople) sidePeople();
  drawRooms = drawPeople = false;
}, PACE_MS);

function sideRooms(): void {
  const { current } = state;
  byId("name").textContent = current?.name ?? "Toucan chat";
  byId("topic").replaceChildren(nodes(current?.topic ?? ""));
  byId("topic").title = byId("topic").textContent ?? "";
  byId("rooms").replaceChildren(...Array.from(rooms, ([key, where]) => roomItem(key, where)));
  const others = [...rooms.values()].filter((where) => where !== current);
  const elsewhere = others.reduce((sum, { unread }) => sum + unread, 0);
  byId("elsewhere").textContent = `${elsewhere}`;
  byId("elsewhere").hidden = elsewhere === 0;
  const unread = elsewhere + (current?.unread ?? 0);
  const mentions = [...rooms.values()].reduce((sum, { mentions }) => sum + mentions, 0);
  const mark = unread ? `(${unread}${mentions ? "!" : ""}) ` : "";
  document.title = `${mark}${current ? `${current.name} – ` : ""}Toucan chat`;
  byId("mention-count").textContent = `${mentions}`;
  byId("mention-count").hidden = mentions === 0;
  byId("all-read").hidden = unread === 0;
  drawBadge(unread, mentions);
}

let icon = "icon.svg";

/** Shows in the icon, and on that of an installed page, whether there is something unread. */
function drawBadge(unread: number, mentions: number): void {
  const wanted = mentions > 0 ? "icon-mention.svg" : unread > 0 ? "icon-unread.svg" : "icon.svg";
  if (wanted === icon) return;
  icon = wanted;
  byId("icon").setAttribute("href", wanted);
  if (!("setAppBadge" in navigator)) return;
  void (unread > 0 ? navigator.setAppBadge(mentions || undefined) : navigator.clearAppBadge()).catch(() => {});
}

function roomItem(key: string, where: Room): HTMLElement {
  const button = element("button", where.name);
  button.type = "button";
  button.dataset["room"] = key;
  if (where === state.current) button.setAttribute("aria-current", "true");
  if (isChannel(where.name) && !where.inside) button.classList.add("outside");
  if (where.unread) {
    const count = element("b", `${where.mentions > 0 ? "@ " : ""}${where.unread}`, where.mentions > 0 ? "for-me" : "");
    count.setAttribute("aria-label", `${where.unread} unread${where.mentions ? `, ${where.mentions} for you` : ""}`);
    button.append(count);
  }
  const made = element("li");
  made.append(button);
  return made;
}

function sidePeople(): void {
  const people = [...state.current?.people ?? []];
  const rank = (prefix: string) => prefix === "@" ? 0 : prefix === "+" ? 1 : 2;
  people.sort(([a, p], [b, q]) => rank(p) - rank(q) || (a < b ? -1 : 1));
  const items = people.slice(0, MAX_PEOPLE).map(([nick, prefix]) => element("li", prefix + nick, hue(nick)));
  byId("people").replaceChildren(...items);
  byId("count").textContent = `${people.length}`;
}

/** Opens one of the sides where they slide over the page, and closes the other; without one, closes both. */
export function panels(open?: "channels" | "members"): void {
  for (const id of ["channels", "members"]) {
    const shown = byId(id).classList.toggle("open", id === open && !byId(id).classList.contains("open"));
    byId(`show-${id}`).setAttribute("aria-expanded", `${shown}`);
  }
}
