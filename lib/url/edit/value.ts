import { EditError, Fault } from "../error.ts";
import { normalHost as asGrammarHost } from "../models/rfc3986/normal.ts";
import { normalHost as asBrowserHost } from "../models/whatwg/host.ts";
import { parseIPv6 } from "../../core/address/ip.ts";
import { UsageError } from "../../core/errors/errors.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import { encodeFor } from "../models/rfc3986/chars.ts";
import { ENCODE_SETS, percentEncode } from "../percent.ts";
import type { Part } from "../split.ts";
import type { Url } from "../url.ts";

/** Accepted values of parts that cannot hold arbitrary text, for error messages. */
const ACCEPTS: Partial<Record<Part, string>> = {
  scheme: "a letter, followed by letters, digits, +, - or .",
  host: "a name, an IPv4 address, or an IPv6 address in brackets",
  port: "a number from 0 to 65535",
};

/**
 * Checks a value that no URL could take as this part; the empty value stands for none.
 *
 * @throws {UsageError} When it is one.
 */
export function checkValue(part: Part, value: string): void {
  if (value === "" || fits(part, value)) return;
  throw new UsageError(`invalid ${part} "${showUntrusted(value, { limit: 60 })}"; expected ${ACCEPTS[part]}`);
}

function fits(part: Part, value: string): boolean {
  switch (part) {
    case "scheme":
      return /^[a-z][a-z0-9+.-]*$/i.test(value);
    case "host":
      if (value.startsWith("[")) return value.endsWith("]") && parseIPv6(value.slice(1, -1)) !== undefined;
      // What would end the host, or belong to a user or port. `%2f` and the like are left to the rules.
      // deno-lint-ignore no-control-regex -- control characters are what is looked for
      return !/[\x00-\x20\x7f-\x9f/\\?#@:[\]<>^|]/.test(value);
    case "port":
      return /^[0-9]{1,5}$/.test(value) && Number(value) <= 65535;
    default:
      return true;
  }
}

/**
 * A value as it has to stand in the text so that it stays within the part: what cannot be there is encoded, what is
 * encoded already stays.
 */
export function encodeValue(url: Url, part: Part, value: string): string {
  if (part === "scheme" || part === "port" || url.scp) return value;
  if (part === "host") return hostValue(url, value);
  // What the grammar of RFC 3986 has no place for is read by each parser in its own way, such as a backslash.
  const encoded = encodeFor(part, value);
  if (url.rules === "rfc3986") return encoded;
  switch (part) {
    case "user":
    case "password":
      return percentEncode(encoded, ENCODE_SETS.userinfo);
    case "query":
      return url.special ? percentEncode(encoded, ENCODE_SETS.specialQuery) : encoded;
    default:
      return encoded;
  }
}

/** A host in the form that all parsers read alike: in ASCII, and an IPv4 address as four numbers. */
function hostValue(url: Url, value: string): string {
  if (value === "") return value;
  try {
    const special = url.rules === "rfc3986" || url.special;
    return special ? asBrowserHost(value, true, 0) : asGrammarHost(value);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new EditError(`cannot set the host: ${error.message}`);
  }
}
