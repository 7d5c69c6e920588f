import { byId, throttled } from "./dom.ts";
import { lineItem, putDay } from "./line.ts";
import { drawOutbox, toEnd } from "../outbox.ts";
import { ask, requests } from "../requests.ts";
import { type Room, state } from "../room.ts";
import { connection } from "../session.ts";
import { markRead } from "../unread/marks.ts";
import { isChannel } from "../wire.ts";

/** Number of lines that are drawn at once, and that are in the page at most. */
const STEP = 100;
const CAPACITY = 400;
/** Number of new lines that are drawn at once: those further up are drawn when they are scrolled to. */
const BURST = 40;
/** Milliseconds between two drawings: readers are slower. */
const PACE_MS = 30;
/** Pixels from an end at which more is drawn. */
const NEAR = 600;
/** Pixels from the end at which the reader is taken to be there. */
const AT_END = 60;

/** The places of the first and the last line in the page. */
let drawnFrom = 0;
let drawnTo = -1;

const log = byId("log");
const box = byId("scroll");

function items(where: Room, from: number, to: number): DocumentFragment {
  const made = document.createDocumentFragment();
  for (let place = from; place <= to; place++) {
    const line = where.at(place);
    if (line) made.append(lineItem(line, where.at(place - 1)));
  }
  return made;
}

/** Draws the last lines of the room that is shown. */
export function redraw(lines: number = STEP): void {
  const { current } = state;
  state.following = true;
  log.setAttribute("aria-live", "off");
  if (current) {
    drawnTo = current.last;
    drawnFrom = Math.max(current.first, drawnTo - lines + 1);
    log.replaceChildren(items(current, drawnFrom, drawnTo));
    drawOutbox(current);
  } else {
    log.replaceChildren();
    byId("outbox").replaceChildren();
  }
  log.setAttribute("aria-live", "polite");
  toEnd();
  drawEdges();
}

/** Draws, soon, what has changed at the ends of what a room holds. */
export function arrived(where: Room): void {
  if (where === state.current) drawArrived();
}

const drawArrived = throttled(() => {
  const { current, following } = state;
  if (!current) return;
  // What is drawn begins at lines that the room has dropped, or the room has started again.
  const elsewhere = current.last - drawnTo > BURST || drawnFrom < current.first || drawnTo > current.last;
  if (following && elsewhere) return redraw(BURST);
  if (following && drawnTo < current.last) {
    log.append(items(current, drawnTo + 1, current.last));
    drawnTo = current.last;
    shrinkTop(STEP);
    toEnd();
  }
  if (!following) measure(current);
  drawEdges();
}, PACE_MS);

/** Removes lines at one end so that there are not more than this. */
function shrinkTop(lines: number): void {
  for (; drawnTo - drawnFrom >= lines; drawnFrom++) log.firstChild?.remove();
}
function shrinkBottom(lines: number): void {
  for (; drawnTo - drawnFrom >= lines; drawnTo--) log.lastChild?.remove();
}

/** Runs something that changes the lines around one of them, which stays where it is. */
function around(anchor: Element, change: () => void): void {
  const before = anchor.getBoundingClientRect().top;
  change();
  box.scrollTop += anchor.getBoundingClientRect().top - before;
}

/** Draws more where the reader comes near an end. */
function extend(current: Room): void {
  if (box.scrollTop < NEAR) {
    if (drawnFrom > current.first) extendUp(current);
    else if (current.more && current.inside) ask(current, "BEFORE");
  }
  if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) {
    if (drawnTo < current.last) extendDown(current);
    else if (!current.live && current.inside) ask(current, "AFTER");
  }
}

function extendUp(current: Room): void {
  const anchor = log.firstElementChild;
  const line = current.at(drawnFrom);
  if (!(anchor instanceof HTMLElement) || !line) return;
  around(anchor, () => {
    const from = Math.max(current.first, drawnFrom - STEP);
    anchor.before(items(current, from, drawnFrom - 1));
    putDay(anchor, line, current.at(drawnFrom - 1));
    drawnFrom = from;
  });
  shrinkBottom(CAPACITY);
}

function extendDown(current: Room): void {
  const to = Math.min(current.last, drawnTo + STEP);
  log.append(items(current, drawnTo + 1, to));
  drawnTo = to;
  if (log.lastElementChild) around(log.lastElementChild, () => shrinkTop(CAPACITY));
}

/** Sees where the reader is. */
function measure(current: Room): void {
  const end = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END;
  // What was said since the last picture is not drawn yet.
  state.following = end && current.live && (state.following || drawnTo >= current.last);
  if (state.following) seen();
  else extend(current);
}

box.addEventListener("scroll", () => {
  if (!state.current) return;
  measure(state.current);
  drawEdges();
}, { passive: true });

/** Marks as read what is at the end. */
export function seen(): void {
  const { current } = state;
  if (current && !document.hidden && (current.unread > 0 || current.mentions > 0)) markRead(current);
}

/** Scrolls to what was said last. */
export function follow(): void {
  const { current } = state;
  if (!current) return;
  state.following = true;
  seen();
  if (current.live || !current.inside) {
    if (drawnTo === current.last) toEnd();
    else redraw();
    return;
  }
  for (const request of requests) if (request.where === current) request.stale = true;
  current.reset();
  current.held = [];
  ask(current, "LATEST");
}

/** Draws the buttons at both ends, and the line that says that the user is not in the channel. */
export function drawEdges(): void {
  const { current, following } = state;
  byId("earlier").hidden = !current || !current.more || !current.inside || drawnFrom > current.first;
  byId("latest").hidden = !current || following;
  byId("latest").textContent = current?.unread ? `${current.unread} new ↓` : "Latest ↓";
  byId("latest").classList.toggle("for-me", (current?.mentions ?? 0) > 0);
  byId("first-unread").hidden = !current || !isAbove(current);
  byId("outside").hidden = !current || current.inside || !isChannel(current.name) || !connection.up;
}

/** Returns whether the first unread line is further up than what is shown; one that was seen is not any more. */
function isAbove(where: Room): boolean {
  const place = where.firstUnread?.place;
  if (place === undefined || place < where.first) return false;
  if (place < drawnFrom) return true;
  const item = log.children[place - drawnFrom];
  if (!item || item.getBoundingClientRect().bottom < box.getBoundingClientRect().top) return item !== undefined;
  where.firstUnread = undefined;
  return false;
}

/** Shows the line at a place, with those around it. */
export function showAt(place: number): void {
  const { current } = state;
  if (!current) return;
  state.following = false;
  drawnFrom = Math.max(current.first, place - STEP / 2);
  drawnTo = Math.min(current.last, place + STEP / 2);
  log.setAttribute("aria-live", "off");
  log.replaceChildren(items(current, drawnFrom, drawnTo));
  log.setAttribute("aria-live", "polite");
  const item = log.children[place - drawnFrom];
  item?.scrollIntoView({ block: "center" });
  item?.classList.add("found");
  measure(current);
  drawEdges();
}

new ResizeObserver(() => {
  if (state.following) toEnd();
}).observe(box);
