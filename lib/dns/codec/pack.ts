import { flagsOf, type MessageParts, writeQuestion, writeRecord } from "./encode.ts";
import { MessageWriter } from "./message_writer.ts";
import type { ResourceRecord } from "./record.ts";

/** Options of {@link packMessages}. */
export interface PackOptions {
  /** Size of the largest message, in bytes. @default {16384} */
  readonly limit?: number;
  /** Bytes of that to leave free, for a signature. @default {0} */
  readonly reserve?: number;
}

/** Beyond this size names can no longer be pointed to, and clients hold larger messages at once. */
const LIMIT_BYTES = 16_384;

/**
 * Writes records as the answers of as many messages as they need, for a transfer of a zone (RFC 5936 §2.2): the first
 * one has the question. One record larger than the limit has a message of its own.
 *
 * @throws {UsageError} `invalid-name`, `invalid-type`, `invalid-class`.
 */
export function* packMessages(
  head: Omit<MessageParts, "answers" | "authorities" | "additionals" | "edns">,
  records: Iterable<ResourceRecord>,
  { limit = LIMIT_BYTES, reserve = 0 }: PackOptions = {},
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const { questions = [] } = head;
  const start = (isFirst: boolean) => {
    const out = new MessageWriter();
    out.u16(head.id);
    out.u16(flagsOf(head));
    out.u16(isFirst ? questions.length : 0);
    out.u16(0);
    out.u32(0);
    if (isFirst) questions.forEach((question) => writeQuestion(out, question));
    return out;
  };
  let out = start(true);
  let count = 0;
  const finish = () => {
    out.setU16(6, count);
    return out.bytes();
  };
  for (const record of records) {
    const before = out.length;
    writeRecord(out, record);
    if (out.length > limit - reserve && count > 0) {
      out.rewind(before);
      yield finish();
      out = start(false);
      count = 0;
      writeRecord(out, record);
    }
    count++;
  }
  yield finish();
}
