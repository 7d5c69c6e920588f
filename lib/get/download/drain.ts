import { Deadline } from "../../core/mod.ts";
import type { HttpResponse } from "../../http/client/response.ts";

/** Bytes that a body has at most to be read, and milliseconds that it may take: beyond that a new connection costs less. */
const MAX_BYTES = 16 * 1024;
const TIMEOUT_MS = 1000;

/** Reads a small body that is of no use, so that its connection can carry another request. */
export async function drain({ body, length = Infinity }: HttpResponse): Promise<void> {
  if (length > MAX_BYTES) return;
  using deadline = new Deadline({ timeout: TIMEOUT_MS }, "drain a body");
  await deadline.race(body.bytes(MAX_BYTES)).catch(() => {});
}
