import { concurrently } from "../../core/mod.ts";
import type { Digests } from "../digest/digest.ts";
import { fileEntry, type FoundEntry, type ListedEntry, tagged } from "./listing.ts";
import type { FoundFile, Root } from "./root.ts";

/** Limits of one response. */
const LIMITS = {
  /** Bytes that are read. A file beyond that is asked for by itself. */
  bytes: 256 << 20,
  /** Milliseconds of reading, about: a client waits 30 s for the whole. */
  ms: 2000,
};
const AT_ONCE = 4;

/** Entries with digests, and the name from which on they lack them. */
export interface DigestedEntries {
  /** All of the entries. */
  readonly entries: ListedEntry[];
  /** The first file that has no digest because of the limits. */
  readonly next?: string;
}

/**
 * Adds digests to the files of a folder, within the time and the bytes of one response, but always to one file that needs
 * reading: repeated requests make progress.
 */
export async function addDigests(
  root: Root,
  digests: Digests,
  segments: readonly string[],
  entries: readonly FoundEntry[],
  limits = LIMITS,
): Promise<DigestedEntries> {
  const all: ListedEntry[] = entries.map((entry) => ({
    ...tagged(entry),
    sha256: entry.stat && digests.known(entry.stat),
  }));
  const end = performance.now() + limits.ms;
  let rest = limits.bytes;
  let next: string | undefined;
  function* affordable(): Generator<[number, ListedEntry]> {
    for (const [at, entry] of all.entries()) {
      const { name, type, size, sha256 } = entry;
      if (type !== "file" || sha256 !== undefined || size > limits.bytes) continue;
      const first = rest === limits.bytes;
      if (!first && (size > rest || performance.now() > end)) {
        next = name;
        return;
      }
      // An empty file takes its time as well.
      rest -= size + 1;
      yield [at, entry];
    }
  }
  const work = async ([at, { name }]: [number, ListedEntry]) => {
    const found = await root.find([...segments, name]).catch(unreadable);
    if (found?.kind === "file") all[at] = await digested(digests, found, name);
  };
  for await (const _ of concurrently(affordable(), AT_ONCE, work));
  return { entries: all, next };
}

/** A file that cannot be read is listed without its digest. */
function unreadable(error: unknown): undefined {
  if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
}

/** A file that was opened, as an entry with its digest; closes it. */
export async function digested(digests: Digests, found: FoundFile, name: string): Promise<ListedEntry> {
  using file = found.file;
  return { ...fileEntry(name, found.stat), sha256: await digests.of(file, found.stat) };
}
