import type { ServerRequest, ServerResponse } from "../../../http/internal.ts";
import { jsonAnswer } from "../answers.ts";
import { invalidBody, readObject } from "../request_body.ts";
import { type InboxSource, select } from "../search/find.ts";
import { FILTERS, parseQuery } from "../search/query.ts";

/**
 * Answers PATCH for a message, or for those that a query means: marks them as read or unread. Undefined when there is no such message.
 */
export async function patchSeen(
  source: InboxSource,
  id: string | undefined,
  request: ServerRequest,
  search: URLSearchParams,
  signal: AbortSignal,
): Promise<ServerResponse | undefined> {
  const query = parseQuery(search, id === undefined ? FILTERS : []);
  const body = await readObject(request, '{"seen": true}');
  for (const name of Object.keys(body)) {
    if (name !== "seen") throw invalidBody(`unknown field "${name.slice(0, 100)}": accepted: seen`);
  }
  const { seen } = body;
  if (typeof seen !== "boolean") throw invalidBody("invalid seen: use true or false");
  if (id !== undefined && !source.store.get(id)) return undefined;
  const ids = id === undefined ? (await select(source, query, signal)).map((mail) => mail.id) : [id];
  return jsonAnswer({ changed: await source.store.markSeen(ids, seen) });
}
