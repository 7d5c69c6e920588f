import { domainToAscii, domainToUnicode } from "../idna.ts";
import { decodeReadable, decodeText } from "../percent.ts";
import { pathSegments } from "../path.ts";
import { type Param, queryParams, rawParams } from "../query.ts";
import { encodeFor, type TextPart } from "../models/rfc3986/chars.ts";
import type { Part } from "../split.ts";
import { type Change, partOf, Url } from "../url.ts";

/** Options for showing a URL and its parts. */
export interface ViewOptions {
  /**
   * `encoded`: whatever may not stand in a URL is percent-encoded, and pieces stay encoded. `decoded`: parts are decoded
   * as a whole, and the URL where that changes nothing about it. By default parts are as given, and pieces decoded.
   * @default {undefined}
   */
  readonly as?: "encoded" | "decoded";
  /**
   * Whether the host is written in ASCII (punycode) or in letters.
   * @default {undefined}
   */
  readonly idn?: "ascii" | "unicode";
}

/** A URL taken apart: what a JSON record says of it. */
export interface UrlRecord {
  /** The text. */
  readonly input: string;
  /** The URL put together again, every byte as given. */
  readonly url: string;
  /** Its normal form under the rules. */
  readonly href: string;
  /** In lower case. */
  readonly scheme: string | null;
  /** Null without an `@`. */
  readonly user: string | null;
  /** Null where there is none. */
  readonly password: string | null;
  /** In its normal form under the rules. */
  readonly host: string | null;
  /** Given, or the scheme's. */
  readonly port: number | null;
  /** Whether it was given. */
  readonly portGiven: boolean;
  /** User, password, host and port as given. */
  readonly netloc: string | null;
  /** As given. */
  readonly path: string;
  /** Segments of the path, decoded. */
  readonly segments: readonly string[];
  /** Null without a `?`. */
  readonly query: string | null;
  /** Its pairs, decoded. */
  readonly params: readonly Param[];
  /** Null without a `#`. */
  readonly fragment: string | null;
  /** Scheme, host and port; `null` as text where there is none to share. */
  readonly origin: string;
}

/**
 * Takes a URL apart; the password is in the record. See {@link maskPassword}.
 *
 * @param url The URL.
 * @param input The text that was parsed.
 * @returns The record.
 * @example Take a URL apart
 * ```ts
 * import { parseUrl, takeApart } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(takeApart(parseUrl("http://a/b/c"), "http://a/b/c").segments, ["b", "c"]);
 * ```
 */
export function takeApart(url: Url, input: string, options?: ViewOptions): UrlRecord;
export function takeApart(url: Url, input: string, options: ViewOptions = {}): UrlRecord {
  const part = (name: Part) => showPart(url, name, options);
  const query = url.given("query") ?? "";
  const path = url.given("path") ?? "";
  const raw = options.as === "encoded";
  const segments = pathSegments(raw ? encodeFor("path", path) : path, url.special);
  return {
    input,
    url: showUrl(url, options),
    href: url.href,
    scheme: url.scheme,
    user: part("user"),
    password: part("password"),
    host: part("host"),
    port: url.port,
    portGiven: url.portGiven,
    netloc: url.given("authority") ?? null,
    path: part("path") ?? "",
    segments: raw ? segments : segments.map(decodeText),
    query: part("query"),
    params: raw ? rawParams(encodeFor("query", query)) : queryParams(query),
    fragment: part("fragment"),
    origin: url.origin,
  };
}

/**
 * Returns a part of a URL, encoded or decoded as the options say; null if the URL does not have it.
 *
 * @param url The URL.
 * @param part The part.
 * @returns The part as text, or null.
 * @example Show a host in letters
 * ```ts
 * import { parseUrl, showPart } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(showPart(parseUrl("http://xn--bcher-kva.example/"), "host", { idn: "unicode" }), "bücher.example");
 * ```
 */
export function showPart(url: Url, part: Part, options?: ViewOptions): string | null;
export function showPart(url: Url, part: Part, { as, idn }: ViewOptions = {}): string | null {
  const value = partOf(url, part);
  if (value === null) return null;
  if (part === "host") return idn === undefined ? value : convertHost(value, idn);
  if (part === "scheme" || part === "port" || as === undefined) return value;
  return as === "decoded" ? decodeText(value) : encodeFor(part, value);
}

/**
 * Returns a URL as text, encoded or decoded as the options say; everything else is unchanged.
 *
 * @param url The URL.
 * @returns The URL as text.
 * @example Show a URL with its path decoded
 * ```ts
 * import { parseUrl, showUrl } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(showUrl(parseUrl("http://a/%c3%a9"), { as: "decoded" }), "http://a/é");
 * ```
 */
export function showUrl(url: Url, options?: ViewOptions): string;
export function showUrl(url: Url, { as, idn }: ViewOptions = {}): string {
  if (as === undefined && idn === undefined) return url.text;
  const changes: Change[] = [];
  for (const part of ["user", "password", "host", "path", "query", "fragment"] as const) {
    const span = url.span(part);
    const given = url.given(part);
    if (!span || given === undefined) continue;
    const text = part === "host" ? showHost(url, given, as, idn) : showText(part, given, as);
    if (text !== given) changes.push({ ...span, text });
  }
  return url.spliced(...changes);
}

function showText(part: TextPart, given: string, as: ViewOptions["as"]): string {
  if (as === undefined) return given;
  return as === "encoded" ? encodeFor(part, given) : decodeReadable(given);
}

function showHost(url: Url, given: string, as: ViewOptions["as"], idn: ViewOptions["idn"]): string {
  const encoded = url.special && given.includes("%");
  const host = (encoded || url.special ? url.host : given) ?? given;
  if (idn === "unicode") {
    const shown = convertHost(host, idn);
    return shown === host && !encoded ? given : shown;
  }
  const wanted = idn === "ascii" || as === "encoded";
  return wanted && (encoded || !ASCII.test(given)) ? convertHost(host, "ascii") : given;
}

// deno-lint-ignore no-control-regex -- the range is all of ASCII
const ASCII = /^[\x00-\x7f]*$/;

function convertHost(host: string, idn: "ascii" | "unicode"): string {
  if (host.startsWith("[")) return host;
  return idn === "unicode" ? domainToUnicode(host) : ASCII.test(host) ? host : domainToAscii(host) ?? host;
}

/** Text in place of a hidden password. */
const MASK = "***";

/**
 * Returns the record with `***` for the password. `input`, `url`, `href` and `netloc` still contain it, unless
 * `everywhere` masks them too, by parsing the URL with another password.
 *
 * @param url The URL.
 * @param input The text that was parsed.
 * @returns The record without the password.
 * @example Mask a password
 * ```ts
 * import { maskPassword, parseUrl } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "https://a:secret@example.com/";
 * assertEquals(maskPassword(parseUrl(text), text, { everywhere: true }).url, "https://a:***@example.com/");
 * ```
 */
export function maskPassword(url: Url, input: string, options?: ViewOptions & { everywhere?: boolean }): UrlRecord;
export function maskPassword(url: Url, input: string, options: ViewOptions & { everywhere?: boolean } = {}): UrlRecord {
  const span = url.span("password");
  if (!span) return takeApart(url, input, options);
  if (!options.everywhere) return { ...takeApart(url, input, options), password: MASK };
  const masked = Url.parse(url.spliced({ ...span, text: MASK }), url.rules, url.scp);
  return takeApart(masked, input, options);
}
