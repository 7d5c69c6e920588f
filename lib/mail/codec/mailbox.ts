import { UsageError } from "../../core/errors/errors.ts";
import { asciiHostName } from "../../core/address/host_name.ts";
import { parseIPv4, parseIPv6 } from "../../core/address/ip.ts";

/** An address of mail (RFC 5321 §4.1.2, RFC 6531 §3.3). */
export interface Mailbox {
  /** Text before the @, with its quotes if it has any. */
  readonly localPart: string;
  /** A domain, or an address literal between brackets. */
  readonly domain: string;
  /** Both, as it is written. */
  readonly address: string;
  /** Whether it is ASCII all through; any other needs SMTPUTF8. */
  readonly ascii: boolean;
}

/** A mailbox with the name that a person has. */
export interface NamedMailbox extends Mailbox {
  /** The name; empty when there is none. */
  readonly name: string;
}

/** Bytes of a path between its angle brackets (RFC 5321 §4.5.3.1.3); local parts of more than 64 are in use. */
const MAX_ADDRESS_BYTES = 254;

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\p{Cs}]/u;
/** Dots stand anywhere in addresses that exist, against RFC 5321 §4.1.2. */
const LOCAL_PART = /^[\w!#$%&'*+\-/=?^`{|}~.\u{a0}-\u{10ffff}]+$/u;
const QUOTED_STRING = /^"(?:[^"\\]|\\[\x20-\x7e])*"$/u;
/** Underscores stand in names of hosts that exist. */
const LABEL = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?$/u;
const encoder = new TextEncoder();

/**
 * Parses an address such as `ada@example.com`, `"with space"@example.com` or `ada@[192.0.2.1]`, or `postmaster`, which
 * needs no domain (RFC 5321 §4.1.1.3).
 *
 * @param text Address without a display name.
 * @returns The parts of the address.
 * @throws {UsageError} `invalid-address` for a control character, an empty or invalid local part, an invalid domain, or
 * more than 254 bytes.
 * @example Parse an address, and reject an injection
 * ```ts
 * import { parseMailbox } from "../mod.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseMailbox('"a b"@example.com').localPart, '"a b"');
 * assertThrows(() => parseMailbox("ada@example.com\r\nRCPT TO:<eve@example.com>"));
 * ```
 */
export function parseMailbox(text: string): Mailbox {
  if (CONTROL.test(text)) throw invalid(text, "contains a control character");
  const at = text.lastIndexOf("@");
  if (/^postmaster$/i.test(text)) return { localPart: text, domain: "", address: text, ascii: true };
  if (at < 0) throw invalid(text, "missing @");
  const localPart = text.slice(0, at);
  const domain = text.slice(at + 1);
  const ascii = isAscii(text);
  if ((ascii ? text.length : encoder.encode(text).length) > MAX_ADDRESS_BYTES) {
    throw invalid(text, `longer than ${MAX_ADDRESS_BYTES} bytes`);
  }
  if (!LOCAL_PART.test(localPart) && !QUOTED_STRING.test(localPart)) {
    throw invalid(text, "invalid local part");
  }
  checkDomain(domain, text);
  return { localPart, domain, address: text, ascii };
}

function checkDomain(domain: string, text: string): void {
  const literal = /^\[(.*)\]$/.exec(domain)?.[1];
  if (literal !== undefined) {
    const v6 = /^IPv6:(.*)$/i.exec(literal)?.[1];
    if (v6 === undefined ? parseIPv4(literal) : parseIPv6(v6)) return;
    throw invalid(text, "invalid address literal; write [192.0.2.1] or [IPv6:2001:db8::1]");
  }
  const wrong = domain.split(".").some((label) => !LABEL.test(label) || label.length > 63);
  if (wrong) throw invalid(text, "invalid domain");
}

/**
 * The form of a mailbox for servers without SMTPUTF8: its domain encoded (punycode). One with letters outside ASCII
 * before the @ has none.
 */
export function asciiMailbox(mailbox: Mailbox): Mailbox | undefined {
  if (mailbox.ascii) return mailbox;
  if (!isAscii(mailbox.localPart)) return undefined;
  try {
    return parseMailbox(`${mailbox.localPart}@${asciiHostName(mailbox.domain)}`);
  } catch {
    return undefined;
  }
}

/**
 * Parses a mailbox with or without a display name: `Ada Lovelace <ada@example.com>`, `<ada@example.com>`,
 * `ada@example.com`. One mailbox, never a list.
 *
 * @param text Mailbox as in a header field.
 * @returns The parts of the address, and the name.
 * @throws {UsageError} `invalid-address` for an invalid address, or a control character in the name.
 * @example Parse a mailbox with a name
 * ```ts
 * import { parseNamedMailbox } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { name, domain } = parseNamedMailbox("Ada Lovelace <ada@example.com>");
 * assertEquals([name, domain], ["Ada Lovelace", "example.com"]);
 * ```
 */
export function parseNamedMailbox(text: string): NamedMailbox {
  if (CONTROL.test(text)) throw invalid(text, "contains a control character");
  const [, before = "", address = ""] = /^((?:"(?:[^"\\]|\\.)*"|[^"<>])*)<((?:"(?:[^"\\]|\\.)*"|[^"<>])*)>$/u
    .exec(text.trim()) ?? [];
  if (address === "") return { ...parseMailbox(text.trim()), name: "" };
  const name = before.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"$/u.exec(name)?.[1];
  return { ...parseMailbox(address), name: quoted === undefined ? name : quoted.replace(/\\(.)/gu, "$1") };
}

/** Whether a text is ASCII all through. */
export function isAscii(text: string): boolean {
  // deno-lint-ignore no-control-regex -- the range is all of ASCII
  return /^[\x00-\x7f]*$/.test(text);
}

function invalid(text: string, why: string): UsageError {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return new UsageError(`invalid mail address "${shown}": ${why}`, { code: "invalid-address" });
}
