import type { MailSummary } from "../view_types.ts";
import { fetchList, type ListAnswer } from "./api.ts";
import { buttonById, byId, make, plain, timeText } from "./dom.ts";

/** Number of messages that are loaded at once, and at most in one answer. */
const STEP = 200;
const MAX_STEP = 1000;
const MAX_WORDS = 20;
/** Milliseconds between two drawings, however much comes in, and before the next attempt when the sink is gone. */
const PACE_MS = 250;
const RETRY_MS = 2000;

const list = byId("list");
const search = byId("search");

/** State of the list. */
export const state: {
  /** Messages that are loaded, newest first. */
  messages: readonly MailSummary[];
  /** Number of those that the search finds. */
  found: number;
  /** Words of the search. */
  words: string;
  /** Id of the message that is selected. */
  selected?: string;
  /** Called after the list was drawn. */
  drawn?: () => void;
} = { messages: [], found: 0, words: "" };

let version = -1;
let turn = 0;
let polling = new AbortController();
let growing = false;

/** Loads the list: "search" from the start, "again" with as many as there are, "change" as soon as it has changed. */
export async function load(why: "search" | "again" | "change"): Promise<void> {
  const own = ++turn;
  if (why === "search" && search instanceof HTMLInputElement) {
    state.words = search.value.trim().split(/\s+/).slice(0, MAX_WORDS).join(" ");
  }
  polling.abort();
  const { signal } = polling = new AbortController();
  try {
    const answer = await ask(0, STEP, signal, why === "change");
    if (own === turn && (answer.version !== version || why !== "change")) {
      await update(answer, why !== "search", signal);
    }
    if (own === turn && why === "search") list.scrollTop = 0;
    void fill();
  } catch {
    if (own !== turn) return;
    byId("count").textContent = "The sink is gone; trying again";
    await pause(RETRY_MS);
    if (own === turn) void load("again");
    return;
  }
  await pause(PACE_MS);
  if (own === turn) void load("change");
}

async function update(answer: ListAnswer, keep: boolean, signal: AbortSignal): Promise<void> {
  const { messages, found } = state;
  let all = unique([...answer.messages, ...keep ? messages : []]);
  // What was deleted meanwhile is not known: as many as were there to scroll through are asked for again.
  if (keep && all.length - messages.length !== answer.found - found) {
    const fresh = [...answer.messages];
    for (let more = fresh.length; more > 0 && fresh.length < messages.length;) {
      const next = await ask(fresh.length, MAX_STEP, signal);
      if (signal.aborted) return;
      more = next.messages.length;
      fresh.push(...next.messages);
    }
    all = unique(fresh);
  }
  state.messages = all;
  version = answer.version;
  draw(answer);
}

async function ask(offset: number, limit: number, signal?: AbortSignal, wait = false): Promise<ListAnswer> {
  const query = new URLSearchParams({ offset: `${offset}`, limit: `${limit}` });
  if (state.words !== "") query.set("q", state.words);
  if (wait) {
    query.set("wait", "30s");
    query.set("since", `${version}`);
  }
  return await fetchList(query, signal);
}

/** Removes duplicates: what comes in between two requests moves the rest, and a message may be in both answers. */
function unique(messages: readonly MailSummary[]): readonly MailSummary[] {
  const found = new Map<string, MailSummary>();
  // The first one is the newest answer.
  for (const mail of messages) if (!found.has(mail.id)) found.set(mail.id, mail);
  return [...found.values()];
}

/** Shows all loaded messages as read: the next answer has the newest of them only. */
export function showRead(): void {
  state.messages = state.messages.map((mail) => ({ ...mail, seen: true }));
  for (const item of list.children) item.classList.remove("unread");
  buttonById("read").disabled = true;
}

/** Loads older messages while the end of the list is in view. */
export async function fill(): Promise<void> {
  if (list.scrollTop + 2 * list.clientHeight <= list.scrollHeight) return;
  const { messages, found } = state;
  if (growing || messages.length >= found) return;
  growing = true;
  try {
    const answer = await ask(messages.length, STEP);
    // An answer to the list as it was is dropped when another one was drawn meanwhile; the next call asks again.
    if (state.messages === messages) {
      const all = unique([...messages, ...answer.messages]);
      if (answer.messages.length === 0) state.found = messages.length;
      list.append(...all.slice(messages.length).map(itemOf));
      state.messages = all;
      mark(state.selected, false);
    }
  } catch {
    // The next look at the list says what is wrong, and tries again.
    return;
  } finally {
    growing = false;
  }
  void fill();
}

function itemOf(mail: MailSummary): HTMLElement {
  const item = make("li", undefined, { id: `m-${mail.id}` });
  item.role = "option";
  item.classList.toggle("unread", !mail.seen);
  item.append(
    make("b", plain(mail.fromHeader || mail.from || "<>")),
    make("time", timeText(mail.received)),
    make("span", plain(mail.subject) || "(no subject)"),
    make("i", plain(`to ${mail.to.join(", ")}`)),
  );
  return item;
}

function draw({ total, found }: ListAnswer): void {
  const searched = state.words !== "";
  state.found = found;
  byId("count").textContent = searched ? `${found} of ${total}` : `${total} ${total === 1 ? "message" : "messages"}`;
  byId("empty").hidden = total > 0;
  list.hidden = total === 0;
  buttonById("read").disabled = state.messages.every(({ seen }) => seen);
  const clear = buttonById("clear");
  clear.disabled = found === 0;
  clear.textContent = searched ? "Delete found" : "Delete all";
  place();
  state.drawn?.();
  // What is selected stays so; where the reader has scrolled to is not touched.
  mark(state.selected, false);
  void fill();
}

/** Puts the items in order: those that are there stay, and what is read stays where it is. */
function place(): void {
  const { top } = list.getBoundingClientRect();
  const old = new Map(Array.from(list.children, (item) => [item.id, item]));
  const first = [...old.values()].find((item) => item.getBoundingClientRect().bottom > top);
  const read = list.scrollTop > 0 ? first : undefined;
  const before = read?.getBoundingClientRect().top ?? 0;
  let next = list.firstElementChild;
  for (const mail of state.messages) {
    const item = old.get(`m-${mail.id}`);
    if (item) old.delete(item.id);
    item?.classList.toggle("unread", !mail.seen);
    if (item && item === next) next = next.nextElementSibling;
    else list.insertBefore(item ?? itemOf(mail), next);
  }
  for (const item of old.values()) item.remove();
  if (read?.isConnected) list.scrollTop += read.getBoundingClientRect().top - before;
}

/** Selects a message. */
export function mark(id: string | undefined, scroll = true): void {
  state.selected = id;
  for (const item of list.children) {
    const on = item.id === `m-${id}`;
    item.ariaSelected = `${on}`;
    if (on && scroll) item.scrollIntoView({ block: "nearest" });
  }
  if (id) list.setAttribute("aria-activedescendant", `m-${id}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
