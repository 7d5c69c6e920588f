import { UsageError } from "../../core/errors/errors.ts";
import { asciiHostName } from "../../core/address/host_name.ts";
import { parseIPv4, parseIPv6 } from "../../core/address/ip.ts";

/** An address of mail (RFC 5321 §4.1.2, RFC 6531 §3.3). */
export interface Mailbox {
  /** What stands before the @, with its quotes where it has some. */
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
const ADDRESS_LIMIT = 254;

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\p{Cs}]/u;
/** Dots stand anywhere in addresses that exist, against RFC 5321 §4.1.2. */
const LOCAL_PART = /^[\w!#$%&'*+\-/=?^`{|}~.\u{a0}-\u{10ffff}]+$/u;
const QUOTED_STRING = /^"(?:[^"\\]|\\[\x20-\x7e])*"$/u;
/** Underscores stand in names of hosts that exist. */
const LABEL = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?$/u;
const encoder = new TextEncoder();

/**
 * Reads an address such as `ada@example.com`, `"with space"@example.com` or `ada@[192.0.2.1]`, or `postmaster`, which needs no
 * domain (RFC 5321 §4.1.1.3).
 *
 * @throws {UsageError} `invalid-address` when it is none: a control character, nothing before the @, a domain that is none, or more
 * than 254 bytes.
 * @example
 * ```ts
 * import { parseMailbox } from "../mod.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseMailbox('"a b"@example.com').localPart, '"a b"');
 * assertThrows(() => parseMailbox("ada@example.com\r\nRCPT TO:<eve@example.com>"));
 * ```
 */
export function parseMailbox(text: string): Mailbox {
  if (CONTROL.test(text)) throw invalid(text, "it has a control character");
  const at = text.lastIndexOf("@");
  if (/^postmaster$/i.test(text)) return { localPart: text, domain: "", address: text, ascii: true };
  if (at < 0) throw invalid(text, "it has no @");
  const localPart = text.slice(0, at);
  const domain = text.slice(at + 1);
  const ascii = isAscii(text);
  if ((ascii ? text.length : encoder.encode(text).length) > ADDRESS_LIMIT) {
    throw invalid(text, `it has more than ${ADDRESS_LIMIT} bytes`);
  }
  if (!LOCAL_PART.test(localPart) && !QUOTED_STRING.test(localPart)) {
    throw invalid(text, "what stands before the @ is neither a name nor between quotes");
  }
  checkDomain(domain, text);
  return { localPart, domain, address: text, ascii };
}

function checkDomain(domain: string, text: string): void {
  const literal = /^\[(.*)\]$/.exec(domain)?.[1];
  if (literal !== undefined) {
    const v6 = /^IPv6:(.*)$/i.exec(literal)?.[1];
    if (v6 === undefined ? parseIPv4(literal) : parseIPv6(v6)) return;
    throw invalid(text, "between brackets stands no address: write [192.0.2.1] or [IPv6:2001:db8::1]");
  }
  const wrong = domain.split(".").some((label) => !LABEL.test(label) || label.length > 63);
  if (wrong) throw invalid(text, "what stands behind the @ is no domain");
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
 * Reads a mailbox with or without a name, as headers and people write it: `Ada Lovelace <ada@example.com>`,
 * `<ada@example.com>`, `ada@example.com`. One mailbox, never a list.
 *
 * @throws {UsageError} `invalid-address` when it is none, or its name has a control character.
 */
export function parseNamedMailbox(text: string): NamedMailbox {
  if (CONTROL.test(text)) throw invalid(text, "it has a control character");
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
  return new UsageError(`"${shown}" is no mail address: ${why}`, { code: "invalid-address" });
}
