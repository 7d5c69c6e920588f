import { concat } from "../../core/mod.ts";
import type { BuiltMail } from "../message/types.ts";

/** Bytes of the first line of a spooled file, at most. */
const MAX_ENVELOPE_BYTES = 1 << 20;

/** Envelope of a spooled message: the first line of its file, in JSON. The message follows as it is sent. */
export interface SpooledEnvelope {
  /** Sender; empty for a bounce. */
  readonly from: string;
  /** Recipients that did not get the message. */
  readonly to: readonly string[];
  /** Message id. */
  readonly messageId: string;
  /** Whether it needs SMTPUTF8. */
  readonly utf8: boolean;
  /** Whether its body has bytes above 127. */
  readonly eightBit: boolean;
  /** Time at which it was spooled, in milliseconds since 1970. */
  readonly since: number;
}

/** Returns the bytes of the file of a message. */
export async function spooledBytes(mail: BuiltMail, since: number): Promise<Uint8Array<ArrayBuffer>> {
  const { from, to, messageId, utf8, eightBit = false } = mail;
  const envelope: SpooledEnvelope = { from, to, messageId, utf8, eightBit, since };
  return concat([new TextEncoder().encode(`${JSON.stringify(envelope)}\n`), ...await Array.fromAsync(mail.chunks())]);
}

/** Returns the message in the bytes of a file; undefined if it is not a spooled message. */
export function spooledMail(bytes: Uint8Array<ArrayBuffer>): (BuiltMail & Pick<SpooledEnvelope, "since">) | undefined {
  const end = bytes.subarray(0, MAX_ENVELOPE_BYTES).indexOf(10);
  if (end < 0) return undefined;
  const envelope = envelopeOf(new TextDecoder().decode(bytes.subarray(0, end)));
  if (!envelope) return undefined;
  const content = bytes.subarray(end + 1);
  return {
    ...envelope,
    size: content.length,
    async *chunks() {
      yield content;
    },
  };
}

function envelopeOf(line: string): SpooledEnvelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { from, to, messageId, utf8, eightBit, since }: { [name in keyof SpooledEnvelope]?: unknown } = value;
  if (typeof from !== "string" || typeof messageId !== "string" || typeof since !== "number") return undefined;
  if (typeof utf8 !== "boolean" || typeof eightBit !== "boolean") return undefined;
  if (!Array.isArray(to) || to.length === 0) return undefined;
  const recipients = to.filter((address): address is string => typeof address === "string");
  return recipients.length === to.length ? { from, to: recipients, messageId, utf8, eightBit, since } : undefined;
}
