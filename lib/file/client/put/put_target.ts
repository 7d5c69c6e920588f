import { NegativeError } from "../../../core/mod.ts";
import { parseTargetPath } from "../../codec/path.ts";
import type { ListedEntry } from "../../server/listing.ts";
import { list, type RemoteOptions } from "../remote.ts";

/** Where a run sends to. */
export interface PutTarget {
  /** The folder. */
  readonly base: URL;
  /** The name that the only source gets in it, if not its own. */
  readonly name?: string;
  /** The entries with that name on the server. */
  readonly there: ReadonlyMap<string, ListedEntry>;
}

/**
 * Finds out what the URL of an upload means: a folder if it ends with a slash, if there are several sources or if the
 * server has a folder there; otherwise the new name of the only source.
 *
 * @throws {NetworkError} When the server cannot be reached.
 */
export async function findPutTarget(
  url: URL,
  paths: readonly string[],
  options: RemoteOptions,
): Promise<PutTarget> {
  const { segments = [], folder = true } = parseTargetPath(url.pathname, { backslash: true }) ?? {};
  const name = segments.at(-1);
  const asFolder: PutTarget = { base: url, there: new Map() };
  if (folder || name === undefined || paths.length !== 1 || /(?:^|[/\\])\.{0,2}$/.test(paths[0] ?? "")) return asFolder;
  const base = new URL("./", url);
  try {
    const listing = await list(url, { ...options, digest: true });
    if (listing.type === "folder") return asFolder;
    return { base, name, there: new Map(listing.entries.map((entry) => [entry.name, entry])) };
  } catch (error) {
    if (!(error instanceof NegativeError)) throw error;
    return { base, name, there: new Map() };
  }
}
