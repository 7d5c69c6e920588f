import { Deadline } from "../../../core/mod.ts";
import type { HttpResponse } from "../../../http/client/response.ts";

/** Maximum size and duration of draining: beyond these a new connection costs less. */
const MAX_BYTES = 16 * 1024;
const TIMEOUT_MS = 1000;

/** Drains a small unread body, so that its connection can carry another request. */
export async function drain({ body, length = Infinity }: HttpResponse): Promise<void> {
  if (length > MAX_BYTES) return;
  using deadline = new Deadline({ timeout: TIMEOUT_MS }, "drain a body");
  await deadline.race(body.bytes(MAX_BYTES)).catch(() => {});
}
