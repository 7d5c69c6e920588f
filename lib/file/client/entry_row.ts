import { formatSize, showUntrusted } from "../../core/mod.ts";
import type { RemoteEntry, RemoteListing } from "./remote/remote_entry.ts";

/** An entry of a listing as the cells of a table: size, time, perhaps digest, name. */
export function entryRow({ name, type, size, modified, sha256 }: RemoteEntry, digest: boolean): string[] {
  return [
    type !== "file" || size === undefined ? "-" : formatSize(size),
    modified === undefined ? "-" : new Date(modified).toISOString().slice(0, 16).replace("T", " "),
    ...(digest ? [sha256 ?? "-"] : []),
    showUntrusted(name) + (type === "folder" ? "/" : ""),
  ];
}

/** An entry of a listing as a JSON record: without what does not apply. */
export function entryRecord({ id: _, size, modified, ...entry }: RemoteEntry): Omit<RemoteEntry, "id"> {
  return {
    ...entry,
    size: entry.type === "file" ? size : undefined,
    modified: modified === undefined ? undefined : Math.round(modified),
  };
}

/** Returns a line about entries that a listing lacks; undefined if it lacks none. */
export function unreadableText({ unreadable, lines }: RemoteListing): string | undefined {
  if (unreadable === undefined) return undefined;
  const one = unreadable === 1;
  if (lines) return `${unreadable} ${one ? "line" : "lines"} of the listing not understood, or with an invalid name`;
  const [entries, have] = one ? ["entry", "its name is"] : ["entries", "their names are"];
  return `${unreadable} ${entries} not listed: ${have} not valid UTF-8`;
}
