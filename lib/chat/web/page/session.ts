/** The page's script: who we are and where, over lost connections and reloads. */
export const SESSION = String.raw`
const connection = new Connection({
  entered(nick) {
    called(nick);
    userHost = "";
    asked = [];
    batches.clear();
    at("enter").hidden = true;
    at("chat").hidden = false;
    at("state").textContent = "";
    for (const where of rooms.values()) {
      if (where.wanted) join(where);
      else if (!isChannel(where.name)) settle(where, []);
    }
    remember();
    at("text").focus();
    drawEdges();
  },
  refused(why) {
    at("refused").textContent = why;
    at("enter").hidden = false;
    at("chat").hidden = true;
  },
  lost(why, wait) {
    at("state").textContent = (why ? "Connection lost: " + why + ". " : "Connection lost. ") +
      "Next try in " + Math.ceil(wait / 1000) + " s.";
    for (const where of rooms.values()) {
      where.inside = false;
      where.held = where.listing = null;
    }
    unsure();
    drawEdges();
  },
  message: take,
});

function join(where) {
  connection.send("JOIN", ...[where.name, where.key].filter((part) => part));
}

/* What this tab knows after a reload; its end is the end of that. */
function store(value) {
  try {
    if (value) sessionStorage.setItem("chat", JSON.stringify(value));
    else sessionStorage.removeItem("chat");
  } catch { /* Without storage there is nothing to remember with. */ }
}

function stored() {
  try {
    const { nick, channels, current } = JSON.parse(sessionStorage.getItem("chat"));
    if (typeof nick !== "string" || !Array.isArray(channels)) return null;
    return { nick, current, channels: channels.filter((one) => typeof one?.name === "string" && isChannel(one.name)) };
  } catch { return null; }
}

function remember() {
  const channels = [...rooms.values()].filter(({ wanted }) => wanted).map(({ name, key }) => ({ name, key }));
  store({ nick: connection.who.nick, channels, current: current?.name });
}

/* Enters with what the form has, and the channels that were joined before. */
function enter() {
  at("refused").textContent = "";
  const name = at("channel").value.trim();
  const first = room(isChannel(name) ? name : "#" + name);
  first.wanted = true;
  connection.open({ nick: at("nick").value.trim(), password: at("password").value });
}

/* The channel that the link names; the link is untrusted. */
function linked() {
  try { return decodeURIComponent(location.hash); } catch { return location.hash; }
}
`;
