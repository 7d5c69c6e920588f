import { type Edns, optionsSize, writeEdns } from "./edns.ts";
import { compressedNames } from "./expand.ts";
import type { DnsMessage, DnsQuestion } from "./message.ts";
import { MessageWriter } from "./message_writer.ts";
import { numberOf } from "./query.ts";
import { Reader } from "./reader.ts";
import type { ResourceRecord } from "./record.ts";
import { classNumber, typeNumber } from "./types.ts";

/** A message to write: what is missing is empty, 0 or false. */
export type MessageParts = Partial<DnsMessage> & Pick<DnsMessage, "id">;

/** Options of {@link encodeMessage}. */
export interface EncodeOptions {
  /**
   * Size of the largest message, in bytes.
   * @default {65535}
   */
  readonly limit?: number;
  /**
   * Bytes of that to leave free, for a signature.
   * @default {0}
   */
  readonly reserve?: number;
}

const MAX_MESSAGE_BYTES = 65_535;
const TRUNCATED = 0x0200;

/**
 * Writes a message (RFC 1035 §4.1) with compressed names. What does not fit is left out by whole sets of records:
 * additional ones without a word, others with the flag of a truncated message, and nothing behind them.
 *
 * @throws {UsageError} `invalid-name`, `invalid-type`, `invalid-class`.
 */
export function encodeMessage(message: MessageParts, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const out = new MessageWriter();
  writeMessage(out, message, options);
  return out.bytes();
}

/**
 * Writes a message as {@link encodeMessage} does, with a writer that is empty.
 *
 * @throws {UsageError} `invalid-name`, `invalid-type`, `invalid-class`.
 */
export function writeMessage(out: MessageWriter, message: MessageParts, options: EncodeOptions = {}): void {
  const { questions = [], answers = [], authorities = [], additionals = [], edns, rcode = 0 } = message;
  const limit = Math.min(options.limit ?? MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES) - (options.reserve ?? 0) -
    ednsSize(edns);
  let flags = flagsOf(message);
  out.u16(message.id);
  out.u16(flags);
  out.u32(0);
  out.u32(0);
  questions.forEach((question) => writeQuestion(out, question));
  const counts = [questions.length, 0, 0, edns ? 1 : 0];
  for (const [section, records] of [answers, authorities, additionals].entries()) {
    const written = writeSets(out, records, limit);
    counts[section + 1] = (counts[section + 1] ?? 0) + written;
    if (written === records.length) continue;
    if (section < 2) flags |= TRUNCATED;
    break;
  }
  if (edns) writeEdns(out, edns, rcode);
  out.setU16(2, flags);
  counts.forEach((count, index) => out.setU16(4 + 2 * index, count));
}

function ednsSize(edns: Edns | undefined): number {
  return edns ? 11 + optionsSize(edns.options) : 0;
}

/** Returns the flags of a message. */
export function flagsOf(message: Omit<MessageParts, "id">): number {
  return (message.response ? 0x8000 : 0) | ((message.opcode ?? 0) & 15) << 11 | (message.authoritative ? 0x0400 : 0) |
    (message.truncated ? TRUNCATED : 0) | (message.recursionDesired ? 0x0100 : 0) |
    (message.recursionAvailable ? 0x0080 : 0) | (message.authenticData ? 0x0020 : 0) |
    (message.checkingDisabled ? 0x0010 : 0) | ((message.rcode ?? 0) & 15);
}

/** Writes a question, compressing its name. */
export function writeQuestion(out: MessageWriter, { name, type, class: klass }: DnsQuestion): void {
  out.compressedName(name);
  out.u16(numberOf(type, typeNumber, "type"));
  out.u16(numberOf(klass, classNumber, "class"));
}

/** Writes sets of records as long as they fit, and returns the number of records. */
function writeSets(out: MessageWriter, records: readonly ResourceRecord[], limit: number): number {
  let written = 0;
  while (written < records.length) {
    const start = out.length;
    const end = setEnd(records, written);
    for (let at = written; at < end; at++) {
      const record = records[at];
      if (record) writeRecord(out, record);
      if (out.length > limit) {
        out.rewind(start);
        return written;
      }
    }
    written = end;
  }
  return written;
}

/** Where the set of records ends that begins at `start`: those with the same name and type that follow one another. */
function setEnd(records: readonly ResourceRecord[], start: number): number {
  const first = records[start];
  let end = start + 1;
  for (let next = records[end]; next && next.type === first?.type && next.name === first.name; next = records[end]) {
    end++;
  }
  return end;
}

/** Writes a record, compressing its names. */
export function writeRecord(out: MessageWriter, { name, type, class: klass, ttl = 0, rdata }: ResourceRecord): void {
  const number = numberOf(type, typeNumber, "type");
  out.compressedName(name);
  out.u16(number);
  out.u16(numberOf(klass, classNumber, "class"));
  out.u32(ttl);
  const start = out.length;
  out.u16(rdata.length);
  const places = rdata.length > 0 ? compressedNames(number) : undefined;
  if (!places) return out.put(rdata);
  const reader = new Reader(rdata, { whole: true });
  out.put(reader.take(places.bytes));
  for (let left = places.names; left > 0; left--) out.compressedName(reader.name());
  out.put(reader.rest());
  out.setU16(start, out.length - start - 2);
}
