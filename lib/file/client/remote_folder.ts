import { NegativeError } from "../../core/mod.ts";
import { encodePath, parseTargetPath } from "../codec/path.ts";
import type { ListedEntry, Listing } from "../server/listing.ts";
import { below, list, type RemoteOptions } from "./remote.ts";

/** A folder of the server. */
export interface RemoteFolder {
  /** Its entries by name; none where the server does not list it. */
  readonly entries: ReadonlyMap<string, ListedEntry>;
  /** Its listing, where the server gives one. */
  readonly listing?: Listing;
}

/** The folder of a server that exists, and the names below it that are still to be made. */
export interface RemoteAnchor {
  /** Its listing. */
  readonly listing: Listing;
  /** The names. */
  readonly rest: readonly string[];
}

/** Reads what a server has in a folder, with digests. */
export async function readRemoteFolder(url: URL, options: RemoteOptions): Promise<RemoteFolder> {
  try {
    const listing = await list(url, { ...options, digest: true });
    return { entries: new Map(listing.entries.map((entry) => [entry.name, entry])), listing };
  } catch (error) {
    if (error instanceof NegativeError) return { entries: new Map() };
    throw error;
  }
}

/** Returns the folder at a URL, or the closest one above it that exists; undefined where the server gives no listings. */
export async function findAnchor(
  url: URL,
  listing: Listing | undefined,
  options: RemoteOptions,
): Promise<RemoteAnchor | undefined> {
  const { segments = [] } = parseTargetPath(url.pathname) ?? {};
  for (let depth = segments.length; depth >= 0; depth--) {
    const there = depth === segments.length ? listing : await listAt(url, segments.slice(0, depth), options);
    if (there === "foreign") return undefined;
    if (there) return { listing: there, rest: segments.slice(depth) };
  }
  return undefined;
}

async function listAt(url: URL, segments: readonly string[], options: RemoteOptions) {
  try {
    return await list(below(new URL("/", url), encodePath(segments, true)), options);
  } catch (error) {
    if (!(error instanceof NegativeError)) throw error;
    return error.code === "not-a-listing" ? "foreign" : undefined;
  }
}
