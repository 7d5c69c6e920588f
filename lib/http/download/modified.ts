import { parseHttpDate } from "../codec/date.ts";
import type { Fields } from "../codec/fields.ts";

/**
 * When a response says that its content was changed last, in milliseconds since 1970. Undefined where it does not, and for
 * a time that cannot be right: one that is yet to come (RFC 9110 §8.8.2.1), and the epoch, which stands for an unknown one.
 */
export function modifiedTime(headers: Pick<Fields, "get">, now: number = Date.now()): number | undefined {
  const text = headers.get("last-modified");
  const time = text === undefined ? undefined : parseHttpDate(text, now);
  return time === undefined || time <= 0 || time > now ? undefined : time;
}
