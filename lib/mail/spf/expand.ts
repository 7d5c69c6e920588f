import { parseIPv4, parseIPv6 } from "../../core/address/ip.ts";
import { type MacroPart, macroText } from "./codec/macro.ts";

/** Values for macros (RFC 7208 §7.2). */
export interface MacroValues {
  /** IP address of the client, in its short form. */
  readonly ip: string;
  /** Local part of the sender. */
  readonly local: string;
  /** Domain of the sender. */
  readonly sender: string;
  /** EHLO name of the client. */
  readonly helo: string;
  /** Domain of the record. */
  readonly domain: string;
  /** Validated name of the client, if one is known. */
  readonly host?: string;
}

/** Expands the macros of a text. */
export function expandMacros(parts: readonly MacroPart[], values: MacroValues): string {
  return parts.map((part) => typeof part === "string" ? part : macroText(part, valueOf(part.letter, values))).join("");
}

/** Most characters of a domain name. */
const MAX_NAME_LENGTH = 253;

/** Expands the macros of a domain name: labels on the left are removed from one that is too long (RFC 7208 §7.3). */
export function expandName(parts: readonly MacroPart[], values: MacroValues): string {
  let name = expandMacros(parts, values).replace(/\.$/, "");
  while (name.length > MAX_NAME_LENGTH && name.includes(".")) name = name.slice(name.indexOf(".") + 1);
  return name;
}

function valueOf(letter: string, { ip, local, sender, helo, domain, host }: MacroValues): string {
  const v4 = parseIPv4(ip) !== undefined;
  switch (letter) {
    case "s":
      return `${local}@${sender}`;
    case "l":
      return local;
    case "o":
      return sender;
    case "d":
      return domain;
    case "i":
      return v4 ? ip : [...parseIPv6(ip)?.toHex() ?? ""].join(".");
    case "p":
      return host ?? "unknown";
    case "h":
      return helo;
    case "v":
      return v4 ? "in-addr" : "ip6";
    case "c":
      return ip;
    case "t":
      return `${Math.floor(Date.now() / 1000)}`;
    default:
      return "unknown";
  }
}
