import { parseIPv4, parseIPv6 } from "../../../core/address/ip.ts";
import { type MacroPart, parseMacros } from "./macro.ts";

/** Result of a mechanism that matches, by its qualifier (RFC 7208 §4.6.2). */
export type SpfQualifier = "pass" | "fail" | "softfail" | "neutral";

/** Mechanism (RFC 7208 §5). */
export interface SpfDirective {
  /** Kind of the mechanism. */
  readonly kind: "all" | "include" | "a" | "mx" | "ptr" | "ip4" | "ip6" | "exists";
  /** Result if it matches. */
  readonly qualifier: SpfQualifier;
  /** Domain; that of the record unless given. */
  readonly domain?: readonly MacroPart[];
  /** Network of `ip4` and `ip6`. */
  readonly network?: Uint8Array;
  /** Prefix length for IPv4 addresses. */
  readonly bits4: number;
  /** Prefix length for IPv6 addresses. */
  readonly bits6: number;
  /** The term as it stands in the record. */
  readonly text: string;
  /** Index of the term in the record. */
  readonly at: number;
}

/** Modifier (RFC 7208 §6). */
export interface SpfModifier {
  /** Name in lower case: `redirect`, `exp`, or one that is ignored. */
  readonly kind: string;
  /** Domain of `redirect` and `exp`. */
  readonly domain: readonly MacroPart[];
  /** The term as it stands in the record. */
  readonly text: string;
  /** Index of the term in the record. */
  readonly at: number;
}

/** Syntax error of a record. */
export interface SpfFault {
  /** Index of the first character that is wrong. */
  readonly at: number;
  /** The term. */
  readonly term: string;
  /** Problem in words. */
  readonly problem: string;
}

/** SPF record by its terms. */
export interface SpfRecord {
  /** Mechanisms in order. */
  readonly directives: readonly SpfDirective[];
  /** Modifiers in order. */
  readonly modifiers: readonly SpfModifier[];
  /** All syntax errors; with any, the record is invalid (`permerror`). */
  readonly faults: readonly SpfFault[];
}

