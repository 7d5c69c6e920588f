import { SystemError, toToucanError } from "../../core/mod.ts";
import { MAX_DEPTH } from "../codec/path.ts";
import { unreadableText } from "./entry_row.ts";
import type { LocalTree } from "./local_tree.ts";
import type { Remote } from "./remote/remote.ts";
import type { TreeEntry } from "./report.ts";
import { isSameFolder } from "./get/same_folder.ts";
import { firstOf } from "./remote/parts.ts";
import type { RemoteEntry, RemoteListing } from "./remote/remote_entry.ts";

/** A file of a tree that is to be downloaded. */
export interface RemoteFile {
  /** Its names below the top of the tree. */
  readonly segments: readonly string[];
  /** Its entry in the listing. */
  readonly entry: RemoteEntry;
  /** Its names below the URL, where they differ. */
  readonly at?: readonly string[];
}

/** Options of {@link RemoteWalk}. */
export interface RemoteWalkOptions {
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** The names of the folder that all goes into, below the root of the local tree. */
  readonly top: readonly string[];
  /** Whether links of the server to folders are followed. */
  readonly follow?: boolean;
  /** Takes what is not a file that is to be downloaded. */
  readonly onEntry: (entry: TreeEntry) => void;
}

/** Goes through the folders of a server, as its listings come in, and makes them in a local tree. */
export class RemoteWalk {
  readonly #remote: Remote;
  readonly #tree: LocalTree;
  readonly #options: RemoteWalkOptions;

  /** Goes through what is below a folder of a server. */
  constructor(remote: Remote, tree: LocalTree, options: RemoteWalkOptions) {
    this.#remote = remote;
    this.#tree = tree;
    this.#options = options;
  }

  /** Gives the files below the folder at the URL, of which `first` and `more` are the listing. */
  all(first: RemoteListing, more: AsyncGenerator<RemoteListing>): AsyncGenerator<RemoteFile> {
    return this.#folder([], first, more, []);
  }

  async *#folder(
    segments: readonly string[],
    first: RemoteListing,
    more: AsyncGenerator<RemoteListing>,
    ancestors: readonly string[],
    behindLink = false,
  ): AsyncGenerator<RemoteFile> {
    const { truncated } = first;
    const { top, follow, onEntry } = this.#options;
    const id = first.id ?? (follow ? contentId(first) : undefined);
    if (id !== undefined && ancestors.includes(id) && (behindLink || first.id !== undefined)) throw loop();
    // Otherwise what was downloaded would be downloaded again, deeper and deeper.
    if (segments.length > 0 && isSameFolder(first, this.#tree.place(top))) {
      return onEntry({ ...this.#about(segments, "folder"), action: "skipped", error: destination() });
    }
    this.#tree.makeFolder([...top, ...segments]);
    const above = id === undefined ? ancestors : [...ancestors, id];
    const folders: RemoteEntry[] = [];
    for await (const part of ready(first, more)) {
      for (const listed of part) {
        const here = [...segments, listed.name];
        const deep = this.#depthOf(here) > MAX_DEPTH;
        if (deep) this.#fail(here, tooDeep(), listed.type);
        const entry = deep ? undefined : listed.type === "file" ? listed : await this.#resolve(here, listed);
        if (entry?.type === "file") yield { segments: here, entry };
        else if (entry?.type === "folder") folders.push(entry);
      }
    }
    if (truncated) this.#fail(segments, failure("too-many-entries", "the folder has more entries than are listed"));
    const unreadable = unreadableText(first);
    if (unreadable !== undefined) this.#fail(segments, failure("invalid-path", unreadable));
    for (const { name, id, link } of folders) {
      const here = [...segments, name];
      // Without a listing, which would be the same again.
      if (id !== undefined && above.includes(id)) this.#fail(here, loop());
      else yield* this.#below(here, above, behindLink || link === true);
    }
  }

  /** Returns a file or folder of a listing, or what a link leads to; undefined for what is skipped, and reported as such. */
  async #resolve(here: readonly string[], entry: RemoteEntry): Promise<RemoteEntry | undefined> {
    const { follow, onEntry } = this.#options;
    const skip = (error: SystemError) => void onEntry({ ...this.#about(here, entry.type), action: "skipped", error });
    const { type } = entry;
    // A link may lead up again, round and round.
    if (type === "folder") return entry.link && !follow ? skip(linked()) : entry;
    if (type === "file") return entry;
    if (type === "other" || !follow) return skip(notReceived(type));
    try {
      const found = await this.#remote.resolveLink(here);
      if (found?.type === "file" || found?.type === "folder") return { ...found, link: true };
      return skip(notReceived("other"));
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      this.#fail(here, error, type);
      return undefined;
    }
  }

  async *#below(
    segments: readonly string[],
    ancestors: readonly string[],
    behindLink: boolean,
  ): AsyncGenerator<RemoteFile> {
    const { signal, top } = this.#options;
    try {
      // Where there is nothing to compare with, the digest that comes with each file is enough.
      const digest = !this.#tree.isFresh([...top, ...segments]);
      const parts = this.#remote.listParts(segments, { digest });
      yield* this.#folder(segments, await firstOf(parts), parts, ancestors, behindLink);
    } catch (error) {
      signal?.throwIfAborted();
      this.#fail(segments, error);
    }
  }

  #depthOf(segments: readonly string[]): number {
    return segments.length + this.#remote.names.length;
  }

  #fail(segments: readonly string[], error: unknown, type: RemoteEntry["type"] = "folder"): void {
    this.#options.onEntry({ ...this.#about(segments, type), action: "failed", error: toToucanError(error) });
  }

  #about(segments: readonly string[], type: RemoteEntry["type"]) {
    return { path: segments.join("/"), url: this.#remote.urlOf(segments, type === "folder"), type, ms: 0 };
  }
}

/** Identifies a folder by what is in it: that of a link and of a folder above it are the same then. */
function contentId({ entries }: RemoteListing): string | undefined {
  const lines = entries.map(({ name, type, size, modified }) => JSON.stringify([name, type, size, modified]));
  return lines.length === 0 ? undefined : lines.sort().join("\n");
}

/** The entries of a folder, each when its digest had its turn. */
async function* ready(
  first: RemoteListing,
  more: AsyncGenerator<RemoteListing>,
): AsyncGenerator<readonly RemoteEntry[]> {
  yield before(first);
  for await (const part of more) yield before(part);
}

function before({ entries, next }: RemoteListing): readonly RemoteEntry[] {
  const at = entries.findIndex(({ name }) => name === next);
  return at < 0 ? entries : entries.slice(0, at);
}

function failure(code: string, message: string): SystemError {
  return new SystemError(message, { code, operation: "get" });
}

function loop(): SystemError {
  return failure("symlink-loop", "the link leads to a folder above it");
}

function linked(): SystemError {
  return failure("unsafe-link", "it is a link to a folder, which is not followed");
}

function notReceived(type: "link" | "other"): SystemError {
  return type === "link"
    ? failure("link-not-followed", "it is a symbolic link")
    : failure("not-a-file", "it is neither a file nor a folder");
}

function destination(): SystemError {
  return failure("same-folder", "it is the folder that the files of this run are written to");
}

function tooDeep(): SystemError {
  return failure("too-deep", `more than ${MAX_DEPTH} folders deep`);
}
