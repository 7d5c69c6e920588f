import { FolderReader, permissionBits, TimeSlice } from "../../core/mod.ts";
import { formatMode } from "../codec/file_field.ts";
import { tagOf } from "./entity.ts";
import type { FoundFolder, Root } from "./root.ts";
import { absent } from "./root.ts";

/** One entry of a listing. */
export interface ListedEntry {
  /** Its name, as it is. Untrusted text. */
  readonly name: string;
  /** Its type. */
  readonly type: "file" | "folder";
  /** Size of a file in bytes; 0 for a folder. */
  readonly size: number;
  /** When it was changed last, in milliseconds since 1970. */
  readonly modified: number;
  /** Permission bits of a file as octal digits, where the system has them: `644`. */
  readonly mode?: string;
  /** The entity tag of a file. */
  readonly etag?: string;
  /** The SHA-256 of a file, in hex, where it was asked for. */
  readonly sha256?: string;
  /** Whether it is a symbolic link: clients that walk the tree do not follow it. */
  readonly link?: boolean;
}

/** Response to `?list=json`. */
export interface Listing {
  /** The names of the folder, or of the file, from the root on. */
  readonly path: readonly string[];
  /** Type of the target: a folder with its entries, or a file as the only entry. */
  readonly type: "file" | "folder";
  /** The entries, by name. */
  readonly entries: readonly ListedEntry[];
  /** Whether there are more, which are left out. */
  readonly truncated: boolean;
  /** Entries that are left out since their names are not valid Unicode, and no URL leads to them. */
  readonly unreadable?: number;
  /** Identifies the folder on this server, whatever path leads to it. */
  readonly id?: string;
  /**
   * The name from which on digests were left out, since making them takes too long for one answer: `from=NAME` asks for
   * the rest.
   */
  readonly next?: string;
}

/** Entries of a folder that are listed at most. */
export const MAX_ENTRIES = 100_000;

/** An entry of a folder whose metadata may not have been looked at. */
export interface NamedEntry {
  /** Its name. Untrusted text. */
  readonly name: string;
  /** Whether it is a folder, perhaps behind a link. */
  readonly folder: boolean;
  /** Metadata that was read already, to resolve a link. */
  readonly found?: FoundEntry;
}

/** An entry with its metadata; its entity tag is computed only where it is needed. */
export type FoundEntry = ListedEntry & { readonly stat?: Deno.FileInfo };

/** The names in a folder. */
export interface FolderNames {
  /** Entries that are shown: regular files and folders, also behind links that stay below the root. In no order. */
  readonly names: NamedEntry[];
  /** Whether there are more, which are left out. */
  readonly truncated: boolean;
  /** Entries that cannot be shown, since their names are not valid Unicode. */
  readonly unreadable: number;
}

/** Reads the names of what is shown of a folder, which is far quicker than to look at each. */
export async function readNames(root: Root, folder: FoundFolder): Promise<FolderNames> {
  const names: NamedEntry[] = [];
  const turns = new TimeSlice();
  const reader = new FolderReader(folder.path);
  let unreadable = 0;
  for await (const { name, isFile, isDirectory, isSymlink, unreadable: bad } of reader) {
    if (!root.shows(name)) continue;
    if (bad) unreadable++;
    if (bad) continue;
    if (names.length >= MAX_ENTRIES) return { names, truncated: true, unreadable };
    if (isFile || isDirectory) names.push({ name, folder: isDirectory });
    const found = isSymlink ? linked(root, folder, name) : undefined;
    if (found) names.push({ name, folder: found.type === "folder", found });
    if (turns.due) await turns.pass();
  }
  return { names, truncated: false, unreadable: unreadable + reader.hidden };
}

/** Looks at an entry; undefined when it is gone, or is neither a file nor a folder any more. */
export function lookAt(folder: FoundFolder, { name, found }: NamedEntry): FoundEntry | undefined {
  return found ?? absent(() => entryOf(name, `${folder.path}/${name}`));
}

/** Looks at entries, in their order, without those that are gone. */
export async function lookAtAll(folder: FoundFolder, names: readonly NamedEntry[]): Promise<FoundEntry[]> {
  const entries: FoundEntry[] = [];
  const turns = new TimeSlice();
  for (const named of names) {
    const entry = lookAt(folder, named);
    if (entry) entries.push(entry);
    if (turns.due) await turns.pass();
  }
  return entries;
}

/** Lists what is shown of a folder, by name. */
export async function listFolder(
  root: Root,
  folder: FoundFolder,
): Promise<{ entries: FoundEntry[]; truncated: boolean; unreadable: number }> {
  const { names, truncated, unreadable } = await readNames(root, folder);
  const entries = await lookAtAll(folder, names);
  return { entries: entries.sort((a, b) => a.name < b.name ? -1 : 1), truncated, unreadable };
}

function linked(root: Root, folder: FoundFolder, name: string): FoundEntry | undefined {
  const path = `${folder.path}/${name}`;
  const entry = absent(() => root.holds(Deno.realPathSync(path)) ? entryOf(name, path) : undefined);
  return entry && { ...entry, link: true };
}

function entryOf(name: string, path: string): FoundEntry | undefined {
  const stat = Deno.statSync(path);
  const modified = stat.mtime?.getTime() ?? 0;
  if (stat.isDirectory) return { name, type: "folder", size: 0, modified };
  return stat.isFile ? { name, type: "file", size: stat.size, modified, ...modeOf(stat), stat } : undefined;
}

/** A file as an entry. */
export function fileEntry(name: string, stat: Deno.FileInfo): ListedEntry {
  return {
    name,
    type: "file",
    size: stat.size,
    modified: stat.mtime?.getTime() ?? 0,
    ...modeOf(stat),
    etag: tagOf(stat),
  };
}

function modeOf(stat: Deno.FileInfo): { readonly mode?: string } {
  const bits = permissionBits(stat);
  return bits === undefined ? {} : { mode: formatMode(bits) };
}

/** An entry as it goes out: with its entity tag. */
export function tagged({ stat, ...entry }: FoundEntry): ListedEntry {
  return stat ? { ...entry, etag: tagOf(stat) } : entry;
}
