import { fromSystem, renameFile } from "../../../core/mod.ts";
import type { FileFacts, FolderFiles } from "../folder/files.ts";
import type { Folder } from "../folder/folder.ts";
import type { FolderChange, StoredMail } from "../types.ts";
import { FactsFile } from "./facts_file.ts";
import { NameFlags } from "./file_name.ts";
import { FolderSync } from "./folder_sync.ts";
import type { IndexFile } from "./index_file.ts";
import { listNow } from "./maildir_listing.ts";
import { place, placePath } from "./place.ts";
import { linkOrCopy, readHead, writeSynced } from "./message_file.ts";

/**
 * Keeps the messages of a folder in a maildir: written to `tmp`, synced, renamed into `new` or `cur`, and that folder synced. Where
 * another program has moved a file, it is looked for.
 */
export class MaildirFiles implements FolderFiles {
  /** The UIDs on the disk. */
  readonly index: IndexFile;
  /** Facts about the messages. */
  readonly facts: FactsFile;
  /** Flags in names. */
  readonly flags: NameFlags;
  /** Ids of messages that are being stored: they are in the maildir before the folder has them. */
  readonly adding = new Set<string>();
  /** Ids whose files were moved here since the last listing began. */
  readonly touched = new Set<string>();
  readonly #places = new Map<string, string>();
  readonly #syncs: { readonly new: FolderSync; readonly cur: FolderSync };
  readonly #dirty = new Set<"new" | "cur">();
  #directory: string;
  #folder?: Folder;

