/**
 * What the inbox's page does. Text of messages only ever becomes text (`textContent`), never markup; HTML of a message is shown by
 * a frame without rights.
 */
export const SCRIPT = `"use strict";
const byId = (id) => document.getElementById(id);
const list = byId("list"), search = byId("search"), article = byId("mail");
let messages = [], selected, shown, tab, version = -1, asked = 0, polling;

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
  const query = "?q=" + encodeURIComponent(search.value) + "&limit=500" + (wait ? "&wait=30s&since=" + version : "");
  try {
    const response = await api(query, { signal: polling.signal });
    if (!response.ok) throw new Error("it has no answer");
    const answer = await response.json();
    if (turn !== asked) return;
    const changed = answer.version !== version || !wait;
    version = answer.version;
    messages = answer.messages;
    if (changed) drawList(answer);
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

function drawList({ total, found }) {
  byId("count").textContent = search.value.trim() ? found + " of " + total : total + (total === 1 ? " message" : " messages");
  byId("empty").hidden = total > 0;
  list.hidden = total === 0;
  byId("clear").disabled = total === 0;
  list.replaceChildren(...messages.map((mail) => {
    const item = make("li", "", { role: "option", id: "m-" + mail.id });
    item.append(make("b", mail.fromHeader || mail.from || "<>"), make("time", timeText(mail.received)),
      make("span", mail.subject || "(no subject)"), make("i", "to " + mail.to.join(", ")));
    item.addEventListener("click", () => open(mail.id));
    return item;
  }));
  if (shown && !messages.some(({ id }) => id === shown) && !search.value.trim()) close();
  // What is selected stays so; where the reader has scrolled to is not touched.
  mark(selected, false);
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

async function open(id) {
  mark(id);
  const response = await api("/" + id);
  if (!response.ok || selected !== id) return;
  const mail = await response.json();
  shown = id;
  document.body.classList.add("open");
  byId("none").hidden = true;
  article.hidden = false;
  byId("subject").textContent = mail.subject || "(no subject)";
  const facts = [["From", mail.fromHeader || mail.from], ["To", mail.toHeader], ["Envelope", (mail.from || "<>") + " → " + mail.to.join(", ")],
    ["Received", new Date(mail.received).toLocaleString() + ", " + sizeText(mail.size)], ["Problem", mail.problem]];
  byId("facts").replaceChildren(...facts.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", name), make("dd", value)]));
  byId("attachments").replaceChildren(...mail.attachments.map(({ index, file, type, size }) => {
    const item = make("li");
    item.append(make("a", file + " · " + sizeText(size), { href: "/api/messages/" + id + "/attachments/" + index, download: "", title: type }));
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
  byId("body").replaceChildren(draw(mail));
}
const pre = (content) => make("pre", content, { tabIndex: 0 });
const text = (mail) => pre(mail.text);
const headers = (mail) => pre(mail.headers.map(({ name, value }) => name + ": " + value).join("\\n"));
const html = (mail) => {
  const frame = make("iframe", "", { title: "The message's HTML", referrerPolicy: "no-referrer" });
  frame.setAttribute("sandbox", "");
  frame.src = "/api/messages/" + mail.id + "/html";
  return frame;
};
const source = (mail) => {
  const element = pre("…");
  api("/" + mail.id + "/raw").then((response) => response.text()).then((raw) => {
    element.textContent = raw.length > 1000000 ? raw.slice(0, 1000000) + "\\n… (the rest is left out)" : raw;
  });
  return element;
};

function close() {
  shown = undefined;
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
  await api("/" + id, { method: "DELETE" });
  if (wasShown && next && innerWidth > 700) open(next.id); else { mark(next?.id); if (wasShown) close(); }
}

function step(by) {
  const at = messages.findIndex(({ id }) => id === selected);
  const next = messages[at < 0 ? 0 : Math.min(Math.max(at + by, 0), messages.length - 1)];
  if (!next) return;
  if (shown) open(next.id); else mark(next.id);
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
byId("back").addEventListener("click", close);
byId("delete").addEventListener("click", () => remove(shown));
byId("clear").addEventListener("click", async () => {
  if (!confirm("Delete all messages?")) return;
  close();
  await api("", { method: "DELETE" });
});
load(false);
`;
