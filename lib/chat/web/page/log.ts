/**
 * The page's script: the lines that are to be seen. However much is said, the page holds a few hundred of them, drawn
 * once per frame; more come in at the end to which is scrolled, and go at the other.
 */
export const LOG = String.raw`
const at = (id) => document.getElementById(id);
/* Lines that are drawn at once, and that stand in the page at most. */
const step = 100;
const capacity = 400;
/* Pixels from an end at which more is drawn. */
const near = 600;
/* Milliseconds between two drawings: faster than this nobody reads. */
const pace = 30;
/* New lines of which no more are drawn at once: further up they are drawn when they are scrolled to. */
const burst = 40;

/* Whether what is said now is scrolled to. */
let following = true;
/* The places of the first and the last line in the page. */
let drawnFrom = 0;
let drawnTo = -1;

/* Runs before the next frame, not before so many milliseconds have passed since the last time; a hidden page has no frames, and uses a timer. */
function soon(act, gap) {
  let waits = false;
  let last = -gap;
  const run = () => {
    const now = performance.now();
    if (now - last < gap) return next();
    last = now;
    waits = false;
    act();
  };
  const next = () => document.hidden ? setTimeout(run, 250) : requestAnimationFrame(run);
  return () => {
    if (waits) return;
    waits = true;
    next();
  };
}

const scroll = () => at("scroll");
const toEnd = () => { scroll().scrollTop = scroll().scrollHeight; };
const two = (value) => String(value).padStart(2, "0");
const day = (time) => time.toDateString();

function hue(nick) {
  let number = 7;
  for (const char of fold(nick)) number = (number * 31 + char.codePointAt(0)) % 65521;
  return "n" + number % 12;
}

function item(line) {
  const made = element("li", undefined, line.kind === "note" ? "note" : line.own ? "own" : "");
  if (line.first) made.classList.add("new");
  if (line.bad) made.classList.add("bad");
  if (line.forMe) made.classList.add("for-me");
  const time = element("time", two(line.time.getHours()) + ":" + two(line.time.getMinutes()));
  time.dateTime = line.time.toISOString();
  time.title = line.time.toLocaleString();
  const text = element("p");
  if (line.nick) {
    const action = line.kind === "action";
    text.append(element("span", (action ? "* " : "") + line.nick, "who " + hue(line.nick)), " ");
  }
  // Its direction is its own.
  const words = element("bdi");
  words.append(nodes(line.text));
  text.append(words);
  made.append(time, text);
  dated(made, line);
  return made;
}

/* A line that is the first of its day has the day above it. */
function dated(made, line) {
  const before = current.at(line.place - 1);
  if (before && day(before.time) === day(line.time)) delete made.dataset.day;
  else made.dataset.day = line.time.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

function items(from, to) {
  const made = document.createDocumentFragment();
  for (let place = from; place <= to; place++) made.append(item(current.at(place)));
  return made;
}

/* Draws the last lines of the room. */
function redraw(lines = step) {
  const log = at("log");
  following = true;
  log.setAttribute("aria-live", "off");
  if (current) {
    drawnTo = current.last;
    drawnFrom = Math.max(current.first, drawnTo - lines + 1);
    log.replaceChildren(items(drawnFrom, drawnTo));
    drawOutbox(current);
  } else {
    log.replaceChildren();
    at("outbox").replaceChildren();
  }
  log.setAttribute("aria-live", "polite");
  toEnd();
  drawEdges();
}

/* Something has changed at the ends of what a room holds. */
function arrived(where) { if (where === current) drawArrived(); }
const drawArrived = soon(() => {
  if (!current) return;
  const log = at("log");
  // What is drawn begins at lines that the room has dropped, or the room has begun anew.
  if (following && (current.last - drawnTo > burst || drawnFrom < current.first || drawnTo > current.last)) return redraw(burst);
  if (following) {
    if (drawnTo < current.last) {
      log.append(items(drawnTo + 1, current.last));
      drawnTo = current.last;
      shrinkTop(step);
      toEnd();
    }
  } else measure();
  drawEdges();
}, pace);

/* Takes lines out at one end so that there are not more than a window full. */
function shrinkTop(lines) {
  for (; drawnTo - drawnFrom >= lines; drawnFrom++) at("log").firstChild.remove();
}
function shrinkBottom() {
  for (; drawnTo - drawnFrom >= capacity; drawnTo--) at("log").lastChild.remove();
}

/* Draws more where the reader comes near an end; what is being read stays where it is. */
function extend() {
  const box = scroll();
  const log = at("log");
  if (box.scrollTop < near) {
    if (drawnFrom > current.first) {
      const anchor = log.firstChild;
      const before = anchor.getBoundingClientRect().top;
      const line = current.at(drawnFrom);
      const from = Math.max(current.first, drawnFrom - step);
      anchor.before(items(from, drawnFrom - 1));
      drawnFrom = from;
      dated(anchor, line);
      box.scrollTop += anchor.getBoundingClientRect().top - before;
      shrinkBottom();
    } else if (current.more && current.inside) ask(current, "BEFORE");
  }
  if (box.scrollHeight - box.scrollTop - box.clientHeight < near) {
    if (drawnTo < current.last) {
      const to = Math.min(current.last, drawnTo + step);
      log.append(items(drawnTo + 1, to));
      drawnTo = to;
      const anchor = log.lastChild;
      const before = anchor.getBoundingClientRect().top;
      shrinkTop(capacity);
      box.scrollTop += anchor.getBoundingClientRect().top - before;
    } else if (!current.live && current.inside) ask(current, "AFTER");
  }
}

/* Sees where the reader is. */
function measure() {
  const box = scroll();
  const end = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  // What was said since the last picture is not drawn yet.
  following = end && current.live && (following || drawnTo >= current.last);
  if (following) seen();
  else extend();
}

at("scroll").addEventListener("scroll", () => {
  if (!current) return;
  measure();
  drawEdges();
}, { passive: true });

/* What is at the end has been seen. */
function seen() {
  if (!current || document.hidden || (current.unread === 0 && !current.mentioned)) return;
  current.unread = 0;
  current.mentioned = false;
  changed("rooms", current);
}

/* Goes to what was said last. */
function follow() {
  if (!current) return;
  following = true;
  seen();
  if (current.live || !current.inside) return drawnTo === current.last ? toEnd() : redraw();
  for (const request of asked) if (request.where === current) request.stale = true;
  current.reset();
  current.held = [];
  ask(current, "LATEST");
}

/* The buttons at both ends, and the line that says that we are not in the channel. */
function drawEdges() {
  at("earlier").hidden = !current || !current.more || !current.inside || drawnFrom > current.first;
  at("latest").hidden = !current || following;
  at("latest").textContent = current?.unread ? current.unread + " new ↓" : "Latest ↓";
  at("latest").classList.toggle("for-me", Boolean(current?.mentioned));
  at("outside").hidden = !current || current.inside || !isChannel(current.name) || !connection.up;
}

new ResizeObserver(() => { if (following) toEnd(); }).observe(at("scroll"));
`;
