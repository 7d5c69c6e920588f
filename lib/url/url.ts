import { type Clean, clean, endOf, placeOf } from "./clean.ts";
import { Fault, InvalidUrlError } from "./error.ts";
import { type Param, queryParams } from "./query.ts";
import { normalForm, normalHost } from "./models/rfc3986/normal.ts";
import { split as splitRfc } from "./models/rfc3986/parse.ts";
import { defaultPort, isSpecial } from "./schemes.ts";
import { splitScp } from "./scp.ts";
import { type Part, slice, type Span, type Split } from "./split.ts";
import { normal, split as splitWhatwg } from "./models/whatwg/parse.ts";
import { serialize, type WhatwgRecord } from "./models/whatwg/record.ts";

/** The sets of rules by which a URL can be read: those of browsers, and those of the RFC. */
export const RULES = ["whatwg", "rfc3986"] as const;

/** One of {@link RULES}. */
export type Rules = (typeof RULES)[number];

/** Replacement of a span; an empty span is an insertion. */
export interface Change extends Span {
  /** The new text. */
  readonly text: string;
}

/**
 * A URL: a text, and where in it the parts stand. Nothing of it ever changes; edits make another.
 *
 * @example Read the parts of a URL
 * ```ts
 * import { parseUrl, type Url } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const url: Url = parseUrl("https://user@example.com:8443/a?b#c");
 * assertEquals([url.scheme, url.host, url.port, url.path], ["https", "example.com", 8443, "/a"]);
 * ```
 */
export class Url {
  /** The text, every byte as it was given. */
  readonly text: string;
  /** The rules it was read by. */
  readonly rules: Rules;
  /** Its normal form in parts, under the WHATWG rules. */
  readonly record?: WhatwgRecord;
  /** Whether it is a git address in the form of scp, `git@host:path`. */
  readonly scp: boolean;
  readonly #clean: Clean;
  readonly #split: Split;

  private constructor(text: string, rules: Rules, clean: Clean, split: Split, record?: WhatwgRecord, scp?: boolean) {
    this.text = text;
    this.rules = rules;
    this.record = record;
    this.scp = scp ?? false;
    this.#clean = clean;
    this.#split = split;
  }

  /** Reads a text; see {@link parseUrl}, which can do it against a base. */
  static parse(text: string, rules: Rules, scp?: boolean): Url {
    const cleaned = rules === "whatwg" ? clean(text) : { text };
    const found = scp === false ? undefined : splitScp(cleaned.text);
    if (found) return new Url(text, rules, cleaned, found, undefined, true);
    try {
      if (rules === "rfc3986") return new Url(text, rules, cleaned, splitRfc(text));
      const split = splitWhatwg(cleaned.text);
      const scheme = split.scheme ? slice(cleaned.text, split.scheme).toLowerCase() : "";
      return new Url(text, rules, cleaned, split, normal(cleaned.text, split, scheme));
    } catch (error) {
      throw invalid(error, text, cleaned);
    }
  }

  /** Where a part stands in {@link Url.cleanText}. */
  span(part: keyof Split): Span | undefined {
    return this.#split[part];
  }

  /** A part as it was given, but for tabs and line ends, which the WHATWG rules leave out; none where there is none. */
  given(part: keyof Split): string | undefined {
    const span = this.#split[part];
    return span && slice(this.#clean.text, span);
  }

  /** The text that the rules see. */
  get cleanText(): string {
    return this.#clean.text;
  }

  /** The text with others in place of spans of {@link Url.cleanText}; all other bytes as they were given. */
  spliced(...changes: readonly Change[]): string {
    let text = this.text;
    // From the end to the start, so that the places before are still right.
    for (const { start, end, text: replacement } of changes.toSorted((a, b) => b.start - a.start)) {
      const to = endOf(this.#clean, end);
      const from = end > start ? placeOf(this.#clean, start) : to;
      text = text.slice(0, from) + replacement + text.slice(to);
    }
    return text;
  }

  /** The scheme in lower case; `ssh` for a git address without one; null in a relative reference. */
  get scheme(): string | null {
    if (this.record) return this.record.scheme;
    return this.scp ? "ssh" : this.given("scheme")?.toLowerCase() ?? null;
  }

  /** The host in its normal form under the rules: what the URL leads to. Null where there is none. */
  get host(): string | null {
    if (this.record) return this.record.host;
    const host = this.given("host");
    return host === undefined ? null : normalHost(host);
  }

  /** The user; null without an `@`. As given, percent-encoding included. */
  get user(): string | null {
    return this.given("user") ?? null;
  }

  /** The password; null where there is none. As given, percent-encoding included. */
  get password(): string | null {
    return this.given("password") ?? null;
  }

  /** User, password, host and port as given; null where there is no `//`. */
  get netloc(): string | null {
    return this.given("authority") ?? null;
  }

  /** The path as given: `/a%20b`; empty where there is none. */
  get path(): string {
    return this.given("path") ?? "";
  }

  /** The query as given, without its `?`; null where there is none. See {@link queryParams}. */
  get query(): string | null {
    return this.given("query") ?? null;
  }

  /** The pairs of the query, decoded. */
  get params(): Param[] {
    return queryParams(this.query ?? "");
  }

  /** The fragment as given, without its `#`; null where there is none. */
  get fragment(): string | null {
    return this.given("fragment") ?? null;
  }

  /** The port that is given, or the scheme's; null where there is none. */
  get port(): number | null {
    if (this.portGiven) return Number(this.given("port"));
    return this.host === null || this.scheme === null ? null : defaultPort(this.scheme);
  }

  /** Whether the port is in the text. */
  get portGiven(): boolean {
    const port = this.#split.port;
    return port !== undefined && port.end > port.start;
  }

  /** Whether the WHATWG rules read the scheme in a way of its own: with `\` for `/`, among others. */
  get special(): boolean {
    return this.rules === "whatwg" && !this.scp && isSpecial(this.scheme ?? "");
  }

  /** The normal form under the rules; a git address without a scheme has its host in lower case. */
  get href(): string {
    if (this.record) return serialize(this.record);
    const host = this.#split.host;
    if (this.scp && host) return this.cleanText.slice(0, host.start) + this.host + this.cleanText.slice(host.end);
    return normalForm(this.cleanText, this.#split);
  }

  /** The text. */
  toString(): string {
    return this.text;
  }

  /** The text, in JSON too. */
  toJSON(): string {
    return this.text;
  }

  /** The origin (WHATWG URL §4.7, RFC 6454); `null`, as browsers write it, where there is none that others could share. */
  get origin(): string {
    const { scheme, host, record } = this;
    if (scheme === "blob" && record) return blobOrigin(record.path);
    if (!host || scheme === null || scheme === "file" || !isSpecial(scheme)) return "null";
    return `${scheme}://${host}${this.portGiven && this.port !== defaultPort(scheme) ? `:${this.port}` : ""}`;
  }
}

function blobOrigin(path: string): string {
  try {
    const inner = Url.parse(path, "whatwg", false);
    return inner.scheme === "http" || inner.scheme === "https" ? inner.origin : "null";
  } catch {
    return "null";
  }
}

/** A fault of the clean text as an error about the text as given; anything else as it is. */
export function invalid(error: unknown, text: string, cleaned: Clean): unknown {
  return error instanceof Fault ? new InvalidUrlError(error.message, text, placeOf(cleaned, error.at)) : error;
}

/** The part as a caller sees it: {@link Url.given}, and for scheme and host what they mean. */
export function partOf(url: Url, part: Part): string | null {
  if (part === "scheme" || part === "host") return url[part];
  return url.given(part) ?? null;
}
