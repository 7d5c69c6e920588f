import { concat } from "../../deps/std/bytes.ts";
import { encode, RECURSION_DESIRED } from "../../deps/dns_packet.ts";
import { encodeName, parseName, sameName } from "./name.ts";
import { decodeData, type RecordFields, type RecordType, typeName } from "./rdata.ts";
import { Reader } from "./reader.ts";

/** The largest answer that is asked for over UDP: it crosses every network in one piece (RFC 9715 §3). */
export const UDP_SIZE = 1232;

/** A query. */
export interface DnsQuery {
  /** 0 to 65535, at random. */
  readonly id: number;
  /** The name, absolute, as zone files write it. */
  readonly name: string;
  /** The type of the records wanted; the class is always IN. */
  readonly type: RecordType;
  /** Leave the EDNS record (RFC 6891) out, for a server that does not know it. */
  readonly plain?: boolean;
}

/** A question as it comes back in an answer. */
export interface DnsQuestion {
  /** The name, absolute. */
  readonly name: string;
  /** The type: `MX`, or `TYPE65280`. */
  readonly type: string;
  /** The class; 1 is IN. */
  readonly class: number;
}

/** A resource record. */
export interface ResourceRecord {
  /** Owner name, absolute, as in a zone file. */
  readonly name: string;
  /** The type: `MX`, or `TYPE65280`. */
  readonly type: string;
  /** Seconds for which it may be kept; absent where the system does not tell. */
  readonly ttl?: number;
  /** Data as in a zone file; printable ASCII. */
  readonly data: string;
  /** The same by parts. */
  readonly fields: RecordFields;
}

/** The head of a message: what tells whether it answers a query. */
export interface DnsHead {
  /** The id of the query. */
  readonly id: number;
  /** Whether it is a response. */
  readonly response: boolean;
  /** Operation; 0 is a query. */
  readonly opcode: number;
  /** Whether the server is an authority for the name. */
  readonly authoritative: boolean;
  /** Whether the rest did not fit. */
  readonly truncated: boolean;
  /** Whether the server looks names up elsewhere. */
  readonly recursive: boolean;
  /** The response code (RFC 1035 §4.1.1), with the bits of EDNS once they are read. */
  readonly rcode: number;
  /** The questions that it repeats. */
  readonly questions: readonly DnsQuestion[];
}

/** A whole message. Of one that is truncated only the head is read: no part of it may be believed. */
export interface DnsMessage extends DnsHead {
  /** Answer section: the requested records, and the aliases that lead to them. */
  readonly answers: readonly ResourceRecord[];
  /** Authority section: SOA of a zone without the name, NS of a server to query next. */
  readonly authorities: readonly ResourceRecord[];
  /** Whether the server knows EDNS. */
  readonly edns: boolean;
  /** Size of the message in bytes. */
  readonly size: number;
}

const CLASS_IN = 1;
const TYPE_OPT = 41;
const HEADER = 12;

/**
 * Writes a query (RFC 1035 §4.1): recursion desired, with an EDNS record that asks for answers of at most
 * {@link UDP_SIZE} bytes.
 *
 * @throws {UsageError} `invalid-name`.
 * @example
 * ```ts
 * import { encodeQuery } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encodeQuery({ id: 1, name: "example.com.", type: "MX" }).length, 40);
 * ```
 */
export function encodeQuery(query: DnsQuery): Uint8Array<ArrayBuffer> {
  const { id, name, type, plain } = query;
  const bytes = encode({
    type: "query",
    id,
    flags: RECURSION_DESIRED,
    questions: [{ name: ".", type }],
    additionals: plain ? [] : [{ name: ".", type: "OPT", udpPayloadSize: UDP_SIZE }],
  });
  // The package cannot write every name: the one byte of the root makes way for the name's own.
  return concat([bytes.subarray(0, HEADER), encodeName(parseName(name).labels), bytes.subarray(HEADER + 1)]);
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
  const questions = many(questionCount, () => ({
    name: reader.name(),
    type: typeName(reader.u16()),
    class: reader.u16(),
  }));
  const head = {
    id,
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursive: (flags & 0x0080) !== 0,
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
export function decodeMessage(bytes: Uint8Array): DnsMessage {
  const reader = new Reader(bytes);
  const { head, counts: [answerCount, authorityCount, additionalCount] } = readHead(reader);
  const size = bytes.length;
  if (head.truncated) return { ...head, answers: [], authorities: [], edns: false, size };
  const answers = many(answerCount, () => readRecord(reader)).flatMap(known);
  const authorities = many(authorityCount, () => readRecord(reader)).flatMap(known);
  const option = many(additionalCount, () => readRecord(reader)).find(({ type }) => type === TYPE_OPT);
  // EDNS has the upper eight bits of the code where other records have the first byte of their TTL (RFC 6891 §6.1.3).
  const rcode = head.rcode | ((option?.ttl ?? 0) >>> 24 << 4);
  return { ...head, rcode, answers, authorities, edns: option !== undefined, size };
}

interface WireRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly content: Reader;
}

function readRecord(reader: Reader): WireRecord {
  const name = reader.name();
  const [type, klass, ttl, length] = [reader.u16(), reader.u16(), reader.u32(), reader.u16()];
  return { name, type, class: klass, ttl, content: reader.part(length) };
}

/** The record, when it is of the class that was asked for. A TTL with its highest bit set means 0 (RFC 2181 §8). */
function known({ name, type: number, class: klass, ttl, content }: WireRecord): ResourceRecord[] {
  if (klass !== CLASS_IN || number === TYPE_OPT) return [];
  const type = typeName(number);
  return [{ name, type, ttl: ttl > 0x7fffffff ? 0 : ttl, ...decodeData(type, content) }];
}

function many<T>(count: number, read: () => T): T[] {
  const list: T[] = [];
  while (list.length < count) list.push(read());
  return list;
}

/** Returns why a message is not the response to a query, or undefined if it is. A server that could not parse the query may omit the question. */
export function mismatch(query: DnsQuery, head: DnsHead): string | undefined {
  if (!head.response || head.opcode !== 0) return "not a response";
  if (head.id !== query.id) return "the id differs";
  const [question, ...more] = head.questions;
  if (!question && head.rcode !== 0) return undefined;
  const same = question && more.length === 0 && question.type === query.type && question.class === CLASS_IN &&
    sameName(question.name, query.name);
  return same ? undefined : "the question differs";
}
