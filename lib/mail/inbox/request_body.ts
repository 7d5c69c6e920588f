import { UsageError } from "../../core/mod.ts";
import type { ServerRequest } from "../../http/internal.ts";

const MAX_BODY_BYTES = 65_536;

/**
 * Reads a body that is a JSON object.
 *
 * @param example An object that is accepted, for the message.
 * @param empty What an empty body stands for; without it, it is invalid.
 * @throws {UsageError} `bad-body`.
 */
export async function readObject(
  { body }: ServerRequest,
  example: string,
  empty?: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const text = await readText(body);
  if (text === "" && empty) return empty;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidBody("the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidBody(`invalid body: use an object such as ${example}`);
  }
  return { ...value };
}

/** Returns the error for a body that is not accepted. */
export function invalidBody(message: string): UsageError {
  return new UsageError(message, { code: "bad-body" });
}

async function readText(body: ServerRequest["body"]): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let text = "";
  for await (const piece of body) {
    size += piece.length;
    if (size > MAX_BODY_BYTES) throw invalidBody(`the body is larger than ${MAX_BODY_BYTES} bytes`);
    text += decode(() => decoder.decode(piece, { stream: true }));
  }
  return text + decode(() => decoder.decode());
}

function decode(run: () => string): string {
  try {
    return run();
  } catch {
    throw invalidBody("the body is not UTF-8");
  }
}
