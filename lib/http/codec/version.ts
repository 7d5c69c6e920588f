import type { HttpVersion } from "./head.ts";
import { type HttpMessageError, invalid, unsupported } from "./invalid.ts";

/** Length of `HTTP/1.1`. */
export const VERSION_LENGTH = 8;

/** Reads `HTTP/1.1` and the like; what is newer within HTTP/1 is 1.1 to us (RFC 9110 §2.5). */
export function readVersion(bytes: Uint8Array, at: number): HttpVersion {
  const major = bytes[at + 5] - 48;
  const minor = bytes[at + 7] - 48;
  const named = bytes[at] === 72 && bytes[at + 1] === 84 && bytes[at + 2] === 84 && bytes[at + 3] === 80 &&
    bytes[at + 4] === 47;
  if (!named) throw notHttp();
  if (!(major >= 0 && major <= 9) || bytes[at + 6] !== 46 || !(minor >= 0 && minor <= 9)) {
    throw invalid("version", "the version of HTTP is invalid");
  }
  if (major !== 1) throw unsupported(505, "version", "unsupported version of HTTP (supported: 1.0, 1.1)");
  return minor === 0 ? "1.0" : "1.1";
}

/** The error for what does not begin with `HTTP/` where a version has to be. */
export function notHttp(): HttpMessageError {
  return invalid("version", "it is not HTTP");
}
