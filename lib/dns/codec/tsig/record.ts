import type { RawRecord } from "../raw_record.ts";
import { malformed, Reader } from "../reader.ts";

/** The signature of a message as it crosses the wire (RFC 8945 §4.2). */
export interface TsigRecord {
  /** Name of the key, absolute. */
  readonly name: string;
  /** Name of the algorithm, absolute: `hmac-sha256.`. */
  readonly algorithm: string;
  /** When it was signed, in seconds since 1970. */
  readonly timeSigned: number;
  /** Seconds by which clocks may differ. */
  readonly fudge: number;
  /** The code; empty in an error about key or code. */
  readonly mac: Uint8Array;
  /** The id of the message when it was signed. */
  readonly originalId: number;
  /** Why the server rejects a signature; 0 if it does not. */
  readonly error: number;
  /** Further data: of BADTIME, the server's time. */
  readonly other: Uint8Array;
  /** Where its record begins in the message. */
  readonly offset: number;
}

/** Reads a signature from its record, which begins at `offset` in the message. */
export function tsigOf({ name, rdata }: RawRecord, offset: number): TsigRecord {
  const reader = new Reader(rdata, { whole: true });
  const algorithm = reader.name();
  const timeSigned = reader.u48();
  const fudge = reader.u16();
  const mac = reader.take(reader.u16());
  const originalId = reader.u16();
  const error = reader.u16();
  const other = reader.take(reader.u16());
  if (reader.left > 0) throw malformed("the signature of the message has bytes too many");
  return { name, algorithm, timeSigned, fudge, mac, originalId, error, other, offset };
}
