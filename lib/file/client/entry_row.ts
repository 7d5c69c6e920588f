import { formatSize, showUntrusted } from "../../core/mod.ts";
import type { ListedEntry } from "../listing.ts";

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
