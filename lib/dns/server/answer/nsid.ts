import { UsageError } from "../../../core/errors/errors.ts";

/** Longest identifier: clients print it in their messages, and it is in each response that they ask it for. */
const MAX_NSID_BYTES = 128;

/**
 * Returns the identifier of a server (RFC 5001) as it crosses the wire.
 *
 * @throws {UsageError} `invalid-nsid` unless it has 1 to 128 bytes in UTF-8.
 */
export function nsidBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 0 && bytes.length <= MAX_NSID_BYTES) return bytes;
  throw new UsageError(`invalid server identifier of ${bytes.length} bytes: must have 1 to ${MAX_NSID_BYTES} bytes`, {
    code: "invalid-nsid",
  });
}
