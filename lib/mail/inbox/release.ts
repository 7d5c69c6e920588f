import { NegativeError, TimeoutError, ToucanError, UsageError } from "../../core/mod.ts";
import type { ServerRequest, ServerResponse } from "../../http/internal.ts";
import type { MailRelay } from "../relay/relay.ts";
import { errorAnswer, jsonAnswer } from "./answers.ts";
import { invalidBody, readObject } from "./request_body.ts";

/** Codes of errors for which the request, not the server, is the reason, with their status. */
const STATUSES: Readonly<Record<string, number>> = { "recipient-not-allowed": 403, "too-many-releases": 503 };

/**
 * Answers POST /api/messages/ID/release; undefined when there is no such message. The body may name the recipients:
 * `{"to": ["bob@example.com"]}`.
 */
export async function release(
  relay: MailRelay,
  id: string,
  request: ServerRequest,
): Promise<ServerResponse | undefined> {
  const to = recipientsOf(await readObject(request, '{"to": ["bob@example.com"]}', {}));
  try {
    const report = await relay.release(id, to);
    return report && jsonAnswer(report);
  } catch (error) {
    if (!(error instanceof ToucanError) || error instanceof UsageError) throw error;
    const own = error instanceof NegativeError ? STATUSES[error.code] : undefined;
    return errorAnswer(own ?? (error instanceof TimeoutError ? 504 : 502), error.code, error.message);
  }
}

function recipientsOf(body: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  for (const name of Object.keys(body)) {
    if (name !== "to") throw invalidBody(`unknown field "${name}": accepted: to`);
  }
  const { to } = body;
  if (to === undefined) return undefined;
  if (Array.isArray(to) && to.every((one): one is string => typeof one === "string")) return to;
  throw invalidBody("invalid to: use a list of addresses such as bob@example.com");
}
