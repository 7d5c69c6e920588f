import { parseDuration, Turns } from "../../core/mod.ts";
import type { MailStore } from "../sink/types.ts";
import type { MailReader, MailSummary } from "./view.ts";

/** What of an inbox is asked for. */
export interface InboxQuery {
  /** Words that a message has to have. */
  readonly words: readonly string[];
  /** A recipient that its envelope has to have; empty for any. */
  readonly to: string;
  /** How many of the newest are wanted. */
  readonly limit: number;
  /** How many messages are waited for. */
  readonly count: number;
  /** The version that the asker knows; with it, another one is waited for instead. */
  readonly since?: number;
  /** Milliseconds to wait. */
  readonly wait: number;
}

/** What is found. */
export interface InboxList {
  /** The version of the inbox, for `since`. */
  readonly version: number;
  /** How many messages there are. */
  readonly total: number;
  /** How many of them fit. */
  readonly found: number;
  /** The newest of these, the newest first. */
  readonly messages: readonly MailSummary[];
}

const LONGEST_WAIT = 60_000;

/** Reads the query of a URL; nothing when it makes no sense. */
export function parseQuery(search: URLSearchParams): InboxQuery | undefined {
  const number = (name: string, fallback: number, most: number) => {
    const text = search.get(name);
    if (text === null) return fallback;
    return /^\d{1,15}$/.test(text) && Number(text) <= most ? Number(text) : NaN;
  };
  let wait = 0;
  try {
    wait = Math.min(parseDuration(search.get("wait") ?? "0"), LONGEST_WAIT);
  } catch {
    return undefined;
  }
  const since = search.has("since") ? number("since", 0, 2 ** 50) : undefined;
  const limit = number("limit", 100, 1000);
  const count = number("count", 1, 1_000_000);
  if ([since ?? 0, limit, count].some(Number.isNaN)) return undefined;
  const words = (search.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20);
  return { words, to: (search.get("to") ?? "").toLowerCase(), limit, count, since, wait };
}

/** Looks for messages; when there is nothing new yet, waits as long as the query says. */
export async function find(
  store: MailStore,
  reader: MailReader,
  query: InboxQuery,
  signal: AbortSignal,
): Promise<InboxList> {
  const end = performance.now() + query.wait;
  while (true) {
    const patience = new AbortController();
    const changed = store.changed(patience.signal);
    try {
      const list = await look(store, reader, query, signal);
      const enough = query.since === undefined ? list.found >= query.count : list.version !== query.since;
      const left = end - performance.now();
      if (enough || left <= 0 || signal.aborted) return list;
      await settle(changed, left, signal);
    } finally {
      patience.abort();
    }
  }
}

async function look(
  store: MailStore,
  reader: MailReader,
  query: InboxQuery,
  signal: AbortSignal,
): Promise<InboxList> {
  const { version, messages: all } = store;
  const { words, to, limit } = query;
  const addressed = to === "" ? all : all.filter((mail) => mail.to.some((address) => address.toLowerCase() === to));
  let fitting = [...addressed];
  if (words.length > 0) {
    fitting = [];
    const turns = new Turns();
    for (const mail of addressed) {
      if (await reader.matches(mail, words)) fitting.push(mail);
      if (!turns.due) continue;
      if (signal.aborted) break;
      // Mail goes on coming in while thousands of messages are looked into.
      await turns.pass();
    }
  }
  const newest = fitting.slice(Math.max(0, fitting.length - limit)).reverse();
  return {
    version,
    total: all.length,
    found: fitting.length,
    messages: await Promise.all(newest.map((mail) => reader.summary(mail))),
  };
}

/** Waits for a change, or so long, or for the end of all. */
async function settle(changed: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  signal.addEventListener("abort", stop, { once: true });
  changed.then(resolve);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
}
