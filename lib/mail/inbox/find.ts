import { Turns } from "../../core/mod.ts";
import type { MailStore, StoredMail } from "../sink/types.ts";
import type { InboxQuery, MailFilter } from "./query.ts";
import type { MailReader, MailSummary } from "./view.ts";

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

/** How many messages a list has unless a limit is given. */
const LISTED = 100;

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

/** Returns the messages that a filter means, the newest first: those between `offset` and `limit` where these are given. */
export async function select(
  store: MailStore,
  reader: MailReader,
  query: InboxQuery,
  signal: AbortSignal,
): Promise<StoredMail[]> {
  const fitting = await matching(store.messages, reader, query, signal);
  return fitting.reverse().slice(query.offset, query.limit === undefined ? undefined : query.offset + query.limit);
}

async function look(
  store: MailStore,
  reader: MailReader,
  query: InboxQuery,
  signal: AbortSignal,
): Promise<InboxList> {
  const { version, messages: all } = store;
  const fitting = await matching(all, reader, query, signal);
  const { offset, limit = LISTED } = query;
  const wanted = fitting.toReversed().slice(offset, offset + limit);
  return {
    version,
    total: all.length,
    found: fitting.length,
    messages: await Promise.all(wanted.map((mail) => reader.summary(mail))),
  };
}

/** Those of the messages that fit, in their order. What needs no look into a message is checked first. */
async function matching(
  all: readonly StoredMail[],
  reader: MailReader,
  filter: MailFilter,
  signal: AbortSignal,
): Promise<StoredMail[]> {
  const { to, before, words, from, subject, attachment } = filter;
  const addressed = all.filter((mail) =>
    (to === undefined || mail.to.some((address) => address.toLowerCase() === to)) &&
    (before === undefined || mail.received < before)
  );
  if (words.length === 0 && from === undefined && subject === undefined && !attachment) return addressed;
  const fitting: StoredMail[] = [];
  const turns = new Turns();
  for (const mail of addressed) {
    if (await reader.fits(mail, filter)) fitting.push(mail);
    if (!turns.due) continue;
    if (signal.aborted) break;
    // Mail goes on coming in while thousands of messages are looked into.
    await turns.pass();
  }
  return fitting;
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
