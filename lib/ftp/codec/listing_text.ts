import type { FtpEntry } from "./entry.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** Age from which `ls` shows the year instead of the time: half a year. */
const OLD_MS = 182 * 86_400_000;
const DAY_MS = 86_400_000;
const TYPES: Readonly<Record<FtpEntry["type"], string>> = { file: "-", folder: "d", link: "l", other: "-" };
const MODES: Readonly<Record<FtpEntry["type"], number>> = { file: 0o644, folder: 0o755, link: 0o777, other: 0 };

/**
 * Formats an entry as a line of `LIST`, as `ls -l` prints it, which nearly all clients can read. Times are in UTC. The name is
 * written as it is: see that it has no CR or LF.
 *
 * @param now Current time in milliseconds since 1970, which decides between the time of the day and the year.
 * @example
 * ```ts
 * import { formatListLine } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const entry = { name: "a b", type: "file", size: 3, modified: Date.UTC(2026, 0, 2, 3, 4) } as const;
 * const line = formatListLine(entry, Date.UTC(2026, 0, 3));
 * assertEquals(line, "-rw-r--r--    1 ftp      ftp                 3 Jan  2 03:04 a b");
 * ```
 */
export function formatListLine(entry: FtpEntry, now: number): string {
  const { name, type, size = 0, modified = 0, mode = MODES[type], target } = entry;
  const rights = Array.from("rwxrwxrwx", (letter, i) => (mode >> (8 - i)) & 1 ? letter : "-").join("");
  const shown = type === "link" && target !== undefined ? `${name} -> ${target}` : name;
  const digits = String(size).padStart(13);
  return `${TYPES[type]}${rights}    1 ftp      ftp     ${digits} ${listTime(modified, now)} ${shown}`;
}

function listTime(modified: number, now: number): string {
  const time = new Date(modified);
  // The year of a time that a date cannot hold is not a number.
  if (Number.isNaN(time.getTime()) || time.getUTCFullYear() < 0) return "Jan  1  1970";
  const day = `${MONTHS[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)}`;
  const recent = modified > now - OLD_MS && modified <= now + DAY_MS;
  return `${day} ${recent ? time.toISOString().slice(11, 16) : String(time.getUTCFullYear()).padStart(5)}`;
}
