/**
 * The script of the inbox's page: keys, buttons and the address.
 * @module
 */
import { deleteFound, markFoundRead } from "./api.ts";
import { byId } from "./dom.ts";
import { fill, load, showRead, state } from "./list.ts";
import { close, open, remove, shownMail, step } from "./mail.ts";
import { offerRelease } from "./release.ts";

/** Milliseconds after a key before what is typed is searched for. */
const TYPING_MS = 150;

const list = byId("list");
const search = byId("search");

const KEYS = new Map<string, () => unknown>([
  ["ArrowDown", () => step(1)],
  ["j", () => step(1)],
  ["ArrowUp", () => step(-1)],
  ["k", () => step(-1)],
  ["Enter", () => state.selected && open(state.selected)],
  ["Delete", () => remove(shownMail() ?? state.selected)],
  ["#", () => remove(shownMail() ?? state.selected)],
  ["Escape", () => shownMail() && close()],
  ["/", () => search.focus()],
]);

addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target === search) {
    if (key !== "Escape" && key !== "Enter" && key !== "ArrowDown") return;
    list.focus();
    if (key !== "Escape") step(0);
    event.preventDefault();
    return;
  }
  // What is typed into another field is not a command.
  if (target instanceof HTMLInputElement) return;
  // A button is pressed by Enter, a long text is scrolled by arrows.
  const own = key === "Enter" ? "button, a" : key.startsWith("Arrow") ? "pre, dd" : undefined;
  if (own && target instanceof Element && target.closest(own)) return;
  const action = KEYS.get(key);
  if (!action) return;
  event.preventDefault();
  action();
});

let typing: number | undefined;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => load("search"), TYPING_MS);
});
list.addEventListener("scroll", () => fill());
list.addEventListener("click", ({ target }) => {
  const item = target instanceof Element ? target.closest("li") : null;
  if (item) void open(item.id.slice("m-".length));
});
byId("back").addEventListener("click", () => close());
byId("delete").addEventListener("click", () => remove(shownMail()));
byId("read").addEventListener("click", async () => {
  if (await markFoundRead(state.words)) showRead();
});
byId("clear").addEventListener("click", async () => {
  const { words, found } = state;
  if (!globalThis.confirm(words === "" ? "Delete all messages?" : `Delete the messages found (${found})?`)) return;
  close();
  await deleteFound(words);
});

state.drawn = () => {
  const { messages, found, words } = state;
  const shown = shownMail();
  if (shown && words === "" && messages.length === found && !messages.some(({ id }) => id === shown)) close();
};

/** Opens the message that the address names, if it names one. */
function follow(): void {
  const [, id] = /^\/messages\/([^/]+)$/.exec(location.pathname) ?? [];
  if (id) void open(decodeURIComponent(id), "keep");
  else if (shownMail()) close("keep");
}
addEventListener("popstate", follow);
void load("search");
void offerRelease();
follow();
