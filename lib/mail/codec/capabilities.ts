import type { SmtpReply } from "./reply.ts";

/** Capabilities of a server, by its reply to EHLO (RFC 5321 §4.1.1.1). */
export interface Capabilities {
  /** Whether it takes commands without waiting for each reply (RFC 2920). */
  readonly pipelining: boolean;
  /** Whether bodies may have bytes above 127 (RFC 6152). */
  readonly eightBitMime: boolean;
  /** Whether addresses and headers may be in UTF-8 (RFC 6531). */
  readonly smtpUtf8: boolean;
  /** Whether it can start TLS (RFC 3207). */
  readonly startTls: boolean;
  /** Whether its replies have enhanced status codes (RFC 2034). */
  readonly enhancedStatusCodes: boolean;
  /** Whether it takes messages in chunks of a known size (RFC 3030). */
  readonly chunking: boolean;
  /** Whether it can be asked for delivery status notifications (RFC 3461). */
  readonly dsn: boolean;
  /** Whether it can be told sizes (RFC 1870). */
  readonly size: boolean;
  /** The size of message, in bytes, beyond which it takes none; none when it does not say. */
  readonly sizeLimit?: number;
  /** The mechanisms of AUTH that it knows (RFC 4954), in capitals. */
  readonly auth: readonly string[];
}

/** Capabilities of a server that only accepts HELO. */
export const NO_CAPABILITIES: Capabilities = capabilitiesFrom([]);

/** Parses a reply to EHLO; unknown keywords are ignored. */
export function parseCapabilities(reply: SmtpReply): Capabilities {
  return capabilitiesFrom(reply.lines.slice(1));
}

function capabilitiesFrom(lines: readonly string[]): Capabilities {
  const known = new Map<string, string[]>();
  for (const line of lines) {
    // Old servers write AUTH=PLAIN.
    const [keyword = "", ...words] = line.toUpperCase().replace(/^AUTH=/, "AUTH ").split(" ").filter(Boolean);
    known.set(keyword, [...known.get(keyword) ?? [], ...words]);
  }
  const [size = ""] = known.get("SIZE") ?? [];
  // Digits only (RFC 1870, section 4): JavaScript reads 0x10 and 1e9 as numbers, too.
  const limit = /^\d{1,20}$/.test(size) ? Number(size) : 0;
  return {
    pipelining: known.has("PIPELINING"),
    eightBitMime: known.has("8BITMIME"),
    smtpUtf8: known.has("SMTPUTF8"),
    startTls: known.has("STARTTLS"),
    enhancedStatusCodes: known.has("ENHANCEDSTATUSCODES"),
    chunking: known.has("CHUNKING"),
    dsn: known.has("DSN"),
    size: known.has("SIZE"),
    ...(Number.isSafeInteger(limit) && limit > 0 && { sizeLimit: limit }),
    auth: [...new Set(known.get("AUTH") ?? [])],
  };
}
