import { concat, fromSystem, UsageError } from "../../core/mod.ts";
import { parseNamedMailbox } from "../codec/mailbox.ts";
import { splitMailboxes } from "../codec/mailbox_list.ts";

/** Bytes of a body that is read from a stream. */
const MAX_BODY_BYTES = 64 * 2 ** 20;

/**
 * Checks that a text is a mailbox, with or without a name, and returns it as it is.
 *
 * @throws {UsageError} `invalid-address`.
 */
export function mailboxOf(text: string): string {
  parseNamedMailbox(text);
  return text;
}

/**
 * Checks that a text is a list of mailboxes, and returns it as it is.
 *
 * @throws {UsageError} `invalid-address`.
 */
export function mailboxesOf(text: string): string {
  const pieces = splitMailboxes(text);
  for (const piece of pieces.length > 0 ? pieces : [text]) parseNamedMailbox(piece);
  return text;
}

/**
 * Reads a header field as people write it: `Name: value`.
 *
 * @throws {UsageError} `invalid-header` when there is no colon.
 */
export function splitHeader(text: string): [name: string, value: string] {
  const colon = text.indexOf(":");
  if (colon > 0) return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
  throw new UsageError(`invalid header field "${text.slice(0, 60)}": use Name: value`, { code: "invalid-header" });
}

/**
 * Reads a file with a message.
 *
 * Permissions: `--allow-read=FILE`.
 *
 * @throws {SystemError} When it cannot be read.
 */
export async function readMessageFile(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
}

/**
 * Reads a body of at most 64 MiB.
 *
 * @throws {UsageError} `not-utf8`, `body-too-large`.
 */
export async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new UsageError("the message body is larger than 64 MiB", { code: "body-too-large" });
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(concat(chunks));
  } catch (cause) {
    throw new UsageError("the message body is not UTF-8 text", { code: "not-utf8", reason: "body", cause });
  }
}
