import { parseHttpDate } from "../../../http/codec/fields/date.ts";
import type { Fields } from "../../../http/codec/fields/fields.ts";

/**
 * Returns Last-Modified of a response in milliseconds since 1970. Undefined if it is missing or cannot be right: a time in
 * the future (RFC 9110 §8.8.2.1), or the epoch, which servers send for an unknown time.
 */
export function modifiedTime(headers: Pick<Fields, "get">, now: number = Date.now()): number | undefined {
  const text = headers.get("last-modified");
  const time = text === undefined ? undefined : parseHttpDate(text, now);
  return time === undefined || time <= 0 || time > now ? undefined : time;
}
