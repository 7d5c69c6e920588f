/** The page's script: what stands around the lines: the channels, the people, the names at the top. */
export const SIDES = String.raw`
let drawRooms = true;
let drawPeople = true;

/* Something beside the lines has changed: the "rooms" or the "people" of one of them. */
function changed(what, where) {
  if (what === "rooms") drawRooms = true;
  else if (where === current) drawPeople = true;
  drawSides();
}

const drawSides = soon(() => {
  if (drawRooms) sideRooms();
  if (drawPeople) sidePeople();
  drawRooms = drawPeople = false;
}, 100);

function sideRooms() {
  at("name").textContent = current ? current.name : "Toucan chat";
  at("topic").replaceChildren(nodes(current ? current.topic : ""));
  at("topic").title = at("topic").textContent;
  at("rooms").replaceChildren(...Array.from(rooms.values(), (where) => {
    const button = press(where.name, () => { show(where); at("text").focus(); });
    if (where === current) button.setAttribute("aria-current", "true");
    if (isChannel(where.name) && !where.inside) button.classList.add("outside");
    if (where.unread) {
      const count = element("b", where.unread, where.mentioned ? "for-me" : "");
      count.setAttribute("aria-label", where.unread + " unread" + (where.mentioned ? ", some for you" : ""));
      button.append(count);
    }
    const made = element("li");
    made.append(button);
    return made;
  }));
  let elsewhere = 0;
  let forMe = false;
  for (const where of rooms.values()) {
    if (where !== current) elsewhere += where.unread;
    forMe ||= where.mentioned;
  }
  at("elsewhere").textContent = elsewhere;
  at("elsewhere").hidden = elsewhere === 0;
  const unread = elsewhere + (current ? current.unread : 0);
  const mark = unread ? "(" + unread + (forMe ? "!" : "") + ") " : "";
  document.title = mark + (current ? current.name + " – " : "") + "Toucan chat";
}

function sidePeople() {
  const people = current ? [...current.people] : [];
  const rank = (prefix) => "@+".includes(prefix) && prefix ? "@+".indexOf(prefix) : 2;
  people.sort(([a, p], [b, q]) => rank(p) - rank(q) || (a < b ? -1 : 1));
  at("people").replaceChildren(...people.slice(0, 1000).map(([nick, prefix]) => element("li", prefix + nick, hue(nick))));
  at("count").textContent = people.length;
}

function show(where) {
  if (current) for (const line of current.lines) line.first = false;
  current = where;
  if (where) where.unread = 0;
  if (where) where.mentioned = false;
  panels();
  redraw();
  if (where && !where.live) follow();
  changed("rooms", where);
  changed("people", where);
  if (connection.up) remember();
}

/* Opens one of the sides where they slide over the page, and closes the other. */
function panels(open) {
  for (const id of ["channels", "members"]) {
    at(id).classList.toggle("open", id === open && !at(id).classList.contains("open"));
    at("show-" + id).setAttribute("aria-expanded", at(id).classList.contains("open"));
  }
}
`;
