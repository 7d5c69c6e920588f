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

/** Returns the mail server that messages are released to; undefined when there is none. */
export async function fetchRelay(): Promise<string | undefined> {
  const response = await fetch("/api/relay").catch(() => undefined);
  return response?.ok ? (await response.json()).server : undefined;
}

/** Releases a message to these recipients, or lists of them with commas. Returns what became of it, in words. */
export async function releaseMail(id: string, to: readonly string[]): Promise<string> {
  const headers = { "Content-Type": "application/json" };
  const options = { method: "POST", headers, body: JSON.stringify({ to }) };
  const response = await api(`/${encodeURIComponent(id)}/release`, options).catch(() => undefined);
  if (!response) return "The sink is gone.";
  const answer: ReleaseAnswer = await response.json();
  if (answer.error) return answer.error.message;
  const refused = answer.recipients?.find(({ accepted }) => !accepted);
  return refused ? `${refused.address}: ${refused.reply.text}` : `Accepted by ${answer.server}.`;
}

/** An answer to a release: the report of the client, or an error. */
interface ReleaseAnswer {
  readonly server?: string;
  readonly recipients?: readonly {
    readonly address: string;
    readonly accepted: boolean;
    readonly reply: { readonly text: string };
  }[];
  readonly error?: { readonly message: string };
}

function api(path: string, options?: RequestInit): Promise<Response> {
  return fetch(`/api/messages${path}`, options);
}
