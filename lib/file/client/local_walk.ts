import { fileId, FolderReader, fromSystem, SystemError, ToucanError } from "../../core/mod.ts";
import { basename } from "../../deps/std/path.ts";
import { MAX_DEPTH } from "../codec/path.ts";
import { Claims } from "./put/claims.ts";
import {
  hiddenNames,
  type LocalEntry,
  lookAtPath,
  notSent,
  notUtf8,
  storedInto,
  symlinkLoop,
  typeOf,
} from "./local_entry.ts";
import type { PutTarget } from "./put/put_target.ts";
import { readRemoteFolder } from "./remote/remote_folder.ts";
import { isSameFolder } from "./get/same_folder.ts";
import type { RemoteEntry } from "./remote/remote_entry.ts";
import type { RemoteAnchor } from "./remote/remote_entry.ts";

/** Options of {@link LocalWalk}. */
export interface LocalWalkOptions {
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** Whether symbolic links in folders are followed. */
  readonly follow?: boolean;
  /** Makes a folder on the server, and returns whether it is there. */
  readonly makeFolder: (folder: LocalEntry) => Promise<boolean>;
}

/** Entries of the server by name. */
type Known = ReadonlyMap<string, RemoteEntry>;

/** Goes through paths, and makes the folders on the server on the way: what is in one comes after it. */
export class LocalWalk {
  readonly #target: PutTarget;
  readonly #options: LocalWalkOptions;
  readonly #claims = new Claims();
  /** The folder that the server stores into, where that may be on this machine. */
  #anchor?: RemoteAnchor;
  /** The same for the current source: its path here, once it was seen. */
  #stored?: string;

  /** Goes to this target. */
  constructor(target: PutTarget, options: LocalWalkOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** Gives what is at the paths; of a path that ends with a slash what is in it. */
  async *all(paths: readonly string[]): AsyncGenerator<LocalEntry> {
    const { remote, name, there } = this.#target;
    const top = name === undefined ? await readRemoteFolder(remote, []) : { entries: there };
    for (const path of paths) {
      const bare = path.replace(/[/\\]+$/, "");
      const inside = bare !== path || /(?:^|[/\\])\.\.?$/.test(path);
      const segments = inside ? [] : [name ?? basename(path)];
      // A path on the command line may be a link: who writes it means what is behind.
      const found = lookAtPath(path);
      if (found instanceof ToucanError) yield { file: path, segments: [basename(path)], type: "other", error: found };
      else if (found.isDirectory) {
        this.#anchor ??= await remote.findAnchor(top.listing);
        this.#stored = undefined;
        yield* this.#folder(bare === "" ? path : bare, segments, top.entries, [fileId(found)], segments);
      } else yield this.#file(path, segments.length > 0 ? segments : [basename(path)], found, top.entries);
    }
  }

  /** A folder and what is in it; `above` is what the server has in the folder above, `top` the names of the source. */
  async *#folder(
    folder: string,
    segments: readonly string[],
    above: Known,
    ancestors: readonly (string | undefined)[],
    top: readonly string[],
  ): AsyncGenerator<LocalEntry> {
    this.#findStored(folder, ancestors.at(-1), top);
    // Otherwise what is sent would be sent again, deeper and deeper.
    if (folder === this.#stored && ancestors.length > 1) {
      return yield { file: folder, segments, type: "folder", skip: storedInto(folder) };
    }
    const refusal = this.#tooDeep(segments, folder) ?? this.#claims.take(segments, folder, true);
    if (refusal) return yield { file: folder, segments, type: "folder", error: refusal };
    // Before anything is sent: a folder that is served may get what is uploaded from it.
    const reader = new FolderReader(folder);
    const reading = Array.fromAsync(reader);
    await reading.catch(() => {});
    const known = segments.length === 0 || above.get(segments.at(-1) ?? "")?.type === "folder";
    // What is to go into it would fail one by one.
    if (!known && !await this.#options.makeFolder({ file: folder, segments, type: "folder" })) return;
    const there = segments.length === 0 ? above : known ? await this.#remoteEntries(segments) : new Map();
    if (there instanceof Error) return yield { file: folder, segments, type: "folder", error: there };
    const folders: (readonly [name: string, id: string | undefined])[] = [];
    try {
      for (const entry of await reading) {
        const { name } = entry;
        const [file, here] = [`${folder}/${name}`, [...segments, name]];
        if (entry.unreadable) {
          yield { file, segments: here, type: typeOf(entry), error: notUtf8(file) };
          continue;
        }
        const found = entry.isSymlink && !this.#options.follow ? entry : lookAtPath(file, entry.isSymlink);
        if (found instanceof ToucanError) yield { file, segments: here, type: "link", error: found };
        else if (!found.isDirectory) yield this.#file(file, here, found, there);
        else if ("ino" in found) folders.push([name, fileId(found)]);
      }
      const { hidden } = reader;
      if (hidden > 0) yield { file: folder, segments, type: "folder", error: hiddenNames(folder, hidden) };
    } catch (error) {
      const known = fromSystem(error, { doing: "read", what: folder });
      yield { file: folder, segments, type: "folder", error: known };
    }
    for (const [name, id] of folders) {
      const [file, here] = [`${folder}/${name}`, [...segments, name]];
      const loops = id !== undefined && ancestors.includes(id);
      if (loops) yield { file, segments: here, type: "link", error: symlinkLoop(file) };
      else yield* this.#folder(file, here, there, [...ancestors, id], top);
    }
  }

  /** Yields an entry other than a folder, unless its name is in use. */
  #file(
    file: string,
    segments: readonly string[],
    found: Pick<Deno.FileInfo, "isFile" | "isDirectory" | "isSymlink">,
    there: Known,
  ): LocalEntry {
    const type = typeOf(found);
    if (type === "link" || type === "other") return { file, segments, type, skip: notSent(file, type) };
    const error = this.#tooDeep(segments, file) ?? this.#claims.take(segments, file, false);
    return { file, segments, type, remote: there.get(segments.at(-1) ?? ""), error };
  }

  /** Finds out where the server stores this source, when this folder is the one that is served. */
  #findStored(folder: string, id: string | undefined, top: readonly string[]): void {
    const { listing, rest } = this.#anchor ?? {};
    if (this.#stored !== undefined || id === undefined || listing?.id !== id || !isSameFolder(listing, folder)) return;
    this.#stored = [folder, ...rest ?? [], ...top].join("/");
  }

  #tooDeep(segments: readonly string[], file: string): SystemError | undefined {
    const depth = segments.length + this.#target.remote.names.length;
    if (depth <= MAX_DEPTH) return undefined;
    const why = `cannot send ${file}: more than ${MAX_DEPTH} folders deep`;
    return new SystemError(why, { code: "too-deep", operation: "put" });
  }

  /** Returns the server's entries of a folder, or the error of its listing. */
  async #remoteEntries(segments: readonly string[]): Promise<Known | Error> {
    try {
      return (await readRemoteFolder(this.#target.remote, segments)).entries;
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
