/** The page's script, last part: what is typed and pressed. */
export const MAIN = String.raw`
const connection = new Connection({
  inside: () => me !== "",
  entered(nick) {
    me = nick;
    asked = [];
    batches.clear();
    at("enter").hidden = true;
    at("chat").hidden = false;
    at("state").textContent = "";
    const names = rooms.size ? [...rooms.values()].filter((where) => where.name.startsWith("#")).map(({ name }) => name)
      : [connection.who.channel];
    for (const name of names) connection.send("JOIN", name);
    at("text").focus();
  },
  refused(why) {
    at("refused").textContent = why;
    at("enter").hidden = false;
    at("chat").hidden = true;
    connection.refused = false;
  },
  lost() {
    me = "";
    at("state").textContent = "connecting again…";
    for (const where of rooms.values()) where.inside = false;
  },
  message(message) {
    // As server-time has it; Date reads anything that looks like a date.
    const said = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(message.tags.time) ? Date.parse(message.tags.time) : NaN;
    message.time = Number.isNaN(said) ? new Date() : new Date(said);
    const known = does[message.command];
    if (known) known(message);
    else if (/^[45]\d\d$/.test(message.command) && message.command !== "422" && current) {
      note(current, message.params.slice(1).join(" "), message.time, true);
    }
    drawSides();
  },
});

const commands = {
  join([name, word]) {
    if (!name) return;
    const full = /^#/.test(name) ? name : "#" + name;
    const known = rooms.get(fold(full));
    if (known && known.inside) return show(known);
    room(full).wanted = true;
    connection.send("JOIN", ...[full, word].filter((part) => part));
  },
  part([name]) {
    const where = name ? rooms.get(fold(name)) : current;
    if (!where) return;
    if (where.inside) return connection.send("PART", where.name);
    rooms.delete(fold(where.name));
    show(rooms.values().next().value ?? null);
  },
  msg([nick], rest) {
    const text = rest.slice((nick ?? "").length).trim();
    if (!nick || !text) return;
    say(nick, text);
    show(room(nick));
  },
  me(_, rest) { if (current && rest) say(current.name, mark + "ACTION " + rest + mark); },
  nick([nick]) { if (nick) connection.send("NICK", nick); },
  topic(_, rest) { if (current) connection.send("TOPIC", ...[current.name, rest].filter((part) => part)); },
  names() { panels("members"); },
  quit(_, rest) { connection.refused = true; connection.send("QUIT", rest); location.reload(); },
  help() {
    if (current) note(current, "/join #CHANNEL, /part, /msg NICK TEXT, /me TEXT, /nick NICK, /topic TEXT, /names, /quit; " +
      "Tab completes a nick, Alt with ↑ and ↓ changes the channel");
  },
};

function say(target, text) {
  for (const piece of cut(text, 380)) connection.send("PRIVMSG", target, piece);
}

at("enter").onsubmit = (event) => {
  event.preventDefault();
  at("refused").textContent = "";
  const name = at("channel").value.trim();
  connection.open({ nick: at("nick").value.trim(), password: at("password").value,
    channel: name.startsWith("#") ? name : "#" + name });
};

at("say").onsubmit = (event) => {
  event.preventDefault();
  const text = at("text").value;
  if (!me || text.trim() === "") return;
  at("text").value = "";
  const [, word, rest] = /^\/(\w+)\s*(.*)$/.exec(text) ?? [];
  if (word === undefined) { if (current) say(current.name, text.replace(/^\/\//, "/")); return; }
  const known = Object.hasOwn(commands, word.toLowerCase()) && commands[word.toLowerCase()];
  if (known) known(rest.split(/\s+/).filter((part) => part), rest);
  else if (current) note(current, "There is no command /" + word + ": /help shows those there are", null, true);
};

at("open").onsubmit = (event) => {
  event.preventDefault();
  commands.join([at("other").value.trim()]);
  at("other").value = "";
};

at("text").onkeydown = (event) => {
  if (event.key !== "Tab" || event.shiftKey || !current) return;
  const text = at("text").value;
  const word = /\S*$/.exec(text)[0];
  if (word === "") return;
  event.preventDefault();
  const found = [...current.people.keys()].find((nick) => fold(nick).startsWith(fold(word)));
  if (found) at("text").value = text.slice(0, text.length - word.length) + found + (word === text ? ": " : " ");
};

document.onkeydown = (event) => {
  if (event.key === "Escape") { panels(); at("text").focus(); }
  if (!event.altKey || !/^Arrow(Up|Down)$/.test(event.key)) return;
  event.preventDefault();
  const all = [...rooms.values()];
  const next = all.indexOf(current) + (event.key === "ArrowUp" ? -1 : 1);
  if (all.length) show(all[(next + all.length) % all.length]);
};

document.onvisibilitychange = () => {
  if (document.hidden || !current) return;
  current.unread = 0;
  drawSides();
};

function earlier() {
  if (!current || !current.more || !current.oldest || asked.some(({ where }) => where === current)) return;
  ask(current, "BEFORE", current.oldest, 50);
}
at("earlier").onclick = earlier;
at("scroll").onscroll = () => { if (at("scroll").scrollTop < 40) earlier(); };
at("show-channels").onclick = () => panels("channels");
at("show-members").onclick = () => panels("members");
at("secret").hidden = !document.body.hasAttribute("data-password");
at("nick").value = "guest" + Math.floor(1000 + Math.random() * 9000);
/* The channel that a link names, whoever made that link. */
function linked() {
  try { return decodeURIComponent(location.hash); } catch { return location.hash; }
}
at("channel").value = location.hash.length > 1 ? linked() : "#lobby";
at("nick").select();
`;
