/**
 * What the inbox's page does. Text of messages only ever becomes text (`textContent`), never markup; HTML of a message is shown by
 * a frame without rights.
 */
export const SCRIPT = `"use strict";
const byId = (id) => document.getElementById(id);
const list = byId("list"), search = byId("search"), article = byId("mail");
let messages = [], found = 0, words = "", selected, shown, tab, version = -1, asked = 0, polling, growing = false;
const STEP = 200;

/** Marks that turn the text around them; none of them is for reading. */
const plain = (text) => text.replace(/[\\u202a-\\u202e\\u2066-\\u2069]/g, "");
const make = (name, text, fields = {}) => Object.assign(document.createElement(name), { textContent: text ?? "" }, fields);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const api = (path, options) => fetch("/api/messages" + path, options);
const sizeText = (bytes) => bytes < 1024 ? bytes + " B" : bytes < 1048576 ? (bytes / 1024).toFixed(1) + " KiB" : (bytes / 1048576).toFixed(1) + " MiB";
const timeText = (ms) => {
  const date = new Date(ms);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString([], { timeStyle: "short" }) : date.toLocaleDateString();
};

/** Loads the list: "search" anew, "again" with as many as there are, "change" when there is something to see. */
async function load(why) {
  const turn = ++asked;
  const wait = why === "change", keep = why !== "search";
  if (!keep) words = search.value.trim().split(/\\s+/).slice(0, 20).join(" ");
  polling?.abort();
  polling = new AbortController();
  try {
    const answer = await ask(0, STEP, polling.signal, wait ? "&wait=30s&since=" + version : "");
    if (turn !== asked) return;
    if (answer.version !== version || !wait) {
      const all = unique([...answer.messages, ...keep ? messages : []]);
      // What was deleted meanwhile is not known: as many as were there to scroll through are asked for again.
      if (keep && all.length - messages.length !== answer.found - found) {
        for (let more = answer; more.messages.length > 0 && answer.messages.length < messages.length;) {
          more = await ask(answer.messages.length, 1000, polling.signal);
          if (turn !== asked) return;
          answer.messages.push(...more.messages);
        }
        messages = unique(answer.messages);
      } else messages = all;
      version = answer.version;
      drawList(answer);
      if (!keep) list.scrollTop = 0;
    }
  } catch (error) {
    if (turn !== asked) return;
    byId("count").textContent = "The sink is gone; trying again";
    await pause(2000);
    if (turn === asked) load("again");
    return;
  }
  // However much comes in, the list is drawn a few times a second.
  await pause(250);
  if (turn === asked) load("change");
}

async function ask(offset, limit, signal, more = "") {
  const query = "?offset=" + offset + "&limit=" + limit + filter("&") + more;
  const response = await api(query, { signal });
  if (!response.ok) throw new Error("it has no answer");
  return await response.json();
}

const filter = (sign) => words ? sign + "q=" + encodeURIComponent(words) : "";

/** What comes in between two requests moves the rest: a message may be in both answers. */
function unique(list) {
  const known = new Set();
  return list.filter(({ id }) => !known.has(id) && known.add(id));
}

/** Adds older messages to the end of the list. */
async function grow() {
  if (growing || messages.length >= found) return;
  growing = true;
  const turn = asked, before = messages.length;
  try {
    const answer = await ask(before, STEP, polling.signal);
    if (turn !== asked) return;
    const all = unique([...messages, ...answer.messages]);
    if (answer.messages.length === 0) found = before;
    list.append(...all.slice(before).map(itemOf));
    messages = all;
    mark(selected, false);
  } catch {
    // The next look at the list says what is wrong.
  } finally {
    growing = false;
  }
  if (turn === asked) fill();
}

function fill() {
  if (list.scrollTop + 2 * list.clientHeight > list.scrollHeight) grow();
}

function itemOf(mail) {
  const item = make("li", "", { role: "option", id: "m-" + mail.id });
  item.append(make("b", plain(mail.fromHeader || mail.from || "<>")), make("time", timeText(mail.received)),
    make("span", plain(mail.subject) || "(no subject)"), make("i", "to " + plain(mail.to.join(", "))));
  item.addEventListener("click", () => open(mail.id));
  return item;
}

function drawList(answer) {
  const { total } = answer;
  found = answer.found;
  byId("count").textContent = words ? found + " of " + total : total + (total === 1 ? " message" : " messages");
  byId("empty").hidden = total > 0;
  list.hidden = total === 0;
  byId("clear").disabled = found === 0;
  byId("clear").textContent = words ? "Delete found" : "Delete all";
  place();
  if (shown && messages.length === found && !messages.some(({ id }) => id === shown) && !words) close();
  // What is selected stays so; where the reader has scrolled to is not touched.
  mark(selected, false);
  fill();
}

/** Puts the items in order: those that are there stay, and what is read stays where it is. */
function place() {
  const top = list.getBoundingClientRect().top;
  const old = new Map(Array.from(list.children, (item) => [item.id, item]));
  const read = list.scrollTop > 0 && [...old.values()].find((item) => item.getBoundingClientRect().bottom > top);
  const before = read && read.getBoundingClientRect().top;
  let next = list.firstChild;
  for (const mail of messages) {
    const item = old.get("m-" + mail.id);
    if (item) old.delete(item.id);
    if (item && item === next) next = next.nextSibling;
    else list.insertBefore(item ?? itemOf(mail), next);
  }
  for (const item of old.values()) item.remove();
  if (read && read.isConnected) list.scrollTop += read.getBoundingClientRect().top - before;
}

function mark(id, show = true) {
  selected = id;
  for (const item of list.children) {
    const on = item.id === "m-" + id;
    item.setAttribute("aria-selected", on);
    if (on && show) item.scrollIntoView({ block: "nearest" });
  }
  if (id) list.setAttribute("aria-activedescendant", "m-" + id);
}

async function open(id, place = "push") {
  mark(id);
  let mail;
  try {
    const response = await api("/" + encodeURIComponent(id));
    if (response.ok) mail = await response.json();
  } catch {
    // The list says that the sink is gone.
    return;
  }
  // Another one was chosen meanwhile.
  if (selected !== id) return;
  if (!mail) {
    if (place === "keep") byId("none").textContent = "This message does not exist, or no longer exists.";
    return;
  }
  // Each message has an address of its own, which can be reloaded and shared.
  const address = "/messages/" + encodeURIComponent(id);
  if (place !== "keep" && location.pathname !== address) history[place + "State"]({}, "", address);
  shown = id;
  document.body.classList.add("open");
  byId("none").hidden = true;
  article.hidden = false;
  const subject = plain(mail.subject) || "(no subject)";
  byId("subject").textContent = subject;
  const facts = [["From", addresses(mail.fromAddresses) || mail.from], ["To", addresses(mail.toAddresses)], ["Cc", addresses(mail.cc)],
    ["Reply-To", addresses(mail.replyTo)], ["Date", mail.date && dateText(mail.date)], ["Envelope", (mail.from || "<>") + " → " + mail.to.join(", ")],
    ["Received", new Date(mail.received).toLocaleString() + ", " + sizeText(mail.size)], ["Problem", mail.problem]];
  byId("facts").replaceChildren(...facts.filter(([, value]) => value)
    .flatMap(([name, value]) => [make("dt", name), make("dd", plain(value), { tabIndex: value.length > 200 ? 0 : -1 })]));
  document.title = subject + " · toucan mail sink";
  byId("attachments").replaceChildren(...mail.attachments.map(({ index, file, type, size }) => {
    const item = make("li");
    item.append(make("a", file + " · " + sizeText(size), { href: "/api/messages/" + encodeURIComponent(id) + "/attachments/" + index, download: "", title: type }));
    return item;
  }));
  const tabs = { ...(mail.hasHtml && { HTML: html }), ...((mail.text !== undefined || !mail.hasHtml) && { Text: text }), Headers: headers, Source: source };
  const first = tabs[tab] ? tab : Object.keys(tabs)[0];
  byId("tabs").replaceChildren(...Object.entries(tabs).map(([name, draw]) => {
    const button = make("button", name, { type: "button", role: "tab" });
    button.addEventListener("click", () => { tab = name; choose(name, draw, mail); });
    return button;
  }));
  choose(first, tabs[first], mail);
}

const addresses = (list) => list.map(({ name, address }) => name ? name + " <" + address + ">" : address).join(", ");
/** The date that the message has, as the reader's clock shows it. */
const dateText = (text) => /^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$/.test(text) ? new Date(text).toLocaleString() : text;

function choose(name, draw, mail) {
  for (const button of byId("tabs").children) button.setAttribute("aria-selected", button.textContent === name);
  byId("remote").hidden = true;
  byId("body").replaceChildren(draw(mail));
}
const pre = (content) => make("pre", content, { tabIndex: 0 });
const text = (mail) => {
  const element = pre("");
  element.append(...linked(mail.text ?? ""));
  return element;
};
/** A text with its links as such. */
function linked(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(/\\b(?:https?:\\/\\/|mailto:)[^\\s<>"\\u2028-\\u202e\\u2066-\\u2069]+/gi)) {
    const url = withoutEnd(match[0]);
    if (!URL.canParse(url)) continue;
    nodes.push(text.slice(at, match.index), make("a", url, { href: url, target: "_blank", rel: "noopener noreferrer" }));
    at = match.index + url.length;
  }
  return [...nodes, text.slice(at)];
}

/** An address without what ends the sentence around it; a bracket stays when it was opened within. */
function withoutEnd(address) {
  for (let end = address.length;; end--) {
    const char = address.charAt(end - 1), inside = address.slice(0, end);
    const open = { ")": "(", "]": "[", "}": "{" }[char];
    if (open ? inside.split(open).length >= inside.split(char).length : !".,;:!?'*_~…。，、！？；：」』）".includes(char)) return inside;
  }
}

/** Whether HTML shows pictures from elsewhere. It is parsed as a document that loads nothing; what is too long for that may have some. */
function hasRemotePictures(html) {
  if (html.length > 2000000) return true;
  const REMOTE = /(?:^|[\\s,"'(])\\s*(?:https?:)?[\\/\\\\]{2}/i;
  const IN_STYLE = /(?:url|image-set|image|src)\\([^;{}]*?(?:https?:)?\\/\\//i;
  // A style would be applied to the parsed document, and be reported as against the policy of this page.
  const document = new DOMParser().parseFromString(html.replace(/style/gi, "x-style"), "text/html");
  for (const element of document.querySelectorAll("img, image, input, source, video, body, table, tr, td, th, thead, tbody, [x-style], x-style")) {
    for (const name of ["src", "srcset", "poster", "background", "href", "xlink:href"]) {
      if (REMOTE.test(element.getAttribute(name) ?? "")) return true;
    }
    if (IN_STYLE.test(element.localName === "x-style" ? element.textContent : element.getAttribute("x-style") ?? "")) return true;
  }
  return false;
}

const headers = (mail) => pre(mail.headers.map(({ name, value }) => name + ": " + value).join("\\n"));
const html = (mail) => frameOf(mail);
const frameOf = (mail, more = "") => {
  const frame = make("iframe", "", { title: "The message's HTML", referrerPolicy: "no-referrer" });
  // Links open in a new tab, which is an ordinary one.
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.src = "/messages/" + encodeURIComponent(mail.id) + "/frame" + more;
  byId("remote").hidden = more !== "" || !hasRemotePictures(mail.html ?? "");
  // A frame that goes elsewhere would leave a step in the history.
  byId("remote").querySelector("button").onclick = () => byId("body").replaceChildren(frameOf(mail, "?images=remote"));
  return frame;
};
const source = (mail) => {
  const element = pre("…");
  api("/" + encodeURIComponent(mail.id) + "/raw").then((response) => response.text()).then((raw) => {
    element.textContent = raw.length > 1000000 ? raw.slice(0, 1000000) + "\\n… (the rest is left out)" : raw;
  }, () => element.textContent = "The sink is gone.");
  return element;
};

function close(place = "push") {
  shown = undefined;
  document.title = TITLE;
  if (place === "push" && location.pathname !== "/") history.pushState({}, "", "/");
  article.hidden = true;
  byId("none").hidden = false;
  byId("body").replaceChildren();
  document.body.classList.remove("open");
  list.focus();
}

async function remove(id) {
  if (!id) return;
  const at = messages.findIndex((mail) => mail.id === id);
  const next = messages[at + 1] ?? messages[at - 1];
  const wasShown = shown === id;
  if (!await api("/" + encodeURIComponent(id), { method: "DELETE" }).catch(() => null)) return;
  if (wasShown && next && innerWidth > 700) open(next.id, "replace"); else { mark(next?.id); if (wasShown) close(); }
}

function step(by) {
  const at = messages.findIndex(({ id }) => id === selected);
  const next = messages[at < 0 ? 0 : Math.min(Math.max(at + by, 0), messages.length - 1)];
  if (!next) return;
  if (shown) open(next.id, "replace"); else mark(next.id);
}

const KEYS = {
  ArrowDown: () => step(1), j: () => step(1), ArrowUp: () => step(-1), k: () => step(-1),
  Enter: () => selected && open(selected), Delete: () => remove(shown ?? selected), "#": () => remove(shown ?? selected),
  Escape: () => shown && close(), "/": () => search.focus(),
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === search) {
    if (event.key === "Escape" || event.key === "Enter" || event.key === "ArrowDown") { list.focus(); if (event.key !== "Escape") step(0); event.preventDefault(); }
    return;
  }
  // A button is pressed by Enter, a long text is scrolled by arrows.
  if (event.target.closest(event.key === "Enter" ? "button, a" : event.key.startsWith("Arrow") ? "pre" : "none")) return;
  const action = KEYS[event.key];
  if (action) { event.preventDefault(); action(); }
});
let typing;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(load, 150, "search");
});
list.addEventListener("scroll", fill);
byId("back").addEventListener("click", () => close());
byId("delete").addEventListener("click", () => remove(shown));
byId("clear").addEventListener("click", async () => {
  if (!confirm(words ? "Delete the messages found (" + found + ")?" : "Delete all messages?")) return;
  close();
  await api(filter("?"), { method: "DELETE" }).catch(() => {});
});
const TITLE = document.title;
/** Opens the message that the address names, if it names one. */
function follow() {
  const [, id] = /^\\/messages\\/([^/]+)$/.exec(location.pathname) ?? [];
  if (id) open(decodeURIComponent(id), "keep");
  else if (shown) close("keep");
}
addEventListener("popstate", follow);
load("search");
follow();
`;
