import { UsageError } from "../../core/errors/errors.ts";

/** The record types that are known by name, and their numbers (IANA registry "Resource Record (RR) TYPEs"). */
export const TYPE_NUMBERS = {
  A: 1,
  AAAA: 28,
  CNAME: 5,
  DNAME: 39,
  MX: 15,
  NS: 2,
  TXT: 16,
  SOA: 6,
  SRV: 33,
  CAA: 257,
  PTR: 12,
  NAPTR: 35,
  SVCB: 64,
  HTTPS: 65,
  DS: 43,
  DNSKEY: 48,
  CDS: 59,
  CDNSKEY: 60,
  RRSIG: 46,
  NSEC: 47,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  SSHFP: 44,
  OPENPGPKEY: 61,
  LOC: 29,
  HINFO: 13,
  RP: 17,
  URI: 256,
  EUI48: 108,
  EUI64: 109,
  CERT: 37,
  ZONEMD: 63,
  CSYNC: 62,
  AFSDB: 18,
  APL: 42,
  AVC: 258,
  DHCID: 49,
  DLV: 32769,
  GPOS: 27,
  HIP: 55,
  IPSECKEY: 45,
  ISDN: 20,
  KEY: 25,
  KX: 36,
  L32: 105,
  L64: 106,
  LP: 107,
  MB: 7,
  MD: 3,
  MF: 4,
  MG: 8,
  MINFO: 14,
  MR: 9,
  NID: 104,
  NINFO: 56,
  NSAP: 22,
  PX: 26,
  RKEY: 57,
  RESINFO: 261,
  RT: 21,
  SIG: 24,
  SPF: 99,
  TALINK: 58,
  WALLET: 262,
  X25: 19,
} as const;

/** A record type that is known by name. */
export type RecordType = keyof typeof TYPE_NUMBERS;

/** A type of a question: of records, one by its number (RFC 3597 §5), or all that there are. */
export type QueryType = RecordType | "ANY" | `TYPE${number}`;

/** The names of those types. */
export const RECORD_TYPES: readonly RecordType[] = Object.keys(TYPE_NUMBERS).filter(isRecordType);

/** Types that only questions and messages have (RFC 6895 §3.1), and their numbers. */
export const META_TYPES = { OPT: 41, TKEY: 249, TSIG: 250, IXFR: 251, AXFR: 252, MAILB: 253, MAILA: 254, ANY: 255 };

/** The classes that have a name, and their numbers (RFC 1035 §3.2.4, RFC 2136 §1.3). */
export const CLASS_NUMBERS = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;

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

const NUMBERS_BY_TYPE = new Map<string, number>(Object.entries({ ...TYPE_NUMBERS, ...META_TYPES }));
const TYPES_BY_NUMBER = inverse(NUMBERS_BY_TYPE);
const NUMBERS_BY_CLASS = new Map<string, number>(Object.entries(CLASS_NUMBERS));
const CLASSES_BY_NUMBER = inverse(NUMBERS_BY_CLASS);

/** Returns the name of a type: `MX`, or `TYPE65280` for one without a name here (RFC 3597 §5). */
export function typeName(number: number): string {
  return TYPES_BY_NUMBER.get(number) ?? `TYPE${number}`;
}

/** Returns the number of a type by its name in any case, also `TYPE65280` and the types of questions such as `ANY`. */
export function typeNumber(text: string): number | undefined {
  return numberOf(text, "TYPE", NUMBERS_BY_TYPE);
}

/**
 * Returns the type of a question by its name in any case, or by its number: `mx`, `ANY`, `TYPE65280`.
 *
 * @throws {UsageError} `invalid-type` for any other text, also for `AXFR` and the like, which are not questions about a name.
 */
export function queryType(text: string): QueryType {
  const number = typeNumber(text);
  const name = number === undefined ? "" : typeName(number);
  if (name === "ANY" || isRecordType(name)) return name;
  if (number !== undefined && name === `TYPE${number}`) return `TYPE${number}`;
  throw new UsageError(`unknown record type "${text}"`, { code: "invalid-type" });
}

/** Returns the name of a class: `IN`, or `CLASS32` for one without a name (RFC 3597 §5). */
export function className(number: number): string {
  return CLASSES_BY_NUMBER.get(number) ?? `CLASS${number}`;
}

/** Returns the number of a class by its name in any case, also `CLASS32`. */
export function classNumber(text: string): number | undefined {
  return numberOf(text, "CLASS", NUMBERS_BY_CLASS);
}

function numberOf(text: string, prefix: string, numbers: ReadonlyMap<string, number>): number | undefined {
  const exact = numbers.get(text);
  if (exact !== undefined) return exact;
  const upper = text.toUpperCase();
  const known = numbers.get(upper);
  if (known !== undefined || !upper.startsWith(prefix)) return known;
  const digits = upper.slice(prefix.length);
  return /^\d{1,5}$/.test(digits) && Number(digits) <= 0xffff ? Number(digits) : undefined;
}

function inverse(numbers: ReadonlyMap<string, number>): ReadonlyMap<number, string> {
  return new Map([...numbers].map(([name, number]) => [number, name]));
}
