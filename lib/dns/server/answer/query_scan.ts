/** Bytes of the head of a message (RFC 1035 §4.1.1). */
export const HEAD_BYTES = 12;
/** Maximum size of an answer without EDNS over UDP (RFC 1035 §4.2.1). */
export const PLAIN_UDP_BYTES = 512;

const TYPE_OPT = 41;
const OPT_BYTES = 11;
/** Flags of the second word that a plain query may set: RD, AD and CD. */
const QUERY_FLAGS = 0x0130;

/**
 * Reads what decides about the answer to a usual query, without an allocation: one question of a class and type, at most an
 * EDNS record without options. Whatever else a message has is left to the decoder.
 */
export class QueryScan {
  /** End of the question in the message. */
  end = 0;
  /** Hash of the question, of 30 bits; ASCII letters in either case have the same. */
  hash = 0;
  /** Whether it has an EDNS record. */
  edns = false;
  /** The DO bit (RFC 3225). */
  dnssecOk = false;
  /** Maximum size of an answer over UDP. */
  udpSize = PLAIN_UDP_BYTES;
  /** Flags RD, AD and CD, as in the second word of the head. */
  flags = 0;

  /** Reads a message; returns whether it is a usual query. */
  scan(bytes: Uint8Array): boolean {
    const length = bytes.length;
    if (length < HEAD_BYTES + 5) return false;
    const flags = u16(bytes, 2);
    if ((flags & ~QUERY_FLAGS) !== 0) return false;
    if (u16(bytes, 4) !== 1 || u16(bytes, 6) !== 0 || u16(bytes, 8) !== 0) return false;
    this.flags = flags;
    let at = HEAD_BYTES;
    let hash = 0x811c9dc5;
    for (let size = bytes[at] ?? 0; size !== 0; size = bytes[at] ?? 0) {
      const next = at + 1 + size;
      if (size > 63 || next >= length || next - HEAD_BYTES > 254) return false;
      for (; at < next; at++) hash = Math.imul(hash ^ lower(bytes[at] ?? 0), 0x01000193);
    }
    const end = at + 5;
    if (end > length) return false;
    for (at++; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    this.end = end;
    this.hash = (hash ^ (hash >>> 15)) & 0x3fffffff;
    return this.#additional(bytes, end);
  }

  #additional(bytes: Uint8Array, end: number): boolean {
    const count = u16(bytes, 10);
    this.edns = count === 1;
    this.dnssecOk = false;
    this.udpSize = PLAIN_UDP_BYTES;
    if (count === 0) return bytes.length === end;
    if (count !== 1 || bytes.length !== end + OPT_BYTES) return false;
    const plain = bytes[end] === 0 && u16(bytes, end + 1) === TYPE_OPT && u16(bytes, end + 9) === 0;
    // Extended code, version, and all flags except DO are zero.
    if (!plain || u16(bytes, end + 5) !== 0 || (u16(bytes, end + 7) & 0x7fff) !== 0) return false;
    this.dnssecOk = bytes[end + 7] !== 0;
    this.udpSize = Math.max(PLAIN_UDP_BYTES, u16(bytes, end + 3));
    return true;
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Lower case of an ASCII letter. The length of a label is below all letters. */
export function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte | 32 : byte;
}
