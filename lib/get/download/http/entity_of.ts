import { parseHttpDate } from "../../../http/codec/fields/date.ts";
import type { Fields } from "../../../http/codec/fields/fields.ts";
import type { Entity } from "../entity.ts";

/** Returns the entity that a response carries, whole or in part. */
export function entityOf(url: string, headers: Fields, length: number | undefined): Entity {
  const etag = headers.get("etag");
  const strong = etag !== undefined && /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag) ? etag : undefined;
  return { url, etag: strong, lastModified: strongDate(headers), length };
}

/** Returns Last-Modified if it is a strong validator: older than the response by at least a second (RFC 9110 §8.8.2.2). */
function strongDate(headers: Fields): string | undefined {
  const [text, now] = [headers.get("last-modified"), headers.get("date")];
  const [modified, date] = [text, now].map((value) => value === undefined ? undefined : parseHttpDate(value));
  return modified !== undefined && date !== undefined && date - modified >= 1000 ? text : undefined;
}