/** Characters of a record: DNS transports more, but receivers with limits do not accept it. */
export const MAX_SPF_RECORD = 8192;
const QUALIFIERS: Readonly<Record<string, SpfQualifier>> = {
  "+": "pass",
  "-": "fail",
  "~": "softfail",
  "?": "neutral",
};
const TOP_LABEL = /\.(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?$/i;
const MODIFIER = /^([a-z][a-z0-9._-]*)=(.*)$/is;
const MECHANISM = /^([+?~-]?)([a-z0-9]+)(?=[:/]|$)(.*)$/is;
const DIRECTIVES = { domain: ["include", "exists"], cidr: ["a", "mx"] };

/** Returns whether a TXT record is an SPF record (RFC 7208 §4.5). */
export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/**
 * Parses an SPF record (RFC 7208 §12), and names all of its syntax errors.
 *
 * @param text The record, its strings joined.
 * @returns The terms, and the faults with their positions.
 * @example Find an error
 * ```ts
 * import { parseSpfRecord } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { directives, faults } = parseSpfRecord("v=spf1 ip4:192.0.2.0/33 -all");
 * assertEquals(directives.map(({ kind, qualifier }) => [kind, qualifier]), [["all", "fail"]]);
 * assertEquals(faults[0], { at: 7, term: "ip4:192.0.2.0/33", problem: "invalid prefix length: use 0 to 32" });
 * ```
 */
export function parseSpfRecord(text: string): SpfRecord {
  const directives: SpfDirective[] = [];
  const modifiers: SpfModifier[] = [];
  const faults: SpfFault[] = [];
  if (!isSpfRecord(text)) faults.push({ at: 0, term: text.slice(0, 60), problem: 'a record begins with "v=spf1"' });
  else if (text.length > MAX_SPF_RECORD) {
    faults.push({ at: 0, term: "v=spf1", problem: `longer than ${MAX_SPF_RECORD} characters` });
  } else {
    for (const { 0: term, index } of text.slice(6).matchAll(/[^ ]+/g)) {
      const at = index + 6;
      const parsed = parseTerm(term, at);
      const again = "qualifier" in parsed || !("kind" in parsed) || !/^(?:redirect|exp)$/.test(parsed.kind)
        ? undefined
        : modifiers.find(({ kind }) => kind === parsed.kind);
      if (!("kind" in parsed)) faults.push(parsed);
      else if (again) faults.push({ at, term, problem: `a second "${again.kind}"` });
      else if ("qualifier" in parsed) directives.push(parsed);
      else modifiers.push(parsed);
    }
  }
  return { directives, modifiers, faults };
}

type Term = SpfDirective | SpfModifier | SpfFault;

function parseTerm(term: string, at: number): Term {
  const [, name, value = ""] = MODIFIER.exec(term) ?? [];
  if (name !== undefined) return parseModifier(name.toLowerCase(), value, term, at);
  const [, sign = "", word, rest = ""] = MECHANISM.exec(term) ?? [];
  const fault = (problem: string, offset = 0): SpfFault => ({ at: at + offset, term, problem });
  if (word === undefined) return fault("neither a mechanism nor a modifier");
  const kind = word.toLowerCase();
  const start = sign.length + word.length;
  const directive = { qualifier: QUALIFIERS[sign || "+"] ?? "pass", bits4: 32, bits6: 128, text: term, at };
  if (kind === "all") return rest === "" ? { ...directive, kind } : fault('"all" has no argument', start);
  if (kind === "ip4" || kind === "ip6") {
    const [, address, bits] = /^:([^/]*)(?:\/(.*))?$/s.exec(rest) ?? [];
    const network = kind === "ip4" ? parseIPv4(address ?? "") : parseIPv6(address ?? "");
    if (!network) return fault(`invalid ${kind === "ip4" ? "IPv4" : "IPv6"} network`, start);
    const max = kind === "ip4" ? 32 : 128;
    const length = bits === undefined ? max : prefixOf(bits, max);
    if (length === undefined) return fault(`invalid prefix length: use 0 to ${max}`);
    return { ...directive, kind, network, ...(kind === "ip4" ? { bits4: length } : { bits6: length }) };
  }
  const takesCidr = DIRECTIVES.cidr.includes(kind);
  if (kind !== "include" && kind !== "exists" && kind !== "a" && kind !== "mx" && kind !== "ptr") {
    return fault(`unknown mechanism "${word.slice(0, 40)}"`, sign.length);
  }
  const [, named = "", four, six] = (takesCidr ? /^(.*?)(?:\/(\d+))?(?:\/\/(\d+))?$/s : /^(.*)$/s).exec(rest) ?? [];
  const bits4 = four === undefined ? 32 : prefixOf(four, 32);
  const bits6 = six === undefined ? 128 : prefixOf(six, 128);
  if (bits4 === undefined) return fault("invalid prefix length: use 0 to 32", start + named.length);
  if (bits6 === undefined) return fault("invalid prefix length: use 0 to 128", start + named.length);
  if (named === "") {
    return DIRECTIVES.domain.includes(kind)
      ? fault(`"${kind}" requires a domain`, start)
      : { ...directive, kind, bits4, bits6 };
  }
  if (!named.startsWith(":")) return fault('a domain is separated by ":"', start);
  const domain = parseDomain(named.slice(1));
  return "problem" in domain
    ? fault(domain.problem, start + 1 + domain.at)
    : { ...directive, kind, domain: domain.parts, bits4, bits6 };
}

function parseModifier(kind: string, value: string, text: string, at: number): Term {
  if (kind === "redirect" || kind === "exp") {
    const domain = parseDomain(value);
    return "problem" in domain
      ? { at: at + kind.length + 1 + domain.at, term: text, problem: domain.problem }
      : { kind, domain: domain.parts, text, at };
  }
  // An unknown modifier is ignored, but its syntax is checked.
  const parts = parseMacros(value);
  return "problem" in parts
    ? { at: at + kind.length + 1 + parts.at, term: text, problem: parts.problem }
    : { kind, domain: parts, text, at };
}

function parseDomain(text: string): { readonly parts: readonly MacroPart[] } | { at: number; problem: string } {
  if (text === "") return { at: 0, problem: "the domain is empty" };
  const parts = parseMacros(text);
  if ("problem" in parts) return parts;
  const last = parts.at(-1);
  // A name ends with a macro, or with a top-level label that is not a number.
  const ends = typeof last === "object" || (/%[%_-]$/.test(text) ? false : TOP_LABEL.test(text));
  return ends ? { parts } : { at: 0, problem: "the domain does not end with a macro or a top-level label" };
}

function prefixOf(text: string, max: number): number | undefined {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}
