import { SystemError, toToucanError } from "../../core/mod.ts";
import { encodePath, MAX_DEPTH, parseTargetPath } from "../codec/path.ts";
import type { ListedEntry, Listing } from "../server/listing.ts";
import { unreadableText } from "./entry_row.ts";
import type { LocalTree } from "./local_tree.ts";
import { below, firstOf, listParts, type RemoteOptions, shown } from "./remote.ts";
import type { TreeEntry } from "./report.ts";
import { isSameFolder } from "./get/same_folder.ts";

/** A file of a tree that is to be downloaded. */
export interface RemoteFile {
  /** Its names below the top of the tree. */
  readonly segments: readonly string[];
  /** Its entry in the listing. */
  readonly entry: ListedEntry;
  /** Its URL, where that is not the one of its names. */
  readonly url?: URL;
}

/** Options of {@link RemoteWalk}. */
export interface RemoteWalkOptions {
  /** Options for requests to the server. */
  readonly remote: RemoteOptions;
  /** The names of the folder that all goes into, below the root of the local tree. */
  readonly top: readonly string[];
  /** Whether links of the server to folders are followed. */
  readonly follow?: boolean;
  /** Takes what is not a file that is to be downloaded. */
  readonly onEntry: (entry: TreeEntry) => void;
}

/** Goes through the folders of a server, as its listings come in, and makes them in a local tree. */
export class RemoteWalk {
  readonly #base: URL;
  readonly #tree: LocalTree;
  readonly #options: RemoteWalkOptions;

  /** Goes through what is below a URL. */
  constructor(base: URL, tree: LocalTree, options: RemoteWalkOptions) {
    this.#base = base;
    this.#tree = tree;
    this.#options = options;
  }

  /** Gives the files below the folder at the URL, of which `first` and `more` are the listing. */
  all(first: Listing, more: AsyncGenerator<Listing>): AsyncGenerator<RemoteFile> {
    return this.#folder([], first, more, []);
  }

  async *#folder(
    segments: readonly string[],
    first: Listing,
    more: AsyncGenerator<Listing>,
    ancestors: readonly string[],
  ): AsyncGenerator<RemoteFile> {
    const { id, truncated, unreadable } = first;
    if (id !== undefined && ancestors.includes(id)) {
      throw failure("symlink-loop", "the link leads to a folder above it");
    }
    const { top, follow, onEntry } = this.#options;
    // Otherwise what was downloaded would be downloaded again, deeper and deeper.
    if (segments.length > 0 && isSameFolder(first, this.#tree.place(top))) {
      return onEntry({ ...this.#about(segments, "folder"), action: "skipped", error: destination() });
    }
    this.#tree.makeFolder([...top, ...segments]);
    const folders: string[] = [];
    for await (const entry of ready(first, more)) {
      const here = [...segments, entry.name];
      if (this.#depthOf(here) > MAX_DEPTH) this.#fail(here, tooDeep(), entry.type);
      else if (entry.type === "file") yield { segments: here, entry };
      // A link may lead up again, round and round.
      else if (entry.link && !follow) {
        onEntry({ ...this.#about(here, "folder"), action: "skipped", error: linked() });
      } else folders.push(entry.name);
    }
    if (truncated) this.#fail(segments, failure("too-many-entries", "the folder has more entries than are listed"));
    if (unreadable !== undefined) this.#fail(segments, failure("invalid-path", unreadableText(unreadable)));
    const above = id === undefined ? ancestors : [...ancestors, id];
    for (const name of folders) yield* this.#below([...segments, name], above);
  }

  async *#below(segments: readonly string[], ancestors: readonly string[]): AsyncGenerator<RemoteFile> {
    const { remote, top } = this.#options;
    try {
      // Where there is nothing to compare with, the digest that comes with each file is enough.
      const digest = !this.#tree.isFresh([...top, ...segments]);
      const parts = listParts(below(this.#base, encodePath(segments, true)), { ...remote, digest });
      yield* this.#folder(segments, await firstOf(parts), parts, ancestors);
    } catch (error) {
      remote.signal?.throwIfAborted();
      this.#fail(segments, error);
    }
  }

  #depthOf(segments: readonly string[]): number {
    return segments.length + (parseTargetPath(this.#base.pathname)?.segments.length ?? 0);
  }

  #fail(segments: readonly string[], error: unknown, type: "file" | "folder" = "folder"): void {
    this.#options.onEntry({ ...this.#about(segments, type), action: "failed", error: toToucanError(error) });
  }

  #about(segments: readonly string[], type: "file" | "folder") {
    const url = shown(below(this.#base, encodePath(segments, type === "folder")));
    return { path: segments.join("/"), url, type, ms: 0 };
  }
}

/** The entries of a folder, each when its digest had its turn. */
async function* ready(first: Listing, more: AsyncGenerator<Listing>): AsyncGenerator<ListedEntry> {
  yield* before(first);
  for await (const part of more) yield* before(part);
}

function before({ entries, next }: Listing): readonly ListedEntry[] {
  const at = entries.findIndex(({ name }) => name === next);
  return at < 0 ? entries : entries.slice(0, at);
}

function failure(code: string, message: string): SystemError {
  return new SystemError(message, { code, operation: "get" });
}

function linked(): SystemError {
  return failure("unsafe-link", "it is a link to a folder, which is not followed");
}

function destination(): SystemError {
  return failure("same-folder", "it is the folder that the files of this run are written to");
}

function tooDeep(): SystemError {
  return failure("too-deep", `more than ${MAX_DEPTH} folders deep`);
}
