/** First component of the newsgroup of an address. */
const ADDRESS_GROUPS = "mail";
/** Domain of the address of any other newsgroup; it cannot exist (RFC 6761 §6.4). */
const NEWS_DOMAIN = "news.invalid";
/** Components that RFC 5536 §3.1.4 reserves. */
const RESERVED = /^(?:all|ctl|\d+)$/;
/** Length of a name that fits into a command line of 512 bytes. */
const MAX_NAME = 480;

/** Newsgroup with all articles of a sink. */
export const EVERYTHING = "toucan.inbox";

const encoder = new TextEncoder();

/** Whether a text is a newsgroup name (RFC 5536 §3.1.4), of at most 480 characters. */
export function isGroupName(text: string): boolean {
  return text.length <= MAX_NAME && /^[a-z0-9+_-]+(?:\.[a-z0-9+_-]+)*$/i.test(text);
}

/**
 * Returns the newsgroup of an address, in lower case: `mail`, the labels of the domain from the last to the first, and the local part:
 * `ada@example.com` is `mail.com.example.ada`. Other characters than letters, digits, `-` and `_` are `+` and two hexadecimal digits for
 * each byte of UTF-8: `a.b@example.com` is `mail.com.example.a+2eb`. So is the first character of a component that is reserved (`all`,
 * `ctl`, digits only), or begins with `_`. `NAME@news.invalid` is the newsgroup NAME.
 *
 * @param address Address, in any case.
 * @returns The name; undefined when it would have more than 480 characters.
 * @example Convert an address, and back
 * ```ts
 * import { addressOfGroup, groupOfAddress } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(groupOfAddress("bob+list@example.com"), "mail.com.example.bob+2blist");
 * assertEquals(addressOfGroup("mail.com.example.bob+2blist"), "bob+list@example.com");
 * ```
 */
export function groupOfAddress(address: string): string | undefined {
  const at = address.lastIndexOf("@");
  const [local, domain] = at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at + 1).toLowerCase()];
  if (domain === NEWS_DOMAIN && isGroupName(local) && addressOfGroup(local) === `${local}@${NEWS_DOMAIN}`) {
    return local.toLowerCase();
  }
  // An address literal, and what has empty labels, is one component.
  const labels = at < 0 ? [] : /^\[|^\.|\.\.|\.$|^$/.test(domain) ? [domain] : domain.split(".").reverse();
  const name = [ADDRESS_GROUPS, ...[...labels, local].map(component)].join(".");
  return name.length <= MAX_NAME ? name : undefined;
}

/**
 * Returns the address of a newsgroup, the inverse of {@link groupOfAddress}.
 *
 * @param name Name of the newsgroup, in any case.
 * @returns The address; undefined for `toucan.inbox` and invalid names.
 * @example Find the address of any newsgroup
 * ```ts
 * import { addressOfGroup } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(addressOfGroup("misc.test"), "misc.test@news.invalid");
 * ```
 */
export function addressOfGroup(name: string): string | undefined {
  if (!isGroupName(name) || name.toLowerCase() === EVERYTHING) return undefined;
  const [first = "", ...rest] = name.toLowerCase().split(".");
  const components = rest.map(decoded);
  const parts = components.filter((part) => part !== undefined);
  const local = parts.pop();
  if (first === ADDRESS_GROUPS && local !== undefined && parts.length + 1 === components.length) {
    const address = parts.length === 0 ? local : `${local}@${parts.reverse().join(".")}`;
    if (groupOfAddress(address) === name.toLowerCase()) return address;
  }
  return `${name}@${NEWS_DOMAIN}`;
}

function component(text: string): string {
  // Nothing at all is a byte that no text has.
  if (text === "") return "+00";
  const lower = text.toLowerCase();
  const escaped = lower.replace(/[^a-z0-9_-]/gu, (character) => hex(encoder.encode(character)));
  return RESERVED.test(escaped) || escaped.startsWith("_")
    ? hex(encoder.encode(lower.slice(0, 1))) + escaped.slice(1)
    : escaped;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `+${byte.toString(16).padStart(2, "0")}`).join("");
}

function decoded(text: string): string | undefined {
  if (text === "+00") return "";
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "+") {
      bytes.push(text.charCodeAt(at));
      continue;
    }
    const digits = text.slice(at + 1, at + 3);
    if (!/^[0-9a-f]{2}$/.test(digits)) return undefined;
    bytes.push(parseInt(digits, 16));
    at += 2;
  }
  try {
    const address = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    // deno-lint-ignore no-control-regex -- an address has none, and headers are made of it
    return /[\x00-\x1f\x7f]/.test(address) ? undefined : address;
  } catch {
    return undefined;
  }
}
