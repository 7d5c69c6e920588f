/** The page's script, third part: what is to be seen. Text of others becomes text nodes, and nothing else. */
export const VIEW = String.raw`
const at = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function hue(nick) {
  let number = 7;
  for (const char of fold(nick)) number = (number * 31 + char.codePointAt(0)) % 65521;
  return "n" + number % 12;
}

const two = (value) => String(value).padStart(2, "0");
const day = (time) => time.toDateString();

function item(line) {
  const made = element("li", undefined, line.kind === "note" ? "note" : line.own ? "own" : "");
  if (line.first) made.classList.add("new");
  if (line.bad) made.classList.add("bad");
  const time = element("time", two(line.time.getHours()) + ":" + two(line.time.getMinutes()));
  time.dateTime = line.time.toISOString();
  time.title = line.time.toLocaleString();
  const text = element("p");
  if (line.nick) {
    const action = line.kind === "action";
    text.append(element("span", (action ? "* " : "") + line.nick, "who " + hue(line.nick)), " ");
  }
  text.append(line.text);
  made.append(time, text);
  return made;
}

const atEnd = () => at("scroll").scrollHeight - at("scroll").scrollTop - at("scroll").clientHeight < 60;
const toEnd = () => at("scroll").scrollTop = at("scroll").scrollHeight;

function drawLine(line) {
  const stay = !atEnd();
  const before = current.lines.at(-2);
  if (!before || day(before.time) !== day(line.time)) at("log").append(element("li", day(line.time), "day"));
  at("log").append(item(line));
  if (!stay || line.own) toEnd();
}

function fill() {
  const made = document.createDocumentFragment();
  let last = "";
  for (const line of current.lines) {
    if (day(line.time) !== last) made.append(element("li", last = day(line.time), "day"));
    made.append(item(line));
  }
  at("log").replaceChildren(made);
  at("earlier").hidden = !current.more || !current.inside;
}

function draw() {
  at("log").setAttribute("aria-live", "off");
  if (current) fill();
  else at("log").replaceChildren();
  at("log").setAttribute("aria-live", "polite");
  toEnd();
  drawSides();
}

/* With what was said before on top, what is being read stays where it is. */
function drawEarlier() {
  const { scrollHeight, scrollTop } = at("scroll");
  fill();
  at("scroll").scrollTop = scrollTop + at("scroll").scrollHeight - scrollHeight;
}

let drawing = false;
function drawSides() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; sides(); });
}

function sides() {
  at("name").textContent = current ? current.name : "Toucan chat";
  at("topic").textContent = current ? current.topic : "";
  at("topic").title = at("topic").textContent;
  const items = [...rooms.values()].map((where) => {
    const button = element("button", where.name);
    if (where === current) button.setAttribute("aria-current", "true");
    if (where.unread) {
      const count = element("b", where.unread);
      count.setAttribute("aria-label", where.unread + " unread");
      button.append(count);
    }
    button.onclick = () => { show(where); at("text").focus(); };
    const made = element("li");
    made.append(button);
    return made;
  });
  at("rooms").replaceChildren(...items);
  const people = current ? [...current.people] : [];
  const rank = (prefix) => "@+".includes(prefix) && prefix ? "@+".indexOf(prefix) : 2;
  people.sort(([a, p], [b, q]) => rank(p) - rank(q) || a.localeCompare(b));
  at("people").replaceChildren(...people.slice(0, 1000).map(([nick, prefix]) => element("li", prefix + nick, hue(nick))));
  at("count").textContent = people.length;
  const elsewhere = [...rooms.values()].reduce((sum, where) => sum + (where === current ? 0 : where.unread), 0);
  at("elsewhere").textContent = elsewhere;
  at("elsewhere").hidden = elsewhere === 0;
  const unread = elsewhere + (current ? current.unread : 0);
  document.title = (unread ? "(" + unread + ") " : "") + (current ? current.name + " – " : "") + "Toucan chat";
}

function show(where) {
  if (current) for (const line of current.lines) line.first = false;
  current = where;
  if (where) where.unread = 0;
  panels();
  draw();
}

/* Opens one of the sides where they slide over the page, and closes the other. */
function panels(open) {
  for (const id of ["channels", "members"]) {
    at(id).classList.toggle("open", id === open && !at(id).classList.contains("open"));
    at("show-" + id).setAttribute("aria-expanded", at(id).classList.contains("open"));
  }
}
`;
