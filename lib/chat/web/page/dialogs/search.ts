import { escapeTags } from "../../../codec/tags.ts";
import { jump } from "../unread/jump.ts";
import { type Line, room, state } from "../room.ts";
import { connection } from "../session.ts";
import { plain } from "../text.ts";
import { byId, element, input } from "../view/dom.ts";
import { hue } from "../view/hue.ts";
import { dialog, openDialog } from "./dialog.ts";

/** Maximum number of results, and of bytes of the words. */
const MAX_RESULTS = 100;

let found: readonly Line[] = [];

/** Opens the search, and searches when there are words. */
export function openSearch(words = ""): void {
  byId("search-here").textContent = state.current?.name ?? "";
  openDialog("search");
  input("words").focus();
  if (words === "") return;
  input("words").value = words;
  search();
}

function search(): void {
  const words = input("words").value.trim().split(/\s+/);
  const from = words.find((word) => /^from:./.test(word))?.slice("from:".length);
  const text = words.filter((word) => !/^from:./.test(word)).join(" ");
  if (text === "" && from === undefined) return;
  const attributes = new Map([["limit", `${MAX_RESULTS}`]]);
  if (input("search-one").checked && state.current) attributes.set("in", state.current.name);
  if (from !== undefined) attributes.set("from", from);
  if (text !== "") attributes.set("text", text);
  byId("search-error").textContent = "";
  byId("search-state").textContent = "Searching…";
  byId("results").replaceChildren();
  connection.send("SEARCH", escapeTags(attributes));
}

/** Takes the answer to a search. */
export function searched(lines: readonly Line[]): void {
  found = lines.slice(-MAX_RESULTS).toReversed();
  const count = found.length === MAX_RESULTS
    ? `The last ${MAX_RESULTS} messages`
    : `${found.length} message${found.length === 1 ? "" : "s"}`;
  byId("search-state").textContent = found.length === 0 ? "No message has all of these words." : count;
  byId("results").replaceChildren(...found.map(resultItem));
}

/** Takes the refusal of a search. */
export function searchFailed(why: string): void {
  byId("search-state").textContent = "";
  byId("search-error").textContent = why;
}

function resultItem({ target = "", nick = "", time, text }: Line): HTMLElement {
  const made = element("button");
  made.type = "button";
  const when = element("time", time.toLocaleString());
  when.dateTime = time.toISOString();
  const words = element("bdi", plain(text));
  made.append(element("small", target), " ", when, element("br"), element("b", nick, hue(nick)), " ", words);
  const item = element("li");
  item.append(made);
  return item;
}

byId("search-form").onsubmit = (event) => {
  event.preventDefault();
  search();
};
byId("results").onclick = ({ target }) => {
  const item = target instanceof Element ? target.closest("li") : null;
  const line = found[[...byId("results").children].findIndex((one) => one === item)];
  if (line?.target === undefined || line.id === undefined) return;
  dialog("search").close();
  jump(room(line.target), line);
};
byId("show-search").onclick = () => openSearch();
