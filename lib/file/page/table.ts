import { type FoundEntry, lookAt, type NamedEntry } from "../server/listing.ts";
import type { FoundFolder } from "../server/root.ts";
import { row } from "./row.ts";

type Key = "name" | "size" | "time";
const TITLES: Readonly<Record<Key, readonly [title: string, cell: string]>> = {
  name: ["Name", ""],
  size: ["Size", "s"],
  time: ["Changed (UTC)", "t"],
};

/** Initial order and page of the entries of a folder. */
export interface Order {
  /** The column that it is sorted by. */
  readonly key: Key;
  /** Whether the largest comes first. */
  readonly down: boolean;
  /** The page, from 1 on, for readers without scripts. */
  readonly page: number;
}

/** Rows of a page; where scripts run, more are added as the reader comes to its end. */
export const ROWS = 500;
/** An entry that was looked at, or not. */
export type Entry = NamedEntry | FoundEntry;

/** Whether an entry was looked at. */
export function isFound(entry: Entry): entry is FoundEntry {
  return "type" in entry;
}

/** The order and page that a query asks for. */
export function orderOf(query: string): Order {
  const asked = new URLSearchParams(query);
  const key = (["size", "time"] as const).find((key) => key === asked.get("sort")) ?? "name";
  const page = /^[1-9]\d{0,5}$/.exec(asked.get("page") ?? "")?.[0] ?? "1";
  return { key, down: asked.get("order") === "desc", page: Number(page) };
}

/** The heads of the columns; each leads to the other order. */
export function columnHeads({ key, down }: Order): string {
  return (["name", "size", "time"] as const).map((column) => {
    const [title, cell] = TITLES[column];
    const sorted = column === key ? ` aria-sort="${down ? "descending" : "ascending"}"` : "";
    const turned = column === key ? !down : column !== "name";
    const href = `?sort=${column}${turned ? "&amp;order=desc" : ""}`;
    return `<th scope="col" class="${cell}"${sorted}><a href="${href}" data-key="${column}">${title}</a></th>`;
  }).join("");
}

/** All entries in the order that is asked for, folders first. */
export function inOrder(entries: readonly Entry[], { key, down }: Order): Entry[] {
  const isFolder = (entry: Entry) => isFound(entry) ? entry.type === "folder" : entry.folder;
  const groups = [entries.filter(isFolder), entries.filter((entry) => !isFolder(entry))];
  return groups.flatMap((group) => {
    if (key === "name") return down ? group.reverse() : group;
    const value = key === "size" ? (entry: FoundEntry) => entry.size : (entry: FoundEntry) => entry.modified;
    return group.filter(isFound).sort((a, b) => (down ? -1 : 1) * (value(a) - value(b)));
  });
}

/** The rows of entries, without those that are gone. */
export function rows(folder: FoundFolder, entries: readonly Entry[]): string {
  return entries.flatMap((entry) => {
    const found = isFound(entry) ? entry : lookAt(folder, entry);
    return found ? [row(found)] : [];
  }).join("\n");
}

/** Returns links to further pages, for readers without scripts. */
export function pageLinks(count: number, { key, down, page }: Order): string {
  if (count <= ROWS) return "";
  const link = (to: number, title: string) =>
    `<a href="?sort=${key}${down ? "&amp;order=desc" : ""}&amp;page=${to}">${title}</a>`;
  const last = Math.ceil(count / ROWS);
  const before = page > 1 ? `${link(Math.min(page - 1, last), "Previous")} ` : "";
  const after = page < last ? ` ${link(page + 1, "Next")}` : "";
  return `<nav data-page="${page}" aria-label="Pages">${before}Page ${page} of ${last}${after}</nav>`;
}
