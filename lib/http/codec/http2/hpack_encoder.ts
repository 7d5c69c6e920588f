import { ByteSink } from "./byte_sink.ts";
import { type HeaderField, STATIC_TABLE } from "./static_table.ts";

/** Indexes of whole fields, and of names, in the static table. */
const FIELD_INDEX = new Map(STATIC_TABLE.map(([name, value], index) => [`${name}\0${value}`, index + 1]));
const NAME_INDEX = new Map(STATIC_TABLE.map(([name], index) => [name, index + 1] as const).reverse());

/**
 * Encodes a header block (RFC 7541) from the static table and literals that are not indexed: it needs no state, and an
 * observer learns nothing about one field from the size of another.
 */
export function encodeHeaderBlock(fields: Iterable<HeaderField>): Uint8Array<ArrayBuffer> {
  const out = new ByteSink();
  for (const [name, value] of fields) {
    const index = FIELD_INDEX.get(`${name}\0${value}`);
    if (index !== undefined) {
      writeInteger(out, 0x80, 7, index);
      continue;
    }
    const named = NAME_INDEX.get(name) ?? 0;
    writeInteger(out, 0x00, 4, named);
    if (named === 0) writeString(out, name);
    writeString(out, value);
  }
  return out.bytes();
}

function writeInteger(out: ByteSink, first: number, prefix: number, value: number): void {
  const mask = (1 << prefix) - 1;
  if (value < mask) return out.put(first | value);
  out.put(first | mask);
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) out.put(rest & 0x7f | 0x80);
  out.put(rest);
}

/** Writes a string; each character is one octet. */
function writeString(out: ByteSink, text: string): void {
  writeInteger(out, 0x00, 7, text.length);
  for (let at = 0; at < text.length; at++) out.put(text.charCodeAt(at));
}
