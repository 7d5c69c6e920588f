/** Result of a method of authentication (RFC 8601 §2.2). */
export interface AuthenticationResult {
  /** Method: `spf`, `dkim`, `dmarc`, or another one. */
  readonly method: string;
  /** Result, such as `pass`. */
  readonly result: string;
  /** Reason in words. */
  readonly reason?: string;
  /** Properties, such as `header.d`, with their values. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Value of an Authentication-Results field (RFC 8601 §2.2). */
export interface AuthenticationResults {
  /** Name of the service that made them (`authserv-id`). */
  readonly authority: string;
  /** Results in order; none where there was no authentication. */
  readonly results: readonly AuthenticationResult[];
}

/** Characters of a value that is written, and of a field that is read. */
const MAX_VALUE = 300;
const MAX_FIELD = 64 * 1024;
const MAX_RESULTS = 100;
const TOKEN = /^[!#$%&'*+\-.^_`{|}~0-9A-Za-z]+$/;
const ADDRESS = /^[!#$%&'*+\-./=?^_`{|}~0-9A-Za-z]*@[0-9A-Za-z._-]+$/;

/**
 * Formats an Authentication-Results field, folded, with its line end. Other characters than printable ASCII become `?`, and values are
 * cut: they come from messages and records.
 *
 * @param results The results, and who made them.
 * @returns The field.
 * @example Format a result
 * ```ts
 * import { formatAuthenticationResults } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const spf = { method: "spf", result: "pass", properties: { "smtp.mailfrom": "ada@example.com" } };
 * assertEquals(
 *   formatAuthenticationResults({ authority: "mail.example.org", results: [spf] }),
 *   "Authentication-Results: mail.example.org;\r\n\tspf=pass smtp.mailfrom=ada@example.com\r\n",
 * );
 * ```
 */
export function formatAuthenticationResults({ authority, results }: AuthenticationResults): string {
  const texts = results.map(({ method, result, reason, properties }) =>
    [
      `${valueText(method)}=${valueText(result)}`,
      ...(reason === undefined ? [] : [`reason=${quoted(reason)}`]),
      ...Object.entries(properties).map(([name, value]) => `${name}=${ADDRESS.test(value) ? value : valueText(value)}`),
    ].join("\r\n\t ").replace("\r\n\t ", " ")
  );
  const list = texts.length > 0 ? texts : ["none"];
  return `Authentication-Results: ${valueText(authority)};\r\n\t${list.join(";\r\n\t")}\r\n`;
}

/**
 * Parses the value of an Authentication-Results field (RFC 8601 §2.2): comments are skipped, results that cannot be read left out.
 *
 * @param value The value; lines may be folded.
 * @returns The results; undefined when the field is not of this form.
 * @example Read results
 * ```ts
 * import { parseAuthenticationResults } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { authority, results } = parseAuthenticationResults("example.org 1; dkim=pass (good) header.d=example.com") ?? {};
 * assertEquals([authority, results], [
 *   "example.org",
 *   [{ method: "dkim", result: "pass", properties: { "header.d": "example.com" } }],
 * ]);
 * ```
 */
export function parseAuthenticationResults(value: string): AuthenticationResults | undefined {
  if (value.length > MAX_FIELD) return undefined;
  const tokens = tokensOf(value);
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token === ";") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  const [head = [], ...rest] = parts;
  const [authority] = head;
  if (authority === undefined || authority === "=" || typeof authority === "string") return undefined;
  const results: AuthenticationResult[] = [];
  for (const part of rest.slice(0, MAX_RESULTS)) {
    // NAME = VALUE, in threes.
    const pairs: [string, string][] = [];
    for (let at = 0; at + 2 < part.length;) {
      const [name, equals, text] = part.slice(at, at + 3);
      if (typeof name !== "object" || equals !== "=" || typeof text !== "object") break;
      pairs.push([name.text.toLowerCase(), text.text]);
      at += 3;
    }
    const [first, ...more] = pairs;
    if (!first) continue;
    const properties = new Map(more);
    const reason = properties.get("reason");
    properties.delete("reason");
    results.push({
      ...{ method: (first[0].split("/")[0] ?? "").trim(), result: first[1].toLowerCase() },
      ...(reason !== undefined && { reason }),
      properties: Object.fromEntries(properties),
    });
  }
  return { authority: authority.text, results };
}

/** Text, or a separator. */
type Token = { readonly text: string } | "=" | ";";

function tokensOf(value: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < value.length;) {
    const char = value[at];
    if (char === "(") at = commentEnd(value, at);
    else if (char === ";" || char === "=") {
      tokens.push(char);
      at++;
    } else if (char === '"') {
      const [whole = '"', text = ""] = /^"((?:[^"\\]|\\.)*)"/s.exec(value.slice(at)) ?? [];
      tokens.push({ text: text.replace(/\\(.)/gs, "$1").replace(/\r?\n/g, "") });
      at += whole.length;
    } else if (/\s/.test(char ?? "")) at++;
    else {
      // In a value "=" may stand only in a local part.
      const last = tokens.at(-1);
      const [text = ""] = (last === "=" ? /^[^\s;"(]+/ : /^[^\s;="(]+/).exec(value.slice(at, at + MAX_FIELD)) ?? [];
      tokens.push({ text });
      at += text.length || 1;
    }
  }
  return tokens;
}

function commentEnd(value: string, start: number): number {
  let depth = 0;
  for (let at = start; at < value.length; at++) {
    if (value[at] === "\\") at++;
    else if (value[at] === "(") depth++;
    else if (value[at] === ")" && --depth === 0) return at + 1;
  }
  return value.length;
}

function valueText(text: string): string {
  const safe = printable(text);
  return TOKEN.test(safe) ? safe : quoted(safe);
}

function quoted(text: string): string {
  return `"${printable(text).replace(/["\\]/g, "\\$&")}"`;
}

function printable(text: string): string {
  return text.slice(0, MAX_VALUE).replace(/[^\x20-\x7e]/g, "?");
}
