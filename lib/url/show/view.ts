import { domainToAscii, domainToUnicode } from "../idna.ts";
import { decodeReadable, decodeText } from "../percent.ts";
import { pathSegments } from "../path.ts";
import { type Param, queryParams, rawParams } from "../query.ts";
import { encodeFor, type TextPart } from "../models/rfc3986/chars.ts";
import type { Part } from "../split.ts";
import { type Change, partOf, Url } from "../url.ts";

/** How a URL and its parts are shown. */
export interface ViewOptions {
  /**
   * `encoded`: whatever may not stand in a URL is percent-encoded, and pieces stay encoded. `decoded`: parts are decoded
   * as a whole, and the URL where that changes nothing about it. By default parts are as given, and pieces decoded.
   * @default {undefined}
   */
  readonly as?: "encoded" | "decoded";
  /**
   * Whether the host is written in ASCII (punycode) or in letters.
   * @default as given
   */
  readonly idn?: "ascii" | "unicode";
}

/** A URL taken apart: what a JSON record says of it. */
export interface UrlRecord {
  /** What was read. */
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
  /** What is between its slashes, decoded. */
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

/** Takes a URL apart; the password is in the record. See {@link maskPassword}. */
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

/** A part as the options say; null where there is none. */
export function showPart(url: Url, part: Part, options?: ViewOptions): string | null;
export function showPart(url: Url, part: Part, { as, idn }: ViewOptions = {}): string | null {
  const value = partOf(url, part);
  if (value === null) return null;
  if (part === "host") return idn === undefined ? value : convertHost(value, idn);
  if (part === "scheme" || part === "port" || as === undefined) return value;
  return as === "decoded" ? decodeText(value) : encodeFor(part, value);
}

/** The URL as the options say: only what they are about is touched. */
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

/** What stands for a password that is not to be seen. */
const MASK = "***";

/**
 * The record for everybody's eyes: `***` for the password. `input`, `url`, `href` and `netloc` are whole, unless
 * `everywhere` masks them too, which is done by reading the URL with another password.
 */
export function maskPassword(url: Url, input: string, options?: ViewOptions & { everywhere?: boolean }): UrlRecord;
export function maskPassword(url: Url, input: string, options: ViewOptions & { everywhere?: boolean } = {}): UrlRecord {
  const span = url.span("password");
  if (!span) return takeApart(url, input, options);
  if (!options.everywhere) return { ...takeApart(url, input, options), password: MASK };
  const masked = Url.parse(url.spliced({ ...span, text: MASK }), url.rules, url.scp);
  return takeApart(masked, input, options);
}
