import { formatHttpDate } from "../../codec/fields/date.ts";
import { encodeOctets } from "../../codec/octets.ts";

let second = NaN;
let line = encodeOctets("");

/** The Date field line of this second, with its line end. */
export function dateLine(): Uint8Array<ArrayBuffer> {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    line = encodeOctets(`Date: ${formatHttpDate(now * 1000)}\r\n`);
  }
  return line;
}
