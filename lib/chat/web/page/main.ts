/**
 * The script of the chat's page: what is typed and pressed.
 * @module
 */
import { foldName } from "../../codec/names.ts";
import { byId, input } from "./view/dom.ts";
import { acceptFiles } from "./files/upload.ts";
import { take } from "./handlers.ts";
import { drawEdges, follow, seen } from "./view/log.ts";
import { settle, unsure } from "./outbox.ts";
import { ask, batches, requests } from "./requests.ts";
import { called, room, rooms, state } from "./room.ts";
import { connection, join, keep, kept, remember, stored } from "./session.ts";
import { show } from "./view/show.ts";
import { panels } from "./view/sidebars.ts";
import { joinNamed, typed } from "./commands.ts";
import { isChannel } from "./wire.ts";
import { keptChannels } from "./kept/channels.ts";
import { keepDraft } from "./kept/drafts.ts";
import { jumpToFirst } from "./unread/jump.ts";
import { markAllRead } from "./unread/marks.ts";
import { toggleMentions } from "./unread/mentions.ts";
import { offerNotices } from "./unread/notices.ts";

connection.on = {
  entered(nick) {
    called(nick);
    state.userHost = "";
    requests.length = 0;
    batches.clear();
    byId("enter").hidden = true;
    byId("chat").hidden = false;
    byId("state").textContent = "";
    for (const where of rooms.values()) {
      if (where.wanted) join(where);
      else if (!isChannel(where.name)) settle(where, []);
    }
    remember();
    byId("text").focus();
    drawEdges();
  },
  renewed(password) {
    keep("pass", password);
  },
  refused(why) {
    byId("secret").hidden = !locked;
    byId("refused").textContent = why;
    byId("enter").hidden = false;
    byId("chat").hidden = true;
  },
  lost(why, wait) {
    byId("state").textContent = `Connection lost${why ? `: ${why}` : ""}. Next attempt in ${Math.ceil(wait / 1000)} s.`;
    for (const where of rooms.values()) {
      where.inside = false;
      where.held = where.listing = undefined;
    }
    unsure();
    drawEdges();
  },
  message: take,
};

/** Logs in with what the form has, and the channels that were joined before. */
function enter(): void {
  byId("refused").textContent = "";
  const name = input("channel").value.trim();
  keep("nick", input("nick").value.trim());
  const first = room(isChannel(name) ? name : `#${name}`);
  first.wanted = true;
  first.opened = !before;
  for (const name of before ? [] : keptChannels()) room(name).wanted = true;
  connection.open({ nick: input("nick").value.trim(), password: input("password").value });
}

/** Returns the token of a link that invites, and removes it from the address, which others may see. */
function invitation(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get("invite");
  if (token === null) return undefined;
  history.replaceState(null, "", location.pathname);
  keep("pass", token);
  return token;
}

/** Returns the channel that the link names; the link is untrusted. */
function linked(): string {
  try {
    return decodeURIComponent(location.hash);
  } catch {
    return location.hash;
  }
}

byId("enter").onsubmit = (event) => {
  event.preventDefault();
  enter();
};

byId("compose").onsubmit = (event) => {
  event.preventDefault();
  const text = input("text").value;
  if (text.trim() === "") return;
  input("text").value = "";
  keepDraft(state.current);
  typed(text);
};

byId("open").onsubmit = (event) => {
  event.preventDefault();
  joinNamed(input("other").value.trim().split(/\s+/).filter((part) => part !== ""));
  input("other").value = "";
};

byId("text").onkeydown = (event) => {
  if (event.key !== "Tab" || event.shiftKey || !state.current) return;
  const text = input("text").value;
  const [word = ""] = /\S*$/.exec(text) ?? [];
  if (word === "") return;
  event.preventDefault();
  const found = [...state.current.people.keys()].find((nick) => foldName(nick).startsWith(foldName(word)));
  if (found) input("text").value = text.slice(0, text.length - word.length) + found + (word === text ? ": " : " ");
};

document.onkeydown = (event) => {
  if (event.key === "Escape") {
    if (event.shiftKey) markAllRead();
    toggleMentions(false);
    panels();
    byId("text").focus();
  }
  if (!event.altKey || !/^Arrow(?:Up|Down)$/.test(event.key)) return;
  event.preventDefault();
  const all = [...rooms.values()];
  const next = all.findIndex((where) => where === state.current) + (event.key === "ArrowUp" ? -1 : 1);
  if (all.length > 0) show(all[(next + all.length) % all.length]);
};

document.onvisibilitychange = () => {
  if (!document.hidden && state.following) seen();
};

byId("rooms").onclick = ({ target }) => {
  const key = target instanceof Element ? target.closest("button")?.dataset["room"] : undefined;
  const where = key === undefined ? undefined : rooms.get(key);
  if (!where) return;
  show(where);
  byId("text").focus();
};
byId("earlier").onclick = () => {
  byId("scroll").scrollTop = 0;
  if (state.current) ask(state.current, "BEFORE");
};
byId("latest").onclick = () => {
  follow();
  byId("text").focus();
};
byId("again").onclick = () => {
  if (!state.current) return;
  state.current.wanted = true;
  join(state.current);
};
byId("first-unread").onclick = () => jumpToFirst(state.current);
byId("all-read").onclick = markAllRead;
byId("show-mentions").onclick = () => toggleMentions();
byId("close-mentions").onclick = () => toggleMentions(false);
byId("text").oninput = () => keepDraft(state.current);
byId("show-channels").onclick = () => panels("channels");
byId("show-members").onclick = () => panels("members");

acceptFiles();
offerNotices();

const locked = document.body.hasAttribute("data-password");
const pass = invitation() ?? (locked ? kept("pass") : undefined);
byId("secret").hidden = !locked || pass !== undefined;
input("password").value = pass ?? "";
const before = stored();
input("nick").value = before?.nick ?? kept("nick") ?? `guest${Math.floor(1000 + Math.random() * 9000)}`;
for (const { name, key } of before?.channels ?? []) {
  Object.assign(room(name), { key, wanted: true, opened: name === before?.current });
}
input("channel").value = location.hash.length > 1
  ? linked()
  : before?.channels[0]?.name ?? keptChannels()[0] ?? "#lobby";
if (before && before.channels.length > 0 && (!locked || pass !== undefined)) enter();
else input(before && locked && pass === undefined ? "password" : "nick").select();
