import type { MailSummary, MailView } from "../view_types.ts";

/** A part of the list of messages. */
export interface ListAnswer {
  /** Number of messages. */
  readonly total: number;
  /** Number of those that were asked for. */
  readonly found: number;
  /** Version of the list. */
  readonly version: number;
  /** Those of this part, newest first. */
  readonly messages: readonly MailSummary[];
}

/** Asks for a part of the list. */
export async function fetchList(query: URLSearchParams, signal: AbortSignal): Promise<ListAnswer> {
  const response = await api(`?${query}`, { signal });
  if (!response.ok) throw new Error(`the list is answered with ${response.status}`);
  return await response.json();
}

/** Asks for a whole message; undefined when there is none. */
export async function fetchMail(id: string): Promise<MailView | undefined> {
  const response = await api(`/${encodeURIComponent(id)}`);
  return response.ok ? await response.json() : undefined;
}

/** Asks for a message as it was sent. */
export async function fetchSource(id: string): Promise<string> {
  return await (await api(`/${encodeURIComponent(id)}/raw`)).text();
}

/** Deletes a message. Returns whether the sink has answered. */
export async function deleteMail(id: string): Promise<boolean> {
  return await api(`/${encodeURIComponent(id)}`, { method: "DELETE" }).then(() => true, () => false);
}

/** Deletes all messages that have these words; without words, all. */
export async function deleteFound(words: string): Promise<void> {
  await api(words === "" ? "" : `?${new URLSearchParams({ q: words })}`, { method: "DELETE" }).catch(() => {});
}

function api(path: string, options?: RequestInit): Promise<Response> {
  return fetch(`/api/messages${path}`, options);
}
