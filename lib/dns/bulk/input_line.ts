import { ipVersion, ToucanError, UsageError } from "../../core/mod.ts";
import { formatName, parseName } from "../codec/name.ts";
import { typeNumber } from "../codec/types.ts";
import { dnsName } from "../client/dns_name.ts";
import { reverseName } from "../client/reverse.ts";
import type { BulkItem } from "./types.ts";

/** Most lines: a name in ASCII without escapes that cannot be an address. */
const PLAIN = /^(?:[a-z0-9_-]{1,63}\.)*[a-z_][a-z0-9_-]{0,62}\.?$/i;
const PLAIN_LENGTH = 253;

/**
 * Parses a line of a list of names: `NAME`, or `NAME TYPE[,TYPE]`; `types` are used where it has none. An address stands
 * for its name below `in-addr.arpa` or `ip6.arpa`, with the type PTR unless the line has types. Returns undefined for a
 * blank line or a comment, which begins with `#` or `;`.
 */
export function parseBulkLine(line: string, types: readonly string[]): BulkItem | undefined {
  if (line.length <= PLAIN_LENGTH && PLAIN.test(line)) {
    const absolute = line.endsWith(".");
    // A spread would cost more than the rest of a line.
    return absolute
      ? { input: line, name: line, types, plain: true }
      : { input: line, name: line + ".", written: line, types, plain: true };
  }
  const input = line.trim();
  if (input === "" || input.startsWith("#") || input.startsWith(";")) return undefined;
  const [name = "", own, ...more] = input.split(/\s+/);
  const address = ipVersion(name) !== undefined;
  const given = own?.toUpperCase().split(",") ?? (address ? ["PTR"] : types);
  try {
    const unknown = given.find((type) => typeNumber(type) === undefined);
    if (unknown !== undefined) throw invalid(`invalid record type "${unknown.slice(0, 60)}"`);
    if (more.length > 0) throw invalid(`invalid line "${input.slice(0, 60)}": NAME or NAME TYPE[,TYPE] is required`);
    const asked = address ? reverseName(name) ?? name : dnsName(name);
    const { labels, absolute } = parseName(asked);
    const written = absolute || address ? undefined : asked;
    return { input, name: formatName(labels), ...(written !== undefined && { written }), types: [...new Set(given)] };
  } catch (error) {
    if (!(error instanceof ToucanError)) throw error;
    // Types that do not exist cannot be counted.
    const known = given.every((type) => typeNumber(type) !== undefined) ? [...new Set(given)] : [given.join()];
    return { input, name, types: known, error };
  }
}

function invalid(message: string): UsageError {
  return new UsageError(message, { code: "invalid-name" });
}
