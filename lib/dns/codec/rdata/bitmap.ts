import { malformed, type Reader } from "../reader.ts";
import { typeName, typeNumber } from "../types.ts";
import type { ByteWriter } from "../writer.ts";
import type { Kind } from "./kind.ts";
import type { Words } from "./text.ts";
import { listOf } from "./values.ts";

/** The types that a name has, as windows of bits: the end of NSEC, NSEC3 and CSYNC (RFC 4034 §4.1.2). */
export const types: Kind = {
  read: (reader) => {
    const list = readTypes(reader).map(typeName);
    return [list, list.join(" ")];
  },
  parse: (words, out, what) => {
    writeTypes(out, parseTypes(words, what));
  },
  text: (value) => listOf(value).join(" "),
};

function readTypes(reader: Reader): number[] {
  const list: number[] = [];
  let last = -1;
  while (reader.left > 0) {
    const window = reader.u8();
    const bits = reader.take(reader.u8());
    if (window <= last || bits.length === 0 || bits.length > 32) throw malformed("invalid list of types");
    last = window;
    for (const [index, byte] of bits.entries()) {
      for (let bit = 0; bit < 8; bit++) if (byte & 0x80 >> bit) list.push(window << 8 | index << 3 | bit);
    }
  }
  return list;
}

function parseTypes(words: Words, what: string): Set<number> {
  const list = new Set<number>();
  while (words.left > 0) {
    const word = words.plain(what);
    const type = typeNumber(word);
    if (type === undefined) throw words.invalid(`${what} "${word}": a record type is required`);
    list.add(type);
  }
  return list;
}

function writeTypes(out: ByteWriter, list: ReadonlySet<number>): void {
  const windows = new Map<number, Uint8Array>();
  for (const type of [...list].sort((a, b) => a - b)) {
    const bits = windows.get(type >> 8) ?? new Uint8Array(32);
    windows.set(type >> 8, bits);
    const at = (type & 255) >> 3;
    bits[at] = (bits[at] ?? 0) | 0x80 >> (type & 7);
  }
  for (const [window, bits] of windows) {
    const size = bits.findLastIndex((byte) => byte !== 0) + 1;
    out.u8(window);
    out.u8(size);
    out.put(bits.subarray(0, size));
  }
}
