import { formatSize, showUntrusted } from "../../core/mod.ts";
import type { ListedEntry } from "../server/listing.ts";

/** An entry of a listing as the cells of a table: size, time, perhaps digest, name. */
export function entryRow({ name, type, size, modified, sha256 }: ListedEntry, digest: boolean): string[] {
  const folder = type === "folder";
  return [
    folder ? "-" : formatSize(size),
    new Date(modified).toISOString().slice(0, 16).replace("T", " "),
    ...(digest ? [sha256 ?? "-"] : []),
    showUntrusted(name) + (folder ? "/" : ""),
  ];
}

/** An entry of a listing as a JSON record: without what does not apply. */
export function entryRecord(
  { size, modified, ...entry }: ListedEntry,
): Omit<ListedEntry, "size"> & { readonly size?: number } {
  return { ...entry, size: entry.type === "file" ? size : undefined, modified: Math.round(modified) };
}

/** Returns a line about entries that a listing lacks. */
export function unreadableText(count: number): string {
  const [entries, have] = count === 1 ? ["entry", "its name is"] : ["entries", "their names are"];
  return `${count} ${entries} not listed: ${have} not valid UTF-8`;
}
