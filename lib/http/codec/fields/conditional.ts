import { parseHttpDate } from "./date.ts";
import type { Fields } from "./fields.ts";

/** Current validators of a resource. */
export interface Validators {
  /** Its entity tag, quotes and all: `"v1"` or `W/"v1"`. */
  readonly etag?: string;
  /** When it was changed last, in milliseconds since 1970; parts of a second do not count. */
  readonly lastModified?: number;
  /** Whether there is no such resource yet. */
  readonly missing?: boolean;
}

/** Result of the conditions of a request: proceed, or respond with this status. */
export type ConditionResult = "proceed" | 304 | 412;

const ENTITY_TAG = /(W\/)?"[\x21\x23-\x7e\x80-\xff]*"/y;

/**
 * Parses a list of entity tags; undefined for an invalid one.
 *
 * @param text The value of a field such as If-Match.
 * @returns The entity tags as written.
 * @example Parse a list
 * ```ts
 * import { parseEntityTags } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseEntityTags('"a", W/"b"'), ['"a"', 'W/"b"']);
 * ```
 */
export function parseEntityTags(text: string): string[] | undefined {
  const tags: string[] = [];
  for (const element of splitTags(text)) {
    if (element === undefined) return undefined;
    tags.push(element);
  }
  return tags.length > 0 ? tags : undefined;
}

/** Tags may have commas in them. */
function* splitTags(text: string): Generator<string | undefined> {
  let at = 0;
  while (true) {
    while (/[\t ,]/.test(text.charAt(at))) at++;
    if (at >= text.length) return;
    ENTITY_TAG.lastIndex = at;
    const tag = ENTITY_TAG.exec(text)?.[0];
    if (tag === undefined) return yield undefined;
    yield tag;
    at += tag.length;
    while (/[\t ]/.test(text.charAt(at))) at++;
    if (at < text.length && text[at] !== ",") return yield undefined;
  }
}

/**
 * Compares two entity tags by the strong comparison (RFC 9110 §8.8.3.2).
 *
 * @param one An entity tag.
 * @param other Another entity tag.
 * @returns Whether both are equal and strong.
 * @example Compare two tags
 * ```ts
 * import { sameStrongly } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([sameStrongly('"a"', '"a"'), sameStrongly('W/"a"', '"a"')], [true, false]);
 * ```
 */
export function sameStrongly(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one === other && !one.startsWith("W/");
}

/**
 * Compares two entity tags by the weak comparison (RFC 9110 §8.8.3.2).
 *
 * @param one An entity tag.
 * @param other Another entity tag.
 * @returns Whether both have the same opaque tag.
 * @example Compare two tags
 * ```ts
 * import { sameWeakly } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sameWeakly('W/"a"', '"a"'), true);
 * ```
 */
export function sameWeakly(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one.replace(/^W\//, "") === other.replace(/^W\//, "");
}

/**
 * Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in the order of RFC 9110 §13.2.2. An
 * invalid list of tags matches nothing, an invalid date is ignored.
 *
 * @param method The method of the request.
 * @param headers The header fields of the request.
 * @param now The current validators of the resource.
 * @returns `proceed`, or the status of the response.
 * @example Evaluate If-None-Match
 * ```ts
 * import { evaluateConditions, Fields } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const headers = new Fields({ "If-None-Match": '"v1"' });
 * assertEquals(evaluateConditions("GET", headers, { etag: '"v1"' }), 304);
 * assertEquals(evaluateConditions("GET", headers, { etag: '"v2"' }), "proceed");
 * ```
 */
export function evaluateConditions(method: string, headers: Fields, now: Validators): ConditionResult {
  const reads = method === "GET" || method === "HEAD";
  const ifMatch = headers.get("if-match");
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, now, sameStrongly)) return 412;
  } else if (isLater(now, headers.get("if-unmodified-since"))) return 412;
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, now, sameWeakly) ? reads ? 304 : 412 : "proceed";
  const since = reads ? headers.get("if-modified-since") : undefined;
  return since !== undefined && isLater(now, since) === false ? 304 : "proceed";
}

function matches(list: string, now: Validators, same: (one: string, other?: string) => boolean): boolean {
  if (now.missing) return false;
  return list.trim() === "*" || (parseEntityTags(list)?.some((tag) => same(tag, now.etag)) ?? false);
}

/** Whether it was changed after a date; undefined when one of them is not known. */
function isLater({ lastModified }: Validators, date: string | undefined): boolean | undefined {
  const since = date === undefined ? undefined : parseHttpDate(date);
  if (since === undefined || lastModified === undefined) return undefined;
  return Math.floor(lastModified / 1000) * 1000 > since;
}

/**
 * Evaluates If-Range (RFC 9110 §13.1.5): whether the ranges of a request may be sent.
 *
 * @param headers The header fields of the request.
 * @param now The current validators of the resource.
 * @param time The current time in milliseconds since 1970.
 * @returns Whether the validator matches, or there is none.
 * @example Evaluate If-Range
 * ```ts
 * import { Fields, ifRangeHolds } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const headers = new Fields({ "If-Range": '"v1"' });
 * assertEquals(ifRangeHolds(headers, { etag: '"v1"' }), true);
 * ```
 */
export function ifRangeHolds(headers: Fields, now: Validators, time?: number): boolean;
export function ifRangeHolds(headers: Fields, now: Validators, time: number = Date.now()): boolean {
  const value = headers.get("if-range");
  if (value === undefined) return true;
  if (value.includes('"')) return sameStrongly(value, now.etag);
  const date = parseHttpDate(value);
  if (date === undefined || now.lastModified === undefined || time - date < 1000) return false;
  return Math.floor(now.lastModified / 1000) * 1000 === date;
}
