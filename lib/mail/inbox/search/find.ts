import type { MailStore, StoredMail } from "../../sink/types.ts";
import { matching } from "./filter.ts";
import type { InboxQuery } from "./query.ts";
import type { MailReader } from "../reader.ts";
import type { MailSummary } from "../view_types.ts";
import type { Waiters } from "./waiters.ts";

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

/** What is looked into. */
export interface InboxSource {
  readonly store: MailStore;
  readonly reader: MailReader;
  readonly waiters: Waiters;
}

/** How many messages a list has unless a limit is given. */
const LISTED = 100;

/**
 * Looks for messages; when there are not enough, or nothing is new, waits as long as the query says, but no longer than its client is
 * there.
 */
export async function find(
  source: InboxSource,
  query: InboxQuery,
  signal: AbortSignal,
  gone: () => Promise<void>,
): Promise<InboxList> {
  const { store, reader, waiters } = source;
  if (query.wait > 0) {
    const patience = new AbortController();
    const stop = () => patience.abort();
    const timer = setTimeout(stop, query.wait);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    gone().then(stop);
    try {
      if (query.since === undefined) {
        const initial = () => matching(store.messages, reader, query, patience.signal);
        await waiters.wait(query, query.count, initial, patience.signal);
      } else if (store.version === query.since) await store.changed(patience.signal);
    } finally {
      stop();
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  }
  return await look(source, query, signal);
}

/** Returns the messages that a filter means, the newest first: those between `offset` and `limit` where these are given. */
export async function select(
  { store, reader }: InboxSource,
  query: InboxQuery,
  signal: AbortSignal,
): Promise<StoredMail[]> {
  const fitting = await matching(store.messages, reader, query, signal);
  return fitting.reverse().slice(query.offset, query.limit === undefined ? undefined : query.offset + query.limit);
}

async function look({ store, reader }: InboxSource, query: InboxQuery, signal: AbortSignal): Promise<InboxList> {
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
