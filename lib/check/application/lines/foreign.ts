/** Beginnings by which a protocol can be told. */
const BEGINNINGS: readonly (readonly [pattern: RegExp, protocol: string])[] = [
  [/^SSH-/, "SSH"],
  [/^HTTP\/\d/, "HTTP"],
  [/^<(?:!DOCTYPE|html|\?xml)/i, "HTTP"],
  [/^[\x14-\x17]\x03[\x00-\x04]/, "TLS"],
  [/^RFB \d{3}\./, "VNC"],
  [/^\+OK/, "POP3"],
  [/^\* (?:OK|PREAUTH|BYE)\b/, "IMAP"],
  [/^20[01][ -]/, "NNTP"],
  [/^:\S+ (?:NOTICE|\d{3}|ERROR)\b|^(?:ERROR|NOTICE) /, "IRC"],
  [/^220[ -].*\bE?SMTP\b/i, "SMTP"],
  [/^220[ -].*\bFTP\b/i, "FTP"],
];

/** Returns the protocol that a server speaks, by its first bytes; undefined if they do not tell. */
export function protocolOf(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 200));
  return BEGINNINGS.find(([pattern]) => pattern.test(text))?.[1];
}
