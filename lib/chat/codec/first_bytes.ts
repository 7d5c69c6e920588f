/** Protocols of a client that connects to the one port of a chat. */
export type ClientProtocol = "tls" | "http" | "irc";

/** First byte of a TLS connection (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 0x16;
const SPACE = 0x20;
/** Empty lines that both protocols ignore before the first one (RFC 9112, section 2.2). */
const MAX_EMPTY_BYTES = 8;
/** Maximum number of bytes that {@link clientProtocol} needs. */
export const MAX_FIRST_BYTES = 64;

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PRI"]
  .map((method) => new TextEncoder().encode(method));

/**
 * Returns the protocol of a client by its first bytes: a TLS record, a request method of HTTP followed by a space, or a line of
 * IRC, which has no command of such a name before the registration. "incomplete" when more bytes are needed.
 */
export function clientProtocol(bytes: Uint8Array): ClientProtocol | "incomplete" {
  if (bytes[0] === TLS_HANDSHAKE) return "tls";
  let start = 0;
  while (start < bytes.length && (bytes[start] === 0x0d || bytes[start] === 0x0a)) start++;
  if (start > MAX_EMPTY_BYTES) return "irc";
  const rest = bytes.subarray(start);
  let open = false;
  for (const method of METHODS) {
    const count = Math.min(rest.length, method.length);
    if (!method.subarray(0, count).every((byte, i) => byte === rest[i])) continue;
    if (rest.length <= method.length) open = true;
    else if (rest[method.length] === SPACE) return "http";
  }
  return open ? "incomplete" : "irc";
}
