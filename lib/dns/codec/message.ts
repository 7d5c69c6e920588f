import { type Edns, ednsOf } from "./edns.ts";
import { expandData } from "./expand.ts";
import type { RawRecord } from "./raw_record.ts";
import { DnsMessageError, malformed, Reader } from "./reader.ts";
import { recordOf, type ResourceRecord } from "./record.ts";
import { tsigOf, type TsigRecord } from "./tsig/record.ts";
import { className, META_TYPES, typeName } from "./types.ts";

/** A question. */
export interface DnsQuestion {
  /** The name, absolute. */
  readonly name: string;
  /** The type: `MX`, or `TYPE65280`. */
  readonly type: string;
  /** The class: `IN`, or `CLASS32`. */
  readonly class: string;
}

/** The head of a message: what tells whether it answers a query. */
export interface DnsHead {
  /** The id of the query. */
  readonly id: number;
  /** Whether it is a response. */
  readonly response: boolean;
  /** Operation; 0 is a query. */
  readonly opcode: number;
  /** Whether the server is an authority for the name (AA). */
  readonly authoritative: boolean;
  /** Whether the rest did not fit (TC). */
  readonly truncated: boolean;
  /** Whether the client asked the server to look the name up elsewhere (RD). */
  readonly recursionDesired: boolean;
  /** Whether the server looks names up elsewhere (RA). */
  readonly recursionAvailable: boolean;
  /** Whether the server has validated the answer (AD, RFC 4035 §3.2.3). */
  readonly authenticData: boolean;
  /** Whether the client asked the server not to validate (CD, RFC 4035 §3.2.2). */
  readonly checkingDisabled: boolean;
  /** The response code (RFC 1035 §4.1.1), with the bits of EDNS once they are read. */
  readonly rcode: number;
  /** The questions that it repeats. */
  readonly questions: readonly DnsQuestion[];
}

/** A whole message. Of one that is truncated only the head and EDNS are read: no part of it may be believed. */
export interface DnsMessage extends DnsHead {
  /** Answer section: the requested records, and the aliases that lead to them. */
  readonly answers: readonly ResourceRecord[];
  /** Authority section: SOA of a zone without the name, NS of a server to query next. */
  readonly authorities: readonly ResourceRecord[];
  /** Additional section, without EDNS and signature. */
  readonly additionals: readonly ResourceRecord[];
  /** EDNS of the message, if there is any (RFC 6891). */
  readonly edns?: Edns;
  /** Signature of the message, if there is any (RFC 8945). */
  readonly tsig?: TsigRecord;
  /** Size of the message in bytes. */
  readonly size: number;
}

/** Options of {@link decodeMessage}. */
export interface DecodeOptions {
  /**
   * Return the whole records of a truncated message, to be shown and not to be believed.
   * @default {false}
   */
  readonly partial?: boolean;
}

interface Sections {
  readonly answers: ResourceRecord[];
  readonly authorities: ResourceRecord[];
  readonly additionals: ResourceRecord[];
  edns?: ReturnType<typeof ednsOf>;
  tsig?: TsigRecord;
}

/**
 * Reads the head of a message.
 *
 * @throws {DnsMessageError} `answer-cut` or `answer-malformed`.
 */
export function decodeHead(bytes: Uint8Array): DnsHead {
  return readHead(new Reader(bytes)).head;
}

function readHead(reader: Reader): { head: DnsHead; counts: readonly [number, number, number] } {
  const id = reader.u16();
  const flags = reader.u16();
  const questionCount = reader.u16();
  const counts = [reader.u16(), reader.u16(), reader.u16()] as const;
  const questions: DnsQuestion[] = [];
  while (questions.length < questionCount) {
    questions.push({ name: reader.name(), type: typeName(reader.u16()), class: className(reader.u16()) });
  }
  const head = {
    id,
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    rcode: flags & 15,
    questions,
  };
  return { head, counts };
}

/**
 * Reads a message.
 *
 * @throws {DnsMessageError} `answer-cut` when it ends too early, `answer-malformed` when it contradicts itself.
 */
export function decodeMessage(bytes: Uint8Array, { partial = false }: DecodeOptions = {}): DnsMessage {
  const reader = new Reader(bytes);
  const { head, counts } = readHead(reader);
  const sections: Sections = { answers: [], authorities: [], additionals: [] };
  try {
    readSections(reader, counts, sections);
  } catch (error) {
    // A truncated message may end in the middle of a record (RFC 2181 §9).
    if (!head.truncated || !(error instanceof DnsMessageError)) throw error;
  }
  const { edns, tsig, ...records } = sections;
  const shown = head.truncated && !partial ? { answers: [], authorities: [], additionals: [] } : records;
  const rcode = edns ? head.rcode | edns.extendedRcode << 4 : head.rcode;
  const message = { ...head, ...shown, rcode, size: bytes.length };
  return edns || tsig ? { ...message, ...(edns && { edns: edns.edns }), ...(tsig && { tsig }) } : message;
}

function readSections(reader: Reader, counts: readonly [number, number, number], sections: Sections): void {
  for (let left = counts[0]; left > 0; left--) sections.answers.push(readRecord(reader));
  for (let left = counts[1]; left > 0; left--) sections.authorities.push(readRecord(reader));
  for (let left = counts[2]; left > 0; left--) {
    const start = reader.at;
    const raw = readRaw(reader);
    if (raw.type === META_TYPES.OPT) {
      if (sections.edns) throw malformed("there are two EDNS records");
      sections.edns = ednsOf(raw);
    } else if (raw.type === META_TYPES.TSIG) {
      if (left > 1) throw malformed("the signature is not the last record");
      sections.tsig = tsigOf(raw, start);
    } else sections.additionals.push(recordFromRaw(raw));
  }
}

function readRaw(reader: Reader): RawRecord {
  const name = reader.name();
  const type = reader.u16();
  const klass = reader.u16();
  const ttl = reader.u32();
  const rdata = expandData(type, reader, reader.u16());
  return { name, type, class: klass, ttl, rdata };
}

function readRecord(reader: Reader): ResourceRecord {
  return recordFromRaw(readRaw(reader));
}

/** A TTL with its highest bit set means 0 (RFC 2181 §8). */
function recordFromRaw({ name, type, class: klass, ttl, rdata }: RawRecord): ResourceRecord {
  return recordOf({ name, type: typeName(type), class: className(klass), ttl: ttl > 0x7fffffff ? 0 : ttl, rdata });
}
