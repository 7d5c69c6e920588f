import type { LinkOutcome, MailReview } from "../../review/types.ts";
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
export async function fetchList(query: URLSearchParams, signal?: AbortSignal): Promise<ListAnswer> {
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

/** Asks for the links of a message and facts about its HTML. */
export async function fetchReview(id: string): Promise<MailReview> {
  return await (await api(`/${encodeURIComponent(id)}/review`)).json();
}

/** Lets the sink request the links of a message. Returns the outcomes, or why there are none. */
export async function checkMailLinks(id: string): Promise<readonly LinkOutcome[] | string> {
  const response = await api(`/${encodeURIComponent(id)}/links`, { method: "POST" }).catch(() => undefined);
  if (!response) return "The sink is gone.";
  const answer = await response.json();
  if (response.ok) return answer.links;
  return answer.error.code === "link-check-disabled" ? "This sink does not check links." : answer.error.message;
}

/** Marks a message as read. */
export async function markRead(id: string): Promise<void> {
  await patch(`/${encodeURIComponent(id)}`);
}

/** Marks all messages that have these words as read; without words, all. Returns whether the sink has done so. */
export function markFoundRead(words: string): Promise<boolean> {
  return patch(words === "" ? "" : `?${new URLSearchParams({ q: words })}`);
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

function patch(path: string): Promise<boolean> {
  const headers = { "Content-Type": "application/json" };
  return api(path, { method: "PATCH", headers, body: '{"seen":true}' }).then(({ ok }) => ok, () => false);
}

function api(path: string, options?: RequestInit): Promise<Response> {
  return fetch(`/api/messages${path}`, options);
}
