import { agreed, apply } from "./edit.ts";
import { EditError } from "../error.ts";
import { equalsOf, matchesPattern } from "./glob.ts";
import { encodeChar, percentDecode } from "../percent.ts";
import { paramOf } from "../query.ts";
import type { Url } from "../url.ts";
import { encodeValue } from "./value.ts";

/**
 * Adds a pair at the end of the query. What divides pairs is encoded, in the key `=` too; what is encoded already
 * stays.
 *
 * @param url The URL.
 * @param key The key, not encoded.
 * @param value The value, not encoded.
 * @returns The URL with the pair appended to its query.
 * @throws {EditError} For a git address, which has no query.
 * @example Append a pair
 * ```ts
 * import { addParam, parseUrl } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(addParam(parseUrl("http://a/?b=1"), "c", "2&3").text, "http://a/?b=1&c=2%263");
 * ```
 */
export function addParam(url: Url, key: string, value?: string): Url {
  const encode = (text: string, dividers: RegExp) =>
    encodeValue(url, "query", text.replace(dividers, (char) => encodeChar(char)));
  const pair = encode(key, /[&+#=]/g) + (value === undefined ? "" : `=${encode(value, /[&+#]/g)}`);
  const query = url.given("query");
  return replaceQuery(url, query ? `${query}${query.endsWith("&") ? "" : "&"}${pair}` : pair);
}

/**
 * Takes the pairs away whose decoded key is what the pattern says (`*` and `?` are wildcards; `\*`, `\?` and `\=` stand
 * for the characters), or, with a `=` in the pattern, whose key and value are. An empty pattern is the empty key. When
 * none is left the `?` goes too.
 *
 * @param url The URL.
 * @param pattern The keys to remove: `*` stands for any characters, `?` for one.
 * @returns The URL without the matching pairs.
 * @example Remove tracking parameters
 * ```ts
 * import { parseUrl, removeParams } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(removeParams(parseUrl("http://a/?b=1&utm_source=x"), "utm_*").text, "http://a/?b=1");
 * ```
 */
export function removeParams(url: Url, pattern: string): Url {
  const query = url.given("query");
  if (query === undefined) return url;
  const equals = equalsOf(pattern);
  const pieces = query.split("&");
  const kept = pieces.filter((piece) => {
    if (piece === "") return true;
    const [key, value] = paramOf(piece);
    if (equals < 0) return !matchesPattern(pattern, key);
    return !(matchesPattern(pattern.slice(0, equals), key) && matchesPattern(pattern.slice(equals + 1), value));
  });
  if (kept.length === pieces.length) return url;
  return replaceQuery(url, kept.length === 0 ? undefined : kept.join("&"));
}

/**
 * Puts the pairs in the order of their decoded keys, by code units; those of one key stay in theirs.
 *
 * @param url The URL.
 * @returns The URL with its pairs in the order of their decoded keys.
 * @example Sort a query
 * ```ts
 * import { parseUrl, sortParams } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sortParams(parseUrl("http://a/?c=1&b=2")).text, "http://a/?b=2&c=1");
 * ```
 */
export function sortParams(url: Url): Url {
  const query = url.given("query");
  if (query === undefined) return url;
  const pieces = query.split("&").map((piece) => ({ piece, key: paramOf(piece)[0] }));
  const sorted = pieces.toSorted((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  const text = sorted.map(({ piece }) => piece).join("&");
  return text === query ? url : replaceQuery(url, text);
}

function replaceQuery(url: Url, query: string | undefined): Url {
  if (url.scp) throw new EditError("cannot change the query: a git address has none");
  const span = url.span("query");
  const path = url.span("path");
  const end = path?.end ?? 0;
  const change = span
    ? { start: query === undefined ? span.start - 1 : span.start, end: span.end, text: query ?? "" }
    : { start: end, end, text: `?${query ?? ""}` };
  const changed = apply(url, change, "query");
  return agreed(url, changed, "query", () => percentDecode(changed.query ?? ""));
}
