import type { Digests } from "./digest.ts";
import { tagOf } from "./entity.ts";
import type { FoundFile, FoundFolder, Root } from "./root.ts";
import { absent } from "./root.ts";

/** One entry of a listing. */
export interface ListedEntry {
  /** Its name, as it is. Untrusted text. */
  readonly name: string;
  /** What it is. */
  readonly type: "file" | "folder";
  /** How many bytes a file has; 0 of a folder. */
  readonly size: number;
  /** When it was changed last, in milliseconds since 1970. */
  readonly modified: number;
  /** The entity tag of a file. */
  readonly etag?: string;
  /** The SHA-256 of a file, in hex, where it was asked for. */
  readonly sha256?: string;
  /** Whether it is reached by a symbolic link: who walks the tree does not go there. */
  readonly link?: boolean;
}

/** What `?list=json` answers with. */
export interface Listing {
  /** The names of the folder, or of the file, from the root on. */
  readonly path: readonly string[];
  /** What that is: a folder with its entries, or a file as the only entry. */
  readonly type: "file" | "folder";
  /** The entries, by name. */
  readonly entries: readonly ListedEntry[];
  /** Whether there are more, which are left out. */
  readonly truncated: boolean;
}

/** Entries of a folder that are listed at most. */
export const MOST_ENTRIES = 100_000;
/** Milliseconds after which others get their turn. */
const SLICE = 25;
/** Bytes that are read for the digests of one folder; beyond that each file is to be asked for by itself. */
const DIGEST_BYTES = 256 << 20;

/** Lists what is shown of a folder: regular files and folders, also behind links that stay below the root. */
export async function listFolder(
  root: Root,
  folder: FoundFolder,
): Promise<{ entries: FoundEntry[]; truncated: boolean }> {
  const entries: FoundEntry[] = [];
  let since = performance.now();
  for await (const { name, isSymlink } of Deno.readDir(folder.path)) {
    if (!root.shows(name)) continue;
    if (entries.length >= MOST_ENTRIES) return { entries, truncated: true };
    const path = `${folder.path}/${name}`;
    const entry = absent(() => isSymlink && !root.holds(Deno.realPathSync(path)) ? undefined : entryOf(name, path));
    if (entry) entries.push(isSymlink ? { ...entry, link: true } : entry);
    if (performance.now() - since < SLICE) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    since = performance.now();
  }
  return { entries: entries.sort((a, b) => a.name < b.name ? -1 : 1), truncated: false };
}

/** What was found of an entry; its entity tag is only made for who wants it. */
type FoundEntry = ListedEntry & { readonly stat?: Deno.FileInfo };

function entryOf(name: string, path: string): FoundEntry | undefined {
  const stat = Deno.statSync(path);
  const modified = stat.mtime?.getTime() ?? 0;
  if (stat.isDirectory) return { name, type: "folder", size: 0, modified };
  return stat.isFile ? { name, type: "file", size: stat.size, modified, stat } : undefined;
}

/** A file as an entry. */
export function fileEntry(name: string, stat: Deno.FileInfo): ListedEntry {
  return { name, type: "file", size: stat.size, modified: stat.mtime?.getTime() ?? 0, etag: tagOf(stat) };
}

/** Entries as they go out: with their entity tags. */
export function tagged(entries: readonly FoundEntry[]): ListedEntry[] {
  return entries.map(({ stat, ...entry }) => stat ? { ...entry, etag: tagOf(stat) } : entry);
}

/** Adds digests to the files of a folder, as far as the bytes allowed for one request reach. */
export async function addDigests(
  root: Root,
  digests: Digests,
  segments: readonly string[],
  entries: readonly ListedEntry[],
): Promise<ListedEntry[]> {
  let rest = DIGEST_BYTES;
  const all: ListedEntry[] = [];
  for (const entry of entries) {
    const within = entry.type === "file" && entry.size <= rest;
    const found = within ? await root.find([...segments, entry.name]) : undefined;
    if (found?.kind !== "file") {
      all.push(entry);
      continue;
    }
    if (!digests.knows(found.stat)) rest -= found.stat.size;
    all.push({ ...entry, ...await digested(digests, found, entry.name) });
  }
  return all;
}

/** A file that was opened, as an entry with its digest; closes it. */
export async function digested(digests: Digests, found: FoundFile, name: string): Promise<ListedEntry> {
  using file = found.file;
  return { ...fileEntry(name, found.stat), sha256: await digests.of(file, found.stat) };
}
