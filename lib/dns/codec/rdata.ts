import { formatIP } from "../../core/address/ip.ts";
import { decimal } from "./name.ts";
import { malformed, type Reader } from "./reader.ts";

/** The record types whose data is understood, and their numbers. */
export const TYPE_NUMBERS = {
  A: 1,
  AAAA: 28,
  CNAME: 5,
  MX: 15,
  NS: 2,
  TXT: 16,
  SOA: 6,
  SRV: 33,
  CAA: 257,
  PTR: 12,
  NAPTR: 35,
} as const;

/** A record type whose data is understood. */
export type RecordType = keyof typeof TYPE_NUMBERS;

/** The names of those types. */
export const RECORD_TYPES: readonly RecordType[] = Object.keys(TYPE_NUMBERS).filter(isRecordType);

/**
 * Returns whether a word is a supported record type.
 *
 * @param word The word in upper case.
 * @returns Whether it is one of {@link RECORD_TYPES}.
 * @example Check a type
 * ```ts
 * import { isRecordType } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([isRecordType("MX"), isRecordType("X")], [true, false]);
 * ```
 */
export function isRecordType(word: string): word is RecordType {
  return Object.hasOwn(TYPE_NUMBERS, word);
}

/** The name of a type: `MX`, or `TYPE65280` for one that is not understood (RFC 3597 §5). */
export function typeName(number: number): string {
  return RECORD_TYPES.find((type) => TYPE_NUMBERS[type] === number) ?? `TYPE${number}`;
}

/** One value in a record's data: text stays the bytes that it is. */
export type RawValue = number | string | Uint8Array | readonly Uint8Array[];

/** The values in a record's data, by the names that the RFCs give them. Text is decoded as UTF-8. */
export type RecordFields = Readonly<Record<string, number | string | readonly string[]>>;

/** Data of a record in two forms. */
export interface RecordData {
  /** As a zone file has it; printable ASCII, whatever was sent. */
  readonly data: string;
  /** The same by parts. */
  readonly fields: RecordFields;
}

type Kind = "u8" | "u16" | "u32" | "address" | "name" | "string" | "tag" | "strings" | "rest";

/** Fields of the data of each type: RFC 1035 §3.3, 2782, 3403 §4.1, 3596 §2.2, 8659 §4.1. */
const LAYOUTS: Readonly<Record<RecordType, Readonly<Record<string, Kind>>>> = {
  A: { address: "address" },
  AAAA: { address: "address" },
  CNAME: { target: "name" },
  MX: { preference: "u16", exchange: "name" },
  NS: { target: "name" },
  TXT: { strings: "strings" },
  SOA: { mname: "name", rname: "name", serial: "u32", refresh: "u32", retry: "u32", expire: "u32", minimum: "u32" },
  SRV: { priority: "u16", weight: "u16", port: "u16", target: "name" },
  CAA: { flags: "u8", tag: "tag", value: "rest" },
  PTR: { target: "name" },
  NAPTR: {
    order: "u16",
    preference: "u16",
    flags: "string",
    services: "string",
    regexp: "string",
    replacement: "name",
  },
};

/** Reads the data of a record, all of it: what is left over is as wrong as what is missing. */
export function decodeData(type: string, reader: Reader): RecordData {
  if (!isRecordType(type)) return unknownData(reader.take(reader.left));
  const values: Record<string, RawValue> = {};
  for (const [name, kind] of Object.entries(LAYOUTS[type])) values[name] = read(kind, type, reader);
  if (reader.left > 0) throw malformed(`${reader.left} bytes too many in the data of a record ${type}`);
  return presentData(type, values);
}

function read(kind: Kind, type: RecordType, reader: Reader): RawValue {
  switch (kind) {
    case "u8":
      return reader.u8();
    case "u16":
      return reader.u16();
    case "u32":
      return reader.u32();
    case "address":
      return formatIP(reader.take(type === "A" ? 4 : 16));
    case "name":
      return reader.name();
    case "string":
    case "tag":
      return reader.string();
    case "rest":
      return reader.take(reader.left);
    case "strings": {
      const strings = [];
      while (reader.left > 0) strings.push(reader.string());
      return strings;
    }
  }
}

/** Puts the values of a record's data into both forms. */
export function presentData(type: RecordType, values: Readonly<Record<string, RawValue>>): RecordData {
  const fields: Record<string, number | string | readonly string[]> = {};
  const words: string[] = [];
  for (const [name, kind] of Object.entries(LAYOUTS[type])) {
    const [field, word] = present(values[name] ?? "", kind);
    fields[name] = field;
    words.push(word);
  }
  return { data: words.join(" "), fields };
}

/** A value as a field, and as a word of a zone file. */
function present(value: RawValue, kind: Kind): [field: number | string | readonly string[], word: string] {
  if (typeof value === "number" || typeof value === "string") return [value, String(value)];
  if (value instanceof Uint8Array) return [decode(value), kind === "tag" ? escaped(value) : quoted(value)];
  return [value.map(decode), value.map(quoted).join(" ")];
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** A text between quotes, as zone files and `dig` write it. */
function quoted(bytes: Uint8Array): string {
  return `"${escaped(bytes)}"`;
}

function escaped(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === "\\") text += `\\${char}`;
    else text += byte >= 0x20 && byte < 0x7f ? char : decimal(byte);
  }
  return text;
}

/** RecordData that is not understood, as RFC 3597 §5 writes it. */
function unknownData(bytes: Uint8Array): RecordData {
  return { data: bytes.length === 0 ? "\\# 0" : `\\# ${bytes.length} ${bytes.toHex().toUpperCase()}`, fields: {} };
}
