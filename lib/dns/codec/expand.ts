import type { Reader } from "./reader.ts";
import { TYPE_NUMBERS } from "./types.ts";
import { ByteWriter } from "./writer.ts";

/** Where names lie in the data of a type: behind a number of bytes, and of character-strings. */
interface NamePlaces {
  /** Number of bytes before. */
  readonly bytes: number;
  /** Number of character-strings before. */
  readonly strings: number;
  /** Number of names. */
  readonly names: number;
}

const { NS, MD, MF, CNAME, SOA, MB, MG, MR, PTR, MINFO, MX, RP, AFSDB, RT, SIG, PX, SRV, NAPTR, KX, DNAME, RRSIG } =
  TYPE_NUMBERS;
const place = (bytes: number, names: number, strings = 0): NamePlaces => ({ bytes, strings, names });

/** Types of RFC 1035, whose names are compressed (RFC 3597 §4). */
const COMPRESSED = new Map<number, NamePlaces>([
  ...[NS, MD, MF, CNAME, MB, MG, MR, PTR].map((type) => [type, place(0, 1)] as const),
  [SOA, place(0, 2)],
  [MINFO, place(0, 2)],
  [MX, place(2, 1)],
]);
/** Further types, whose names old programs compressed: they are read (RFC 3597 §4). */
const EXPANDED = new Map<number, NamePlaces>([
  ...COMPRESSED,
  [RP, place(0, 2)],
  [AFSDB, place(2, 1)],
  [RT, place(2, 1)],
  [PX, place(2, 2)],
  [SRV, place(6, 1)],
  [SIG, place(18, 1)],
  [NAPTR, place(4, 1, 3)],
]);

/** Types whose names are in lower case in the canonical form (RFC 4034 §6.2, RFC 6840 §5.1). */
const LOWER_CASED = new Map<number, NamePlaces>([
  ...EXPANDED,
  [KX, place(2, 1)],
  [DNAME, place(0, 1)],
  [RRSIG, place(18, 1)],
]);

/** Returns where the names lie that the canonical form has in lower case. */
export function lowerCasedNames(type: number): NamePlaces | undefined {
  return LOWER_CASED.get(type);
}

/** Returns where the names lie that a message compresses; undefined for data without such names. */
export function compressedNames(type: number): NamePlaces | undefined {
  return COMPRESSED.get(type);
}

/**
 * Reads the next `size` bytes as the data of a record, a copy in which no name is compressed.
 *
 * @throws {DnsMessageError} When a name or string does not fit into the data, or is invalid.
 */
export function expandData(type: number, reader: Reader, size: number): Uint8Array {
  const places = EXPANDED.get(type);
  if (!places || size === 0) return reader.take(size).slice();
  const part = reader.part(size);
  const out = new ByteWriter(size + 64);
  out.put(part.take(places.bytes));
  for (let left = places.strings; left > 0; left--) {
    const string = part.string();
    out.u8(string.length);
    out.put(string);
  }
  for (let left = places.names; left > 0; left--) {
    part.labels((bytes, start, end) => {
      out.u8(end - start);
      out.copy(bytes, start, end);
    });
    out.u8(0);
  }
  out.put(part.rest());
  return out.bytes();
}
