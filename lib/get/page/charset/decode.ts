import { decodeOctets } from "../../../http/codec/octets.ts";
import { encodingOf, inDocument, markOf } from "./label.ts";
import { prescan, PRESCAN_BYTES, xmlEncoding } from "./prescan.ts";

/** The encoding of a page. */
export interface PageEncoding {
  /** Its name. */
  readonly encoding: string;
  /** Whether a `meta` further down cannot change it. */
  readonly certain: boolean;
}

/** A parameter of a Content-Type, its value quoted or not. */
const PARAMETER = /;[\t ]*([^\s;="]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/gs;

/** The charset that a Content-Type names. */
export function charsetOf(contentType: string | undefined): string | undefined {
  for (const [, name = "", quoted, plain] of (contentType ?? "").matchAll(PARAMETER)) {
    if (name.toLowerCase() === "charset") return (quoted?.replace(/\\(.)/gs, "$1") ?? plain) || undefined;
  }
  return undefined;
}

/** The encoding that a Content-Type names. */
export function transportEncoding(contentType: string | undefined): string | undefined {
  const label = charsetOf(contentType);
  return label === undefined ? undefined : encodingOf(label);
}

/**
 * The encoding of an HTML page (WHATWG HTML, determining the character encoding): its byte order mark, its Content-Type,
 * the prescan of its first 1,024 bytes, the page around it if that is of the same origin, UTF-8 if it is valid, or else
 * Windows-1252.
 */
export function htmlEncoding(
  bytes: Uint8Array,
  contentType: string | undefined,
  around?: string,
): PageEncoding {
  const certain = markOf(bytes) ?? transportEncoding(contentType);
  if (certain !== undefined) return { encoding: certain, certain: true };
  return { encoding: prescan(bytes) ?? around ?? guess(bytes), certain: false };
}

/** The encoding of an XML document (RFC 7303 §3, XML 1.0 appendix F). */
export function xmlDocumentEncoding(bytes: Uint8Array, contentType: string | undefined): string {
  const beginning = decodeOctets(bytes, 0, Math.min(bytes.length, PRESCAN_BYTES));
  const wide = beginning.startsWith("<\0") ? "utf-16le" : beginning.startsWith("\0<") ? "utf-16be" : undefined;
  return markOf(bytes) ?? transportEncoding(contentType) ?? wide ?? xmlEncoding(beginning) ?? "utf-8";
}

/**
 * The text of an HTML page, encoded as its byte order mark says, its Content-Type, a `meta` among its first 1,024 bytes,
 * or UTF-8 where it is that, or else Windows-1252.
 *
 * @example
 * ```ts
 * import { decodePage } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = Uint8Array.of(0x63, 0x61, 0x66, 0xe9);
 * assertEquals(decodePage(bytes, "text/html; charset=iso-8859-1"), "café");
 * ```
 */
export function decodePage(bytes: Uint8Array, contentType: string | undefined): string {
  return decode(bytes, htmlEncoding(bytes, contentType).encoding);
}

/**
 * The text of a style sheet (CSS Syntax §3.2): as its byte order mark says, its Content-Type, its `@charset`, or as the page
 * or sheet is encoded that refers to it.
 */
export function decodeStyle(bytes: Uint8Array, contentType: string | undefined, referrer: string): DecodedStyle {
  const beginning = decodeOctets(bytes, 0, Math.min(bytes.length, PRESCAN_BYTES));
  const named = /^@charset "([^"]+)";/.exec(beginning)?.[1];
  const encoding = markOf(bytes) ?? transportEncoding(contentType) ??
    (named === undefined ? undefined : asRead(encodingOf(named))) ?? referrer;
  return { text: decode(bytes, encoding), encoding };
}

/** A style sheet and how it was encoded, which those that it imports inherit. */
export interface DecodedStyle {
  /** Its text. */
  readonly text: string;
  /** The name of the encoding. */
  readonly encoding: string;
}

/** The text of a classic script: as its byte order mark says, its Content-Type, its element, or as the page is encoded. */
export function decodeScript(
  bytes: Uint8Array,
  contentType: string | undefined,
  charset: string | undefined,
  page: string,
): string {
  const named = charset === undefined ? undefined : encodingOf(charset);
  return decode(bytes, markOf(bytes) ?? transportEncoding(contentType) ?? named ?? page);
}

/** Decodes; the byte order mark is not part of the text. */
export function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

function asRead(encoding: string | undefined): string | undefined {
  return encoding === "x-user-defined" ? encoding : inDocument(encoding);
}

function guess(bytes: Uint8Array): string {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}
