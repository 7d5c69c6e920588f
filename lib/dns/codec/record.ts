import { UsageError } from "../../core/errors/errors.ts";
import { decodeData, formatData, parseData, unknownData } from "./rdata/data.ts";
import type { RecordFields } from "./rdata/kind.ts";
import { DnsMessageError } from "./reader.ts";
import { absoluteName } from "./rdata/absolute.ts";

/** A resource record. */
export interface ResourceRecord {
  /** Owner name, absolute, as in a zone file. */
  readonly name: string;
  /** The type: `MX`, or `TYPE65280`. */
  readonly type: string;
  /** The class: `IN`, or `CLASS32`. */
  readonly class: string;
  /** Seconds for which it may be kept; absent where the system does not tell. */
  readonly ttl?: number;
  /** Data as in a zone file; printable ASCII. */
  readonly data: string;
  /** The same by parts. */
  readonly fields: RecordFields;
  /** The same as it crosses the wire, without compression. */
  readonly rdata: Uint8Array;
}

/** A record by the bytes of its data. */
export interface WireRecord {
  /** Owner name, absolute. */
  readonly name: string;
  /** The type. */
  readonly type: string;
  /** The class. @default {"IN"} */
  readonly class?: string;
  /** Seconds for which it may be kept. */
  readonly ttl?: number;
  /** Data, without compression. */
  readonly rdata: Uint8Array;
}

/** A record by its zone file form or by its fields. */
export interface TextRecord {
  /** Owner name; relative to the root. */
  readonly name: string;
  /** The type. */
  readonly type: string;
  /** The class. @default {"IN"} */
  readonly class?: string;
  /** Seconds for which it may be kept. */
  readonly ttl?: number;
  /** Data as in a zone file, or by fields; names in it are relative to the root. */
  readonly data: string | RecordFields;
}

/**
 * Returns a record from the bytes of its data.
 *
 * @throws {DnsMessageError} `answer-malformed`.
 */
export function recordOf({ name, type, class: klass = "IN", ttl, rdata }: WireRecord): ResourceRecord {
  const { data, fields } = decodeData(type, rdata, klass);
  const head = { name, type, class: klass };
  return ttl === undefined ? { ...head, data, fields, rdata } : { ...head, ttl, data, fields, rdata };
}

/** Returns a record whose data is shown in hexadecimal, whatever they are. */
export function opaqueRecord(record: WireRecord): ResourceRecord {
  return { class: "IN", ...record, ...unknownData(record.rdata) };
}

/**
 * Returns a record from its zone file form, or from its fields.
 *
 * @throws {UsageError} `invalid-record`.
 * @example
 * ```ts
 * import { recordFrom } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { fields, rdata } = recordFrom({ name: "example.", type: "MX", ttl: 60, data: "10 mail.example." });
 * assertEquals([fields, rdata.length], [{ preference: 10, exchange: "mail.example." }, 16]);
 * ```
 */
export function recordFrom({ name, data, ...head }: TextRecord): ResourceRecord {
  const text = typeof data === "string" ? data : formatData(head.type, data);
  const rdata = parseData(head.type, text, { class: head.class });
  try {
    return recordOf({ name: absoluteName(name, "."), ...head, rdata });
  } catch (error) {
    if (!(error instanceof DnsMessageError)) throw error;
    throw new UsageError(`invalid record data: ${error.message}`, { code: "invalid-record", cause: error });
  }
}
