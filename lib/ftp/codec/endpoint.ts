import { parseIPv4 } from "../../core/address/ip.ts";
import { UsageError } from "../../core/errors/errors.ts";

/** The only parentheses in a reply, with the delimiter of RFC 2428. */
const USUAL = /^[^()]*\(\|\|\|(\d{1,5})\|\)[^()]*$/;
/** A parenthesis and a delimiter, which can be any printable ASCII character; digits would be ambiguous. */
const EXTENDED = /\(([!-'*-/:-~])([^()]{1,80})\)/g;
/** Six numbers wherever they stand, since servers differ in all around them (RFC 1123 §4.1.2.6). */
const SIX_NUMBERS =
  /(?<![\d.])(\d{1,3})\s?,\s?(\d{1,3})\s?,\s?(\d{1,3})\s?,\s?(\d{1,3})\s?,\s?(\d{1,3})\s?,\s?(\d{1,3})(?!\d)/;

/**
 * Parses the text of a 229 reply (RFC 2428 §3), such as `Entering Extended Passive Mode (|||6446|)`, with any delimiter. A
 * protocol and an address, which the RFC wants empty, are ignored.
 *
 * @returns The port; undefined if the text has none.
 * @example
 * ```ts
 * import { parseEpsvReply, parsePasvReply } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseEpsvReply("Entering Extended Passive Mode (|||6446|)"), 6446);
 * assertEquals(parsePasvReply("Entering Passive Mode (192,0,2,7,25,46)"), { host: "192.0.2.7", port: 6446 });
 * ```
 */
export function parseEpsvReply(text: string): number | undefined {
  // As nearly all servers write it.
  const [, usual] = USUAL.exec(text) ?? [];
  if (usual !== undefined) return validPort(Number(usual));
  for (const [, delimiter = "", rest = ""] of text.matchAll(EXTENDED)) {
    const parts = rest.split(delimiter);
    const [, , port = ""] = parts;
    if (parts.length === 4 && parts[3] === "" && /^\d{1,5}$/.test(port)) return validPort(Number(port));
  }
  return undefined;
}

/** Parses the text of a 227 reply in its several forms (RFC 959 §4.1.2); undefined if it has no address. Untrusted. */
export function parsePasvReply(text: string): { readonly host: string; readonly port: number } | undefined {
  const numbers = SIX_NUMBERS.exec(text)?.slice(1).map(Number);
  if (!numbers || numbers.some((number) => number > 255)) return undefined;
  const [high = 0, low = 0] = numbers.slice(4);
  const port = validPort(high * 256 + low);
  return port === undefined ? undefined : { host: numbers.slice(0, 4).join("."), port };
}

function validPort(port: number): number | undefined {
  return port > 0 && port < 65536 ? port : undefined;
}

/** Formats the text of a 229 reply. */
export function formatEpsvReply(port: number): string {
  return `Entering Extended Passive Mode (|||${port}|)`;
}

/**
 * Formats the text of a 227 reply.
 *
 * @throws {UsageError} `invalid-address` when `host` is not an IPv4 address: the reply cannot contain another.
 */
export function formatPasvReply(host: string, port: number): string {
  const bytes = parseIPv4(host);
  if (!bytes) throw new UsageError(`invalid address "${host}": not an IPv4 address`, { code: "invalid-address" });
  return `Entering Passive Mode (${[...bytes, port >> 8, port & 255].join(",")})`;
}
