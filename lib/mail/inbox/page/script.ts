/**
 * What the inbox's page does. Text of messages only ever becomes text (`textContent`), never markup; HTML of a message is shown by
 * a frame without rights.
 */
export const SCRIPT = `"use strict";
const byId = (id) => document.getElementById(id);
const list = byId("list"), search = byId("search"), article = byId("mail");
let messages = [], found = 0, selected, shown, tab, version = -1, asked = 0, polling, growing = false;
const STEP = 200;

const make = (name, text, fields = {}) => Object.assign(document.createElement(name), { textContent: text ?? "" }, fields);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const api = (path, options) => fetch("/api/messages" + path, options);
const sizeText = (bytes) => bytes < 1024 ? bytes + " B" : bytes < 1048576 ? (bytes / 1024).toFixed(1) + " KiB" : (bytes / 1048576).toFixed(1) + " MiB";
const timeText = (ms) => {
  const date = new Date(ms);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString([], { timeStyle: "short" }) : date.toLocaleDateString();
};

async function load(wait) {
  const turn = ++asked;
  polling?.abort();
  polling = new AbortController();
  try {
    const answer = await ask(0, STEP, polling.signal, wait ? "&wait=30s&since=" + version : "");
    if (turn !== asked) return;
    if (answer.version !== version || !wait) {
      // As many as were there to scroll through still are.
      for (let more = answer; wait && more.messages.length > 0 && answer.messages.length < messages.length;) {
        more = await ask(answer.messages.length, 1000, polling.signal);
        if (turn !== asked) return;
        answer.messages.push(...more.messages);
      }
      version = answer.version;
      messages = unique(answer.messages);
      drawList(answer);
    }
  } catch (error) {
    if (turn !== asked) return;
    byId("count").textContent = "The sink is gone; trying again";
    await pause(2000);
    if (turn === asked) load(false);
    return;
  }
  // However much comes in, the list is drawn a few times a second.
  await pause(250);
  if (turn === asked) load(true);
}

async function ask(offset, limit, signal, more = "") {
  const words = search.value.trim().split(/\\s+/).slice(0, 20).join(" ");
  const query = "?offset=" + offset + "&limit=" + limit + (words ? "&q=" + encodeURIComponent(words) : "") + more;
  const response = await api(query, { signal });
  if (!response.ok) throw new Error("it has no answer");
  return await response.json();
}

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

/** A text whose marks turn nothing beside it: a name must not turn the address behind it. */
const bdi = (text) => make("bdi", text);
const listed = (lists) => lists.flatMap((nodes, i) => i === 0 ? nodes : [", ", ...nodes]);
/** Mailboxes as nodes; a name that could be taken for mailboxes stands between quotes. */
function people(list, otherwise) {
  if (list.length === 0) return [otherwise];
  return listed(list.map(({ name, address }) => {
    if (!name || !address) return [bdi(name || address)];
    const quote = /[()<>[\\]:;@,"\\\\]/.test(name) ? '"' : "";
    return [quote, bdi(name), quote + " <", bdi(address), ">"];
  }));
}

function itemOf(mail) {
  const item = make("li", "", { role: "option", id: "m-" + mail.id });
  const sender = make("b");
  sender.append(...people(mail.fromAddresses, mail.fromHeader || mail.from || "<>"));
  item.append(sender, make("time", timeText(mail.received)),
    make("span", mail.subject || "(no subject)"), make("i", "to " + mail.to.join(", ")));
  item.addEventListener("click", () => open(mail.id));
  return item;
}

function drawList(answer) {
  const { total } = answer;
  found = answer.found;
  byId("count").textContent = search.value.trim() ? found + " of " + total : total + (total === 1 ? " message" : " messages");
  byId("empty").hidden = total > 0;
  list.hidden = total === 0;
  byId("clear").disabled = total === 0;
  list.replaceChildren(...messages.map(itemOf));
  if (shown && messages.length === found && !messages.some(({ id }) => id === shown) && !search.value.trim()) close();
  // What is selected stays so; where the reader has scrolled to is not touched.
  mark(selected, false);
  fill();
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
  const response = await api("/" + encodeURIComponent(id));
  if (selected !== id) return;
  if (!response.ok) {
    if (place === "keep") byId("none").textContent = "This message does not exist, or no longer exists.";
    return;
  }
  // Each message has an address of its own, which can be reloaded and shared.
  const address = "/messages/" + encodeURIComponent(id);
  if (place !== "keep" && location.pathname !== address) history[place + "State"]({}, "", address);
  const mail = await response.json();
  shown = id;
  document.body.classList.add("open");
  byId("none").hidden = true;
  article.hidden = false;
  byId("subject").textContent = mail.subject || "(no subject)";
  const envelope = [bdi(mail.from || "<>"), " → ", ...listed(mail.to.map((address) => [bdi(address)]))];
  const facts = [["From", people(mail.fromAddresses, mail.fromHeader || mail.from)], ["To", people([...mail.toAddresses, ...mail.cc], mail.toHeader)],
    ["Envelope", envelope], ["Received", [new Date(mail.received).toLocaleString() + ", " + sizeText(mail.size)]], ["Problem", [mail.problem ?? ""]]];
  byId("facts").replaceChildren(...facts.filter(([, nodes]) => nodes.some(Boolean)).flatMap(([name, nodes]) => {
    const value = make("dd");
    value.append(...nodes);
    return [make("dt", name), value];
  }));
  // A title is text alone: the marks around the subject end what it may begin.
  document.title = "\\u2068" + (mail.subject || "(no subject)") + "\\u2069 · toucan mail sink";
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
/** A text with its links as such. What ends a sentence, or a bracket that was not opened in it, is no part of an address. */
function linked(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(/\\b(?:https?:\\/\\/|mailto:)[^\\s<>"]+/gi)) {
    let [url] = match;
    while (/[.,:;!?']$/.test(url) || (url.endsWith(")") && !url.includes("(")) || (url.endsWith("]") && !url.includes("["))) url = url.slice(0, -1);
    if (!URL.canParse(url)) continue;
    nodes.push(text.slice(at, match.index), make("a", url, { href: url, target: "_blank", rel: "noopener noreferrer" }));
    at = match.index + url.length;
  }
  return [...nodes, text.slice(at)];
}
const PICTURED = /<(?:img|image|input|body|table|t[dhr]|video|source)\\b[^>]*(?:src|srcset|background|poster|href)\\s*=\\s*["']?[^"'>]*\\/\\/|url\\(\\s*["']?\\s*(?:https?:)?\\/\\//i;
const headers = (mail) => pre(mail.headers.map(({ name, value }) => name + ": " + value).join("\\n"));
const html = (mail) => frameOf(mail);
const frameOf = (mail, more = "") => {
  const frame = make("iframe", "", { title: "The message's HTML", referrerPolicy: "no-referrer" });
  // Links open in a new tab, which is an ordinary one.
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.src = "/messages/" + encodeURIComponent(mail.id) + "/frame" + more;
  byId("remote").hidden = more !== "" || !PICTURED.test(mail.html ?? "");
  // A frame that goes elsewhere would leave a step in the history.
  byId("remote").querySelector("button").onclick = () => byId("body").replaceChildren(frameOf(mail, "?images=remote"));
  return frame;
};
const source = (mail) => {
  const element = pre("…");
  api("/" + encodeURIComponent(mail.id) + "/raw").then((response) => response.text()).then((raw) => {
    element.textContent = raw.length > 1000000 ? raw.slice(0, 1000000) + "\\n… (the rest is left out)" : raw;
  });
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
  await api("/" + encodeURIComponent(id), { method: "DELETE" });
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
  typing = setTimeout(load, 150, false);
});
list.addEventListener("scroll", fill);
byId("back").addEventListener("click", () => close());
byId("delete").addEventListener("click", () => remove(shown));
byId("clear").addEventListener("click", async () => {
  if (!confirm("Delete all messages?")) return;
  close();
  await api("", { method: "DELETE" });
});
const TITLE = document.title;
/** Opens the message that the address names, if it names one. */
function follow() {
  const [, id] = /^\\/messages\\/([^/]+)$/.exec(location.pathname) ?? [];
  if (id) open(decodeURIComponent(id), "keep");
  else if (shown) close("keep");
}
addEventListener("popstate", follow);
load(false);
follow();
`;
