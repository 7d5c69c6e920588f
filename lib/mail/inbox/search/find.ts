import type { MailStore, StoredMail } from "../../store/types.ts";
import { matching } from "./filter.ts";
import type { InboxQuery } from "./query.ts";
import type { MailReader } from "../reader.ts";
import type { MailSummary } from "../view_types.ts";
import type { Waiters } from "./waiters.ts";

/** Result of a search. */
export interface InboxList {
  /** The version of the inbox, for `since`. */
  readonly version: number;
  /** Number of messages in the store. */
  readonly total: number;
  /** Number of messages that match. */
  readonly found: number;
  /** The newest of these, the newest first. */
  readonly messages: readonly MailSummary[];
}

/** Source of a search. */
export interface InboxSource {
  readonly store: MailStore;
  readonly reader: MailReader;
  readonly waiters: Waiters;
}

/** Number of messages in a list unless a limit is given. */
const DEFAULT_LIMIT = 100;

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
    const waiting = new AbortController();
    const stop = () => waiting.abort();
    const timer = setTimeout(stop, query.wait);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    gone().then(stop);
    try {
      if (query.since === undefined) {
        const initial = () => matching(store.messages, reader, query, waiting.signal);
        await waiters.wait(query, query.count, initial, waiting.signal);
      } else if (store.version === query.since) await store.changed(waiting.signal);
    } finally {
      stop();
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  }
  return await listOf(source, query, signal);
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

async function listOf({ store, reader }: InboxSource, query: InboxQuery, signal: AbortSignal): Promise<InboxList> {
  const { version, messages: all } = store;
  const fitting = await matching(all, reader, query, signal);
  const { offset, limit = DEFAULT_LIMIT } = query;
  const wanted = fitting.toReversed().slice(offset, offset + limit);
  return {
    version,
    total: all.length,
    found: fitting.length,
    messages: await Promise.all(
      wanted.map(async (mail) => ({ ...await reader.summary(mail), seen: store.isSeen(mail.id) })),
    ),
  };
}
