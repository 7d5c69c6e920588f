import { readyMail } from "../message/ready.ts";
import type { BuiltMail } from "../message/types.ts";

const LF = 10;
/** Fields of its envelope that a sink puts in front of a message, in lower case. */
const ENVELOPE_FIELDS = ["return-path:", "x-envelope-to:"];
const MAX_NAME_BYTES = 16;

/**
 * Returns a stored message as it is released: without the fields of its envelope in front, which name hidden recipients, and without Bcc
 * (RFC 5321 §4.4: Return-Path is the last server's).
 *
 * @throws {UsageError} `no-recipient`, `invalid-address`, `invalid-message`.
 */
export function releasedMail(stored: Uint8Array, envelope: { from: string; to: readonly string[] }): BuiltMail {
  return readyMail(withoutEnvelope(stored), envelope);
}

function withoutEnvelope(stored: Uint8Array): Uint8Array {
  const decoder = new TextDecoder();
  for (let at = 0;;) {
    const begin = decoder.decode(stored.subarray(at, at + MAX_NAME_BYTES)).toLowerCase();
    if (!ENVELOPE_FIELDS.some((field) => begin.startsWith(field))) return stored.subarray(at);
    const end = stored.indexOf(LF, at);
    if (end < 0) return stored.subarray(stored.length);
    at = end + 1;
    // A field of another program may be folded.
    while (stored[at] === 32 || stored[at] === 9) {
      const next = stored.indexOf(LF, at);
      at = next < 0 ? stored.length : next + 1;
    }
  }
}
