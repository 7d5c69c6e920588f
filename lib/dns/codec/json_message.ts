import { type Edns, writeEdns } from "./edns.ts";
import type { DnsMessage } from "./message.ts";
import type { ResourceRecord } from "./record.ts";
import { classNumber, typeNumber } from "./types.ts";
import { ByteWriter } from "./writer.ts";

/** A record as RFC 8427 §2.2 and §2.3 name its parts; the display form of its data is `rdata` and its type. */
export type JsonRecord =
  & Readonly<Record<string, unknown>>
  & Readonly<Record<"NAME" | "TYPEname" | "RDATAHEX", string>>
  & Readonly<Record<"TYPE" | "CLASS" | "RDLENGTH", number>>
  & { readonly CLASSname?: string; readonly TTL?: number };

/** A question as RFC 8427 §2.1 names its parts. */
export type JsonQuestion =
  & Readonly<Record<"QNAME" | "QTYPEname" | "QCLASSname", string>>
  & Readonly<Record<"QTYPE" | "QCLASS", number>>;

/** A message as RFC 8427 §2.1 names its parts. */
export type JsonMessage =
  & Readonly<Record<"QR" | "AA" | "TC" | "RD" | "RA" | "AD" | "CD", boolean>>
  & Readonly<Record<"ID" | "Opcode" | "RCODE" | "QDCOUNT" | "ANCOUNT" | "NSCOUNT" | "ARCOUNT", number>>
  & Readonly<Record<"answerRRs" | "authorityRRs" | "additionalRRs", readonly JsonRecord[]>>
  & Partial<JsonQuestion>;

/**
 * Returns a message as a JSON object with the member names of RFC 8427 §2.1. Numbers of records are those of the sections
 * as they are there, so that they are smaller than those of a truncated message.
 */
export function jsonMessage(message: DnsMessage): JsonMessage {
  const { questions: [question], answers, authorities, additionals, edns } = message;
  const additionalRRs = [...additionals.map(jsonRecord), ...(edns ? [optRecord(edns, message.rcode)] : [])];
  return {
    ID: message.id,
    QR: message.response,
    Opcode: message.opcode,
    AA: message.authoritative,
    TC: message.truncated,
    RD: message.recursionDesired,
    RA: message.recursionAvailable,
    AD: message.authenticData,
    CD: message.checkingDisabled,
    RCODE: message.rcode & 15,
    QDCOUNT: message.questions.length,
    ANCOUNT: answers.length,
    NSCOUNT: authorities.length,
    ARCOUNT: additionalRRs.length,
    ...(question && jsonQuestion(question.name, question.type, question.class)),
    answerRRs: answers.map(jsonRecord),
    authorityRRs: authorities.map(jsonRecord),
    additionalRRs,
  };
}

/** Returns the members of a question (RFC 8427 §2.1). */
export function jsonQuestion(name: string, type: string, klass: string): JsonQuestion {
  return {
    QNAME: name,
    QTYPE: typeNumber(type) ?? 0,
    QTYPEname: type,
    QCLASS: classNumber(klass) ?? 0,
    QCLASSname: klass,
  };
}

function jsonRecord({ name, type, class: klass, ttl, data, rdata }: ResourceRecord): JsonRecord {
  return {
    NAME: name,
    TYPE: typeNumber(type) ?? 0,
    TYPEname: type,
    CLASS: classNumber(klass) ?? 0,
    CLASSname: klass,
    ...(ttl !== undefined && { TTL: ttl }),
    [`rdata${type}`]: data,
    RDLENGTH: rdata.length,
    RDATAHEX: rdata.toHex().toUpperCase(),
  };
}

/** Bytes of the record of EDNS before its data: name, type, class, TTL and length. */
const OPT_HEAD_BYTES = 11;

function optRecord(edns: Edns, rcode: number): JsonRecord {
  const out = new ByteWriter();
  writeEdns(out, edns, rcode);
  const [bytes, ttl] = [out.bytes(), (rcode >> 4) * 2 ** 24 + edns.version * 2 ** 16 + (edns.dnssecOk ? 0x8000 : 0)];
  const rdata = bytes.subarray(OPT_HEAD_BYTES);
  return {
    ...{ NAME: ".", TYPE: 41, TYPEname: "OPT", CLASS: edns.udpSize, TTL: ttl },
    ...{ RDLENGTH: rdata.length, RDATAHEX: rdata.toHex().toUpperCase() },
  };
}
