import type { FtpEntry } from "../../../ftp/internal.ts";

const TYPES: Readonly<Record<FtpEntry["type"], string>> = { file: "-", folder: "d", link: "l", other: "?" };

/**
 * Formats the entries of a folder like `ls -l`, sorted by name: type and permissions, size in bytes, time of the last
 * change in UTC, name, and the target of a link. What the server does not tell is `?`.
 *
 * @example
 * ```ts
 * import { listingText } from "./listing_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const entries = [{ name: "b", type: "folder" }, { name: "a", type: "file", size: 12, mode: 0o644, modified: 0 }] as const;
 * assertEquals(listingText(entries), "-rw-r--r-- 12 1970-01-01T00:00:00Z a\nd?????????  ? ?                    b\n");
 * ```
 */
export function listingText(entries: readonly FtpEntry[]): string {
  const sizes = entries.map(({ size }) => size === undefined ? "?" : String(size));
  const width = sizes.reduce((most, { length }) => Math.max(most, length), 1);
  const rows = entries.map((entry, index) => ({ entry, size: (sizes[index] ?? "?").padStart(width) }));
  rows.sort((a, b) => a.entry.name < b.entry.name ? -1 : a.entry.name > b.entry.name ? 1 : 0);
  return rows.map(({ entry, size }) => {
    const target = entry.target === undefined ? "" : ` -> ${entry.target}`;
    return `${TYPES[entry.type]}${modeText(entry.mode)} ${size} ${timeText(entry).padEnd(20)} ${entry.name}${target}\n`;
  }).join("");
}

/** Returns permission bits as `ls` writes them. */
function modeText(mode: number | undefined): string {
  if (mode === undefined) return "?????????";
  return Array.from("rwxrwxrwx", (letter, index) => {
    const on = (mode >> (8 - index) & 1) === 1;
    // setuid and setgid stand in the place of x, sticky in that of others.
    const special = index % 3 === 2 && (mode >> (11 - (index - 2) / 3) & 1) === 1;
    if (!special) return on ? letter : "-";
    const mark = index === 8 ? "t" : "s";
    return on ? mark : mark.toUpperCase();
  }).join("");
}

/** Returns a time in UTC, as accurate as it is known. */
function timeText({ modified, precision = "second" }: FtpEntry): string {
  if (modified === undefined) return "?";
  const text = new Date(modified).toISOString();
  return precision === "day" ? text.slice(0, 10) : `${text.slice(0, precision === "minute" ? 16 : 19)}Z`;
}
