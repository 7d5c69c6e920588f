import { NegativeError } from "../../../core/mod.ts";
import type { FtpClient, FtpEntry, FtpListing } from "../../../ftp/mod.ts";
import { boundTime, formatMode } from "../../codec/file_field.ts";
import { isUnfinished } from "../../codec/path.ts";
import { offersSha256 } from "./offers.ts";
import type { RemoteEntry, RemoteListing } from "../remote/remote_entry.ts";

/** Lists what is at a path, be it a folder or a file. */
export async function listPath(client: FtpClient, path: string, name: string, folder: boolean): Promise<RemoteListing> {
  const entry = folder ? undefined : await client.stat(path);
  if (entry && entry.type !== "folder") {
    const { type } = entry;
    if (type === "file") return { path: [], type, entries: [toEntry({ ...entry, name })], truncated: false };
  } else if (!entry && !folder) {
    throw new NegativeError(`${client.peer} has no file or folder ${path}`, {
      code: "no-such-file",
      operation: "list",
      peer: client.peer,
    });
  }
  const listing = toListing(await client.list(path));
  const identified = client.features.mlst.some((fact) => /^unique\*?$/.test(fact));
  return { ...listing, id: entry?.unique ?? (identified ? (await client.stat(path))?.unique : undefined) };
}

/** Converts a listing, without interrupted uploads; of entries with the same name only the first one is used. */
export function toListing(listing: FtpListing, now: number = Date.now()): RemoteListing {
  const byName = new Map<string, RemoteEntry>();
  const entries = listing.entries.filter(({ name }) => !isUnfinished(name));
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, toEntry(entry, now));
  const missing = listing.unreadable + entries.length - byName.size;
  return {
    ...{ path: [], type: "folder", truncated: false, lines: true },
    entries: [...byName.values()],
    unreadable: missing > 0 ? missing : undefined,
  };
}

/** Returns the entries with the SHA-256 of the files, where the server computes it. */
export async function withDigests(client: FtpClient, path: string, listing: RemoteListing): Promise<RemoteEntry[]> {
  const { entries, type } = listing;
  if (!offersSha256(client)) return [...entries];
  const digested: RemoteEntry[] = [];
  for (const entry of entries) {
    const file = type === "file" ? path : `${path === "" || path.endsWith("/") ? path : `${path}/`}${entry.name}`;
    digested.push(entry.type === "file" ? { ...entry, sha256: await client.hash(file, "sha256") } : entry);
  }
  return digested;
}

/** Converts an entry. What is out of bounds is left out. */
export function toEntry(
  { name, type, size, modified, precision, mode, unique }: FtpEntry,
  now: number = Date.now(),
): RemoteEntry {
  const time = modified === undefined ? undefined : boundTime(modified, now);
  return {
    ...{ name, type },
    size: type === "file" ? size : undefined,
    modified: time,
    precision: time === undefined || precision === "second" ? undefined : precision,
    mode: mode === undefined || type !== "file" ? undefined : formatMode(mode),
    id: unique,
  };
}
