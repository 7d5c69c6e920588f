/** The page's script, last part: what is typed and pressed. */
export const MAIN = String.raw`
const commands = {
  join([name, key]) {
    if (!name) return;
    const where = room(isChannel(name) ? name : "#" + name);
    if (where.inside) return show(where);
    where.key = key ?? where.key;
    where.opened = where.wanted = true;
    if (connection.up) join(where);
    show(where);
  },
  part([name]) {
    const where = name ? rooms.get(fold(name)) : current;
    if (!where) return;
    if (where.inside) return connection.send("PART", where.name);
    where.wanted = false;
    forget(where);
  },
  msg([nick], rest) {
    const text = rest.slice((nick ?? "").length).trim();
    if (!nick || !text) return;
    show(room(nick));
    say(current, text);
  },
  me(_, rest) { if (current && rest) say(current, rest, true); },
  nick([nick]) { if (nick) connection.send("NICK", nick); },
  topic(_, rest) { if (current) connection.send("TOPIC", ...[current.name, rest].filter((part) => part)); },
  names() { panels("members"); },
  quit(_, rest) { store(null); connection.close("QUIT", rest); location.reload(); },
  help() {
    if (current) note(current, "/join #CHANNEL [KEY], /part, /msg NICK TEXT, /me TEXT, /nick NICK, /topic TEXT, /names, " +
      "/quit; Tab completes a nick, Alt with ↑ and ↓ changes the channel");
  },
};

at("enter").onsubmit = (event) => {
  event.preventDefault();
  enter();
};

at("say").onsubmit = (event) => {
  event.preventDefault();
  const text = at("text").value;
  if (text.trim() === "") return;
  at("text").value = "";
  const [, word, rest] = /^\/(\w+)\s*(.*)$/.exec(text) ?? [];
  if (word === undefined) { if (current) say(current, text.replace(/^\/\//, "/")); return; }
  const known = Object.hasOwn(commands, word.toLowerCase()) && commands[word.toLowerCase()];
  if (known) known(rest.split(/\s+/).filter((part) => part), rest);
  else if (current) note(current, "Unknown command /" + word + "; /help lists the commands", null, true);
};

at("open").onsubmit = (event) => {
  event.preventDefault();
  commands.join(at("other").value.trim().split(/\s+/).filter((part) => part));
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
  if (!document.hidden && following) seen();
};

at("earlier").onclick = () => { scroll().scrollTop = 0; ask(current, "BEFORE"); };
at("latest").onclick = () => { follow(); at("text").focus(); };
at("again").onclick = () => { current.wanted = true; join(current); };
at("show-channels").onclick = () => panels("channels");
at("show-members").onclick = () => panels("members");

const locked = document.body.hasAttribute("data-password");
at("secret").hidden = !locked;
const before = stored();
at("nick").value = before?.nick ?? "guest" + Math.floor(1000 + Math.random() * 9000);
for (const { name, key } of before?.channels ?? []) {
  Object.assign(room(name), { key: String(key ?? ""), wanted: true, opened: name === before.current });
}
at("channel").value = location.hash.length > 1 ? linked() : before?.channels[0]?.name ?? "#lobby";
if (before && before.channels.length > 0 && !locked) enter();
else at(before && locked ? "password" : "nick").select();
`;