  /** Keeps messages in a maildir that exists. */
  constructor(directory: string, index: IndexFile) {
    this.#directory = directory;
    this.index = index;
    this.facts = new FactsFile({
      directory: () => this.#directory,
      uidValidity: index.uidValidity,
      isUsable: () => index.isUsable,
      has: (uid) => this.#folder?.get(uid) !== undefined,
    });
    this.flags = new NameFlags(index.keywords, (keywords) => index.keywords = keywords);
    this.#syncs = {
      new: new FolderSync(() => `${this.#directory}/new`),
      cur: new FolderSync(() => `${this.#directory}/cur`),
    };
  }

  get uidValidity(): number {
    return this.index.uidValidity;
  }

  /** Path of the maildir. */
  get directory(): string {
    return this.#directory;
  }

  set directory(path: string) {
    this.#directory = path;
    this.index.directory = path;
  }

  /** Tells the folder from now on what is found out here. */
  attach(folder: Folder): void {
    this.#folder = folder;
  }

  /** Place of a message in the maildir. */
  placeOf(id: string): string | undefined {
    return this.#places.get(id);
  }

  /** Takes note of where a message is. */
  place(id: string, at: string): void {
    this.#places.set(id, at);
  }

  /** The ids of all messages. */
  ids(): Iterable<string> {
    return this.#places.keys();
  }

  async write(id: string, pieces: readonly Uint8Array[], { size, flags, received }: FileFacts): Promise<void> {
    const temporary = `${this.#directory}/tmp/${id}`;
    const place = this.#placeFor(flags);
    const path = `${this.#directory}/${placePath(id, place)}`;
    this.adding.add(id);
    try {
      await writeSynced(temporary, pieces, size, received);
      renameFile(temporary, path);
      await this.#syncs[part(place)].sync();
      this.#places.set(id, place);
    } catch (error) {
      await Promise.all([temporary, path].map((file) => Deno.remove(file).catch(() => {})));
      throw fromSystem(error, { doing: "keep mail in", what: this.#directory });
    } finally {
      this.adding.delete(id);
    }
  }

  async read({ id, size }: StoredMail, limit: number): Promise<Uint8Array | undefined> {
    return await this.#withFile(id, "read", (path) => limit < size ? readHead(path, limit) : Deno.readFile(path));
  }

  pathOf({ id }: StoredMail): string | undefined {
    const place = this.#places.get(id);
    return place && `${this.#directory}/${placePath(id, place)}`;
  }

  async setFlags(id: string, flags: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined> {
    return await this.#withFile(id, "rename", (path) => {
      // In `cur`, also without flags: a client has seen it.
      const there = place("cur", this.flags.write("", flags));
      renameFile(path, `${this.#directory}/${placePath(id, there)}`);
      this.#moved(id, there);
      return this.flags.read(there);
    });
  }

  link(id: string, from: FolderFiles, fromId: string, flags: ReadonlySet<string>): ReadonlySet<string> | undefined {
    if (!(from instanceof MaildirFiles)) return undefined;
    const place = this.#placeFor(flags);
    const target = `${this.#directory}/${placePath(id, place)}`;
    for (let tries = 0; tries < 3; tries++) {
      const source = from.#places.get(fromId);
      if (source === undefined) return undefined;
      try {
        linkOrCopy(`${from.#directory}/${placePath(fromId, source)}`, target);
        this.#moved(id, place);
        this.#dirty.add(part(place));
        return this.flags.read(place);
      } catch (error) {
        if (!isMissing(error)) throw fromSystem(error, { doing: "keep mail in", what: this.#directory });
      }
      from.relist();
      if (from.#places.get(fromId) === source) return undefined;
    }
    return undefined;
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.#withFile(id, "remove", (path) => {
      Deno.removeSync(path);
      return true;
    });
    this.#places.delete(id);
    return removed ?? false;
  }

  unlink(id: string): void {
    const place = this.#places.get(id);
    this.#places.delete(id);
    try {
      if (place !== undefined) Deno.removeSync(`${this.#directory}/${placePath(id, place)}`);
    } catch {
      // It is gone already.
    }
  }

  async flush(): Promise<void> {
    const parts = [...this.#dirty];
    this.#dirty.clear();
    await Promise.all(parts.map((part) => this.#syncs[part].sync()));
  }

  note(change: FolderChange): void {
    if ("removed" in change) this.#places.delete(change.mail.id);
    if (this.#folder) this.index.note(change, this.#folder);
  }

  /** Lists the maildir at once, and takes note of what was moved, changed or removed. */
  relist(): void {
    const known = [...this.#places.keys()];
    let found = listNow(this.#directory);
    // One may be renamed while the list is made: it is gone when two lists lack it.
    if (known.some((id) => !found.has(id))) found = new Map([...found, ...listNow(this.#directory)]);
    this.update(known, found, new Set());
  }

  /** Takes note of where messages are now, but for some; those that are known and not found are gone. */
  update(known: readonly string[], found: ReadonlyMap<string, string>, but: ReadonlySet<string> = this.touched): void {
    for (const id of known) {
      if (but.has(id) || !this.#places.has(id)) continue;
      const place = found.get(id);
      if (place === undefined) {
        this.#places.delete(id);
        this.#folder?.lost(id);
      } else if (place !== this.#places.get(id)) {
        this.#places.set(id, place);
        this.#folder?.flagged(id, this.flags.read(place));
      }
    }
  }

  /** Lets go of the index. */
  close(): void {
    this.facts.flush();
    if (this.#folder) this.index.close(this.#folder.uidNext);
  }

  #placeFor(flags: ReadonlySet<string>): string {
    return flags.size === 0 ? place("new", "") : place("cur", this.flags.write("", flags));
  }

  #moved(id: string, place: string): void {
    this.#places.set(id, place);
    this.touched.add(id);
  }

  /** Does something with the file of a message, also where another program has moved it; undefined when it is gone. */
  async #withFile<T>(id: string, doing: string, use: (path: string) => Promise<T> | T): Promise<T | undefined> {
    for (let tries = 0; tries < 3; tries++) {
      const place = this.#places.get(id);
      if (place === undefined) return undefined;
      const path = `${this.#directory}/${placePath(id, place)}`;
      try {
        return await use(path);
      } catch (error) {
        if (!isMissing(error)) throw fromSystem(error, { doing, what: path });
      }
      if (this.#places.get(id) !== place) continue;
      try {
        this.relist();
      } catch {
        // Without the maildir there is no message either.
        this.#folder?.lost(id);
      }
    }
    return undefined;
  }
}

function part(place: string): "new" | "cur" {
  return place.startsWith("new/") ? "new" : "cur";
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound;
}
