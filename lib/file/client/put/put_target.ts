import { isAbsence } from "../remote/remote_folder.ts";
import type { Remote } from "../remote/remote.ts";
import { listAll } from "../remote/parts.ts";
import type { RemoteEntry } from "../remote/remote_entry.ts";

/** Where a run sends to. */
export interface PutTarget {
  /** The folder. */
  readonly remote: Remote;
  /** The name that the only source gets in it, if not its own. */
  readonly name?: string;
  /** The entries with that name on the server. */
  readonly there: ReadonlyMap<string, RemoteEntry>;
}

/**
 * Finds out what the URL of an upload means: a folder if it ends with a slash, if there are several sources or if the
 * server has a folder there; otherwise the new name of the only source.
 *
 * @throws {NetworkError} When the server cannot be reached.
 */
export async function findPutTarget(remote: Remote, paths: readonly string[]): Promise<PutTarget> {
  const name = remote.names.at(-1);
  const asFolder: PutTarget = { remote, there: new Map() };
  const one = paths.length === 1 && !/(?:^|[/\\])\.{0,2}$/.test(paths[0] ?? "");
  if (remote.isFolder || name === undefined || !one) return asFolder;
  const parent = remote.parent();
  try {
    const listing = await listAll(remote, [], { digest: true });
    if (listing.type === "folder") return asFolder;
    return { remote: parent, name, there: new Map(listing.entries.map((entry) => [entry.name, entry])) };
  } catch (error) {
    if (!isAbsence(error)) throw error;
    return { remote: parent, name, there: new Map() };
  }
}
