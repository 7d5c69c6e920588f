import { NegativeError } from "../../../core/mod.ts";
import type { Remote } from "./remote.ts";
import { listAll } from "./parts.ts";
import type { RemoteEntry, RemoteListing } from "./remote_entry.ts";

/** A folder of the server. */
export interface RemoteFolder {
  /** Its entries by name; none where the server does not list it. */
  readonly entries: ReadonlyMap<string, RemoteEntry>;
  /** Its listing, where the server gives one. */
  readonly listing?: RemoteListing;
}

/** Reads what a server has in a folder, with digests. */
export async function readRemoteFolder(remote: Remote, names: readonly string[]): Promise<RemoteFolder> {
  try {
    const listing = await listAll(remote, names, { digest: true });
    return { entries: new Map(listing.entries.map((entry) => [entry.name, entry])), listing };
  } catch (error) {
    if (isAbsence(error)) return { entries: new Map() };
    throw error;
  }
}

/** Returns whether an error may mean that a folder does not exist, or is not listed, in contrast to one of the login. */
export function isAbsence(error: unknown): boolean {
  return error instanceof NegativeError && error.code !== "login-refused" && error.code !== "tls-refused";
}
