import { RCODE } from "../../client/status.ts";
import { META_TYPES, typeNumber } from "../../codec/types.ts";

const HEADER_BYTES = 12;
const SOA = typeNumber("SOA") ?? META_TYPES.OPT;
const MAX_TTL_S = 0x7fffffff;

/**
 * Returns the seconds for which an HTTP cache may keep a response (RFC 8484 §5.1): the smallest TTL of its answers, or
 * without answers the time that the SOA gives the absence of the name or type (RFC 2308 §5). 0 for a failure, a truncated
 * response, and bytes that end too early.
 */
export function freshness(response: Uint8Array): number {
  const view = new DataView(response.buffer, response.byteOffset, response.byteLength);
  if (response.length < HEADER_BYTES) return 0;
  const flags = view.getUint16(2);
  const rcode = flags & 15;
  if ((flags & 0x0200) !== 0 || (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN)) return 0;
  const answers = view.getUint16(6);
  let at = HEADER_BYTES;
  let shortest = Infinity;
  try {
    for (let left = view.getUint16(4); left > 0; left--) at = nameEnd(view, at) + 4;
    for (let left = answers + view.getUint16(8); left > 0; left--) {
      const start = nameEnd(view, at);
      const end = start + 10 + view.getUint16(start + 8);
      const ttl = view.getUint32(start + 4);
      const isAnswer = left > view.getUint16(8);
      if (isAnswer) shortest = Math.min(shortest, ttl > MAX_TTL_S ? 0 : ttl);
      else if (answers === 0 && view.getUint16(start) === SOA) shortest = Math.min(ttl, view.getUint32(end - 4));
      if (end > response.length) return 0;
      at = end;
    }
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
  return shortest === Infinity ? 0 : shortest;
}

/** Returns where a name ends: behind the root's label, or behind a pointer. */
function nameEnd(view: DataView, at: number): number {
  for (let size = view.getUint8(at); size !== 0; size = view.getUint8(at)) {
    if (size >= 0xc0) return at + 2;
    at += size + 1;
  }
  return at + 1;
}
