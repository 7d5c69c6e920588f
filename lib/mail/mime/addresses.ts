import { type AddressToken, addressTokens } from "./address_tokens.ts";
import { joinWords, readWords } from "./words.ts";

/** A mailbox, or a group of them (RFC 5322 §3.4). */
export interface ParsedAddress {
  /** The display name, or that of the group; empty when there is none. */
  readonly name: string;
  /** The address, without comments and without a source route; empty when there is none. */
  readonly address?: string;
  /** The mailboxes of a group. */
  readonly group?: readonly ParsedAddress[];
}

/**
 * Reads a field of mailboxes and groups, as RFC 5322 has it and as programs write it: a comment behind an address is its name, a comma
 * may be missing, and an address of this machine has no @. An address in a name, also in an encoded one, is a name.
 *
 * @example
 * ```ts
 * import { readAddresses } from "./addresses.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readAddresses('"Doe, J" <j@x>, c@x (Ann)'), [
 *   { name: "Doe, J", address: "j@x" },
 *   { name: "Ann", address: "c@x" },
 * ]);
 * ```
 */
export function readAddresses(text: string): ParsedAddress[] {
  const all: ParsedAddress[] = [];
  let group: { readonly name: string; readonly group: ParsedAddress[] } | undefined;
  let tokens: AddressToken[] = [];
  const flush = () => {
    (group?.group ?? all).push(...mailboxes(tokens));
    tokens = [];
  };
  // Encoded words become ones without a character that means something here.
  for (const token of addressTokens(joinWords(text))) {
    if (token.kind === ":" && !tokens.some(({ kind }) => kind === "@" || kind === "angle")) {
      // The name of a group within a group says nothing of its mailboxes.
      if (!group) all.push(group = { name: phrase(tokens), group: [] });
      tokens = [];
    } else if (token.kind === "," || token.kind === ";" || token.kind === ":") {
      flush();
      if (token.kind === ";") group = undefined;
    } else tokens.push(token);
  }
  flush();
  return all;
}

/** The mailboxes between two commas: one, or several where commas are missing. */
function mailboxes(tokens: readonly AddressToken[]): ParsedAddress[] {
  const found: ParsedAddress[] = [];
  let from = 0;
  for (let at = 0; at < tokens.length; at++) {
    const { kind, text } = tokens[at] ?? { kind: "word", text: "" };
    if (kind !== "angle") continue;
    let end = at + 1;
    while (tokens[end]?.kind === "comment") end++;
    found.push({ name: nameOf(tokens.slice(from, at), tokens.slice(from, end)), address: pathOf(text) });
    from = end;
  }
  const rest = tokens.slice(from);
  // What is behind a mailbox and not another one is lost.
  return from > 0 && !rest.some(({ kind }) => kind === "@") ? found : [...found, ...bare(rest)];
}

/** The address between angle brackets, without a source route (RFC 5322 §4.4). */
function pathOf(text: string): string {
  const path = text.replace(/^\s*(?:@[^:]*:|mailto:)/i, "");
  const [first] = bare(addressTokens(path));
  return first?.address || path.trim();
}

/** Addresses without angle brackets, with the names in front of them. */
function bare(all: readonly AddressToken[]): ParsedAddress[] {
  const tokens = all.filter(({ kind }) => kind !== "comment");
  const found: ParsedAddress[] = [];
  let from = 0;
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.kind !== "@") continue;
    const start = startOf(tokens, at, from);
    const end = endOf(tokens, at);
    const name = nameOf(tokens.slice(from, start), found.length > 0 ? [] : all);
    found.push({ name, address: `${localPart(tokens.slice(start, at))}@${plain(tokens.slice(at + 1, end))}` });
    from = at = end;
  }
  if (found.length > 0 || tokens.length === 0) return found;
  const [only, ...more] = tokens;
  const isName = more.length > 0 || only?.kind !== "word" || readWords(only.text) !== only.text;
  return [isName ? { name: phrase(tokens), address: "" } : { name: nameOf([], all), address: only.text }];
}

/** Where the part in front of the @ begins: white space may stand around its dots (RFC 5322 §4.4). */
function startOf(tokens: readonly AddressToken[], at: number, from: number): number {
  let start = Math.max(from, at - 1);
  while (start > from && joined(tokens[start - 1], tokens[start])) start--;
  return start;
}

function endOf(tokens: readonly AddressToken[], at: number): number {
  let end = Math.min(tokens.length, at + 2);
  while (end < tokens.length && joined(tokens[end - 1], tokens[end])) end++;
  return end;
}

function joined(one: AddressToken | undefined, next: AddressToken | undefined): boolean {
  if (!one || !next) return false;
  return !next.gap || (one.kind === "word" && one.text.endsWith(".")) ||
    (next.kind === "word" && next.text.startsWith("."));
}

/** Returns the part in front of the @, between quotes where it needs them. */
function localPart(tokens: readonly AddressToken[]): string {
  const text = plain(tokens);
  const quoted = tokens.some(({ kind }) => kind === "quoted") &&
    !/^[^\s()<>[\]:;@\\,."]+(?:\.[^\s()<>[\]:;@\\,."]+)*$/.test(text);
  return quoted ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
}

function plain(tokens: readonly AddressToken[]): string {
  return tokens.map(({ text }) => text).join("");
}

/** A display name; where there is none, what the comments say. */
function nameOf(tokens: readonly AddressToken[], all: readonly AddressToken[]): string {
  const name = phrase(tokens.filter(({ kind }) => kind !== "comment"));
  return name !== ""
    ? name
    : phrase(all.filter(({ kind }) => kind === "comment").map((one) => ({ ...one, gap: true })));
}

function phrase(tokens: readonly AddressToken[]): string {
  return readWords(tokens.map(({ text, gap }) => `${gap ? " " : ""}${text}`).join("").trim()).trim();
}
