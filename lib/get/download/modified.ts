import { parseHttpDate } from "../../http/codec/fields/date.ts";
import type { Fields } from "../../http/codec/fields/fields.ts";

/**
 * When a response says that its content was changed last, in milliseconds since 1970. Undefined where it does not, and for
 * a time that cannot be right: one that is yet to come (RFC 9110 §8.8.2.1), and the epoch, which stands for an unknown one.
 */
export function modifiedTime(headers: Pick<Fields, "get">, now: number = Date.now()): number | undefined {
  const text = headers.get("last-modified");
  const time = text === undefined ? undefined : parseHttpDate(text, now);
  return time === undefined || time <= 0 || time > now ? undefined : time;
}

/** Sets the time of the last change, where the file system can hold it: they differ in the range of their times. */
export function setModified(file: Deno.FsFile, time: number): void {
  try {
    file.utimeSync(new Date(), new Date(time));
  } catch {
    // The file is as good without it.
  }
}
