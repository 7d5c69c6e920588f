import { decodeOctets } from "../codec/octets.ts";

/** Bytes in which a page says how it is encoded. */
const PRESCAN = 4096;

/** The charset that a Content-Type names. */
export function charsetOf(contentType: string | undefined): string | undefined {
  return /;[\t ]*charset[\t ]*=[\t ]*(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType ?? "")?.slice(1).find(Boolean);
}

/**
 * The text of a page: encoded as its byte order mark says, or its Content-Type, or a `meta` at its beginning, or UTF-8
 * where it is that, or else Windows-1252 (WHATWG HTML, determining the character encoding).
 *
 * @example
 * ```ts
 * import { decodePage } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = Uint8Array.of(0x63, 0x61, 0x66, 0xe9);
 * assertEquals(decodePage(bytes, "text/html; charset=iso-8859-1"), "café");
 * ```
 */
export function decodePage(bytes: Uint8Array, contentType: string | undefined): string {
  const beginning = decodeOctets(bytes, 0, Math.min(bytes.length, PRESCAN));
  const meta = /<meta[^>]+charset[\t\n\f\r ]*=[\t\n\f\r ]*["']?([^\s"'/>;]+)/i.exec(beginning)?.[1];
  // UTF-16 in a meta was read, so it is not UTF-16.
  return decodeAs(bytes, charsetOf(contentType), meta?.replace(/^utf-16.*/i, "utf-8"));
}

/** The text of a style sheet: as its byte order mark says, its Content-Type, its `@charset`, or like the page. */
export function decodeStyle(bytes: Uint8Array, contentType: string | undefined): string {
  const named = /^@charset "([^"]+)";/.exec(decodeOctets(bytes, 0, Math.min(bytes.length, 200)))?.[1];
  return decodeAs(bytes, charsetOf(contentType), named?.replace(/^utf-16.*/i, "utf-8"));
}

function decodeAs(bytes: Uint8Array, ...labels: readonly (string | undefined)[]): string {
  for (const label of [markOf(bytes), ...labels]) {
    const decoder = label === undefined ? undefined : decoderOf(label);
    if (decoder) return decoder.decode(bytes);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function markOf([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return a === 0xff && b === 0xfe ? "utf-16le" : undefined;
}

function decoderOf(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
