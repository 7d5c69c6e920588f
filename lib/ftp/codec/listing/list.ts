import { type FtpEntry, type FtpListing, isEntryName } from "../entry.ts";
import { parseDosLine } from "./dos.ts";
import { parseEplfLine } from "./eplf.ts";
import { parseUnixLine } from "./unix.ts";
import { isVmsFraming, VmsListing } from "./vms.ts";

/**
 * Parses the lines of `LIST`, whose form no RFC says: that of `ls -l` on Unix and its imitations, DOS, EPLF and VMS. The total,
 * `.` and `..` are left out. Names are untrusted, and may occur twice.
 *
 * @param lines Lines without their ends.
 * @param now Current time in milliseconds since 1970: `ls` leaves out the year of times in the last months.
 * @returns The entries, and the number of unreadable lines.
 * @example Parse a listing
 * ```ts
 * import { parseFtpListing } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { entries, unreadable } = parseFtpListing(
 *   ["total 8", "-rw-r--r-- 1 ftp ftp 531 Jan 29 03:26 a b"],
 *   Date.UTC(2026, 5, 1),
 * );
 * assertEquals(entries, [{
 *   name: "a b",
 *   type: "file",
 *   size: 531,
 *   modified: Date.UTC(2026, 0, 29, 3, 26),
 *   precision: "minute",
 *   mode: 0o644,
 * }]);
 * assertEquals(unreadable, 0);
 * ```
 */
export function parseListing(lines: readonly string[], now: number): FtpListing {
  const entries: FtpEntry[] = [];
  let unreadable = 0;
  const vms = new VmsListing();
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/\r$/, "");
    if (line.trim() === "" || (index === 0 && isTotal(line)) || isVmsFraming(line)) continue;
    const entry = parseEplfLine(line) ?? parseUnixLine(line, now) ?? parseDosLine(line) ?? vms.push(line);
    if (entry === "incomplete" || entry === "repeated") continue;
    if (entry && isEntryName(entry.name)) entries.push(entry);
    else if (entry?.name !== "." && entry?.name !== "..") unreadable++;
  }
  return { entries, unreadable: unreadable + vms.finish() };
}

/** Whether a line is the number of blocks that `ls` puts first, in the language of the server. */
function isTotal(line: string): boolean {
  return /^[\p{L}\p{M}]{1,20}:? \d[\d.,]{0,20}[KMGT]?$/u.test(line);
}
