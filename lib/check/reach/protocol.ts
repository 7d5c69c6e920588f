/** Words for a server whose first bytes show no protocol. */
const UNKNOWN = "an unknown protocol";

/** Protocols that the first bytes of a server show. */
const SIGNS: readonly (readonly [string, RegExp])[] = [
  // deno-lint-ignore no-control-regex -- types and versions of TLS records
  ["TLS", /^[\x14-\x17]\x03[\x00-\x04]/],
  ["TLS", /^HTTP\/1\.[01] 400[\s\S]*HTTP request (?:was sent )?to (?:an )?HTTPS/i],
  ["TLS", /^HTTP\/1\.[01] 400[\s\S]*speaking plain HTTP to an SSL-enabled server/i],
  ["HTTP", /^(?:HTTP\/\d|<(?:!doctype|html))/i],
  ["SSH", /^SSH-\d/],
  ["SMTP", /^220[ -][^\r\n]*(?:SMTP|LMTP|Postfix|Exim|Sendmail|mail)/i],
  ["FTP", /^220[ -][^\r\n]*FTP/i],
  ["SMTP or FTP", /^(?:220|421|554)[ -]/],
  ["NNTP", /^20[01][ -]/],
  ["IMAP", /^\* (?:OK|PREAUTH|BYE)/i],
  ["POP3", /^(?:\+OK|-ERR)/],
  ["IRC", /^(?::\S+ (?:NOTICE|\d{3}|PING)|NOTICE |PING |ERROR )/],
  ["VNC", /^RFB \d/],
  // deno-lint-ignore no-control-regex -- number of the packet, and version of the protocol
  ["MySQL", /^[\s\S]{3}\x00\x0a\d+\.\d+/],
  ["Telnet", /^\xff[\xfb-\xfe]/],
  [UNKNOWN, /^[\s\S]/],
];

/** Returns the protocol that the first bytes of a server show; undefined without any byte. Pure. */
export function protocolOf(bytes: Uint8Array): string | undefined {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return SIGNS.find(([, sign]) => sign.test(text))?.[0];
}

/** Returns the protocol that a first line shows; empty if none is known. Pure. */
export function protocolOfLine(line: string): string {
  const found = protocolOf(new TextEncoder().encode(line)) ?? UNKNOWN;
  return found === UNKNOWN ? "" : found;
}

/** Returns whether what was found can be what was expected. */
export function isProtocol(found: string, expected: string): boolean {
  return found.split(" or ").includes(expected) || found === UNKNOWN;
}

/** Returns the first line that a server sent, as text, at most 120 characters. */
export function firstLine(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).split(/\r?\n/)[0]?.slice(0, 120) ?? "";
}
