import {
  createOwnFile,
  fromSystem,
  renameFile,
  syncFolder,
  SystemError,
  writeAll,
  writeAllSync,
} from "../../../core/mod.ts";
import { dirname } from "../../../deps/std/path.ts";
import { Changes } from "../changes.ts";
import { newMailId } from "../mail_id.ts";
import type { StoreOptions } from "../options.ts";
import { fill, lookInto, openFolder, sweep } from "./maildir_files.ts";
import { listMaildir, MaildirStamp } from "./maildir_listing.ts";
import type { MailAccount, MailChange, MailEnvelope, MailStore, StoredMail } from "../types.ts";

/** Number of files that are read at the same time when a maildir is opened. */
const AT_ONCE = 32;
/** Interval between checks of the folder, and the wait after a slow listing as a multiple of its duration. */
const INTERVAL_MS = 1000;
const LISTING_SHARE = 20;
const SMALL = 256 * 1024;
/** Ids in the order in which they were made: 9 before 10. */
const IN_ORDER = new Intl.Collator("en", { numeric: true });

/**
 * Keeps messages in a maildir: written to `tmp`, synced, renamed into `new`, and that folder synced: what was promised
 * is on the disk. Messages that are there already, also those that another program has moved to `cur`, are there from the start. What other programs do later (deliver, move to
 * `cur`, set flags, delete) is followed within a second or so; a message keeps its id then.
 *
 * Needs read and write permission for the folder.
 */
export class MaildirStore implements MailStore {
  readonly #directory: string;
  readonly #folder?: Deno.FsFile;
  readonly #mails = new Map<string, { readonly mail: StoredMail; readonly path: string }>();
  readonly #changes = new Changes<MailChange>();
  #bytes = 0;
  #syncing?: Promise<void>;
  #nextSync?: Promise<void>;
  /** Ids of messages that are being stored: they are in the folder before they are known here. */
  readonly #adding = new Set<string>();
  readonly #stamp = new MaildirStamp();
  #listing: Promise<void> = Promise.resolve();
  #timer?: ReturnType<typeof setTimeout>;
  #closed = false;

  private constructor(directory: string, folder?: Deno.FsFile) {
    this.#directory = directory;
    this.#folder = folder;
  }

  /**
   * Opens a maildir, and makes it if it is not there. What was left in `tmp` by those who were killed is taken away.
   *
   * @throws {SystemError} When it cannot be made, read or written.
   */
  static async open(directory: string, _options?: StoreOptions): Promise<MaildirStore> {
    try {
      for (const name of ["tmp", "new", "cur"]) {
        const path = `${directory}/${name}`;
        await Deno.mkdir(path, { recursive: true, mode: 0o700 });
        // Mail would be written to wherever a link leads.
        if (!Deno.lstatSync(path).isDirectory) {
          throw new SystemError(`${path} is not a folder`, { code: "not-a-directory", operation: "write" });
        }
      }
      // Folders that were just made have to last as well.
      for (const path of [directory, dirname(directory)]) await syncFolder(path);
      await sweep(`${directory}/tmp`);
      const store = new MaildirStore(directory, await openFolder(`${directory}/new`));
      try {
        await store.#stamp.changed(directory);
        await store.#addFound(await listMaildir(directory));
        store.#watchFolder();
        return store;
      } catch (error) {
        store.#folder?.close();
        throw error;
      }
    } catch (error) {
      throw fromSystem(error, { doing: "keep mail in", what: directory });
    }
  }

  /** All messages, the oldest first. */
  get messages(): readonly StoredMail[] {
    return [...this.#mails.values()].map(({ mail }) => mail);
  }

  /** Number of messages. */
  get count(): number {
    return this.#mails.size;
  }

  /** Number of changes. */
  get version(): number {
    return this.#changes.count;
  }

  /** Bytes of all of them. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Keeps a message; it is on the disk when the promise resolves.
   *
   * @throws {SystemError} `disk-full` and the like; nothing is left of it then.
   */
  async add(envelope: MailEnvelope, pieces: readonly Uint8Array[]): Promise<StoredMail> {
    const id = newMailId();
    const temporary = `${this.#directory}/tmp/${id}`;
    const path = `${this.#directory}/new/${id}`;
    this.#adding.add(id);
    try {
      const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
      await writeSynced(temporary, pieces, size);
      renameFile(temporary, path);
      await this.#syncFolder();
      const mail: StoredMail = { ...envelope, id, received: Date.now(), size };
      this.#put(mail, path);
      this.#changes.tell({ added: mail });
      return mail;
    } catch (error) {
      await Promise.all([temporary, path].map((file) => Deno.remove(file).catch(() => {})));
      throw fromSystem(error, { doing: "keep mail in", what: this.#directory });
    } finally {
      this.#adding.delete(id);
    }
  }

  /** The message of this id. */
  get(id: string): StoredMail | undefined {
    return this.#mails.get(id)?.mail;
  }

  /** Returns the bytes of a message, at most `limit`. */
  async read(id: string, limit = Infinity): Promise<Uint8Array | undefined> {
    return await this.#withFile(id, "read", (path, { size }) => {
      return limit < size ? readHead(path, limit) : Deno.readFile(path);
    });
  }

  /** Takes a message away. */
  async remove(id: string): Promise<boolean> {
    const removed = await this.#withFile(id, "remove", async (path) => {
      await Deno.remove(path);
      return true;
    });
    this.#forget(id);
    return removed ?? false;
  }

  /** Does something with the file of a message, also where another program has moved it; nothing when it is gone. */
  async #withFile<T>(
    id: string,
    doing: string,
    use: (path: string, mail: StoredMail) => Promise<T>,
  ): Promise<T | undefined> {
    for (let tries = 0; tries < 3; tries++) {
      const found = this.#mails.get(id);
      if (!found) return undefined;
      try {
        return await use(found.path, found.mail);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw fromSystem(error, { doing, what: found.path });
      }
      // Without the folder there is no message either.
      await this.#refresh().catch(() => this.#forget(id));
    }
    return undefined;
  }

  /** Folders are still to come. */
  account(): MailAccount {
    throw new SystemError("a maildir has no folders yet", { code: "unsupported", operation: "open" });
  }

  /** Calls for each change from now on. */
  watch(watcher: (change: MailChange) => void): () => void {
    return this.#changes.watch(watcher);
  }

  /** Resolves with the next change, or when the signal fires. */
  changed(signal?: AbortSignal): Promise<void> {
    return this.#changes.next(signal);
  }

  /** Lets go of the folder; the messages stay. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#listing.catch(() => {});
    await this.#syncing?.catch(() => {});
    await this.#nextSync?.catch(() => {});
    this.#folder?.close();
    this.#changes.tell();
  }

  #put(mail: StoredMail, path: string): void {
    this.#mails.set(mail.id, { mail, path });
    this.#bytes += mail.size;
  }

  #forget(id: string): void {
    this.#bytes -= this.#mails.get(id)?.mail.size ?? 0;
    if (this.#mails.delete(id)) this.#changes.tell({ removed: id });
  }

  /** Those who come while the folder is being synced share the next time: it is one for all of them. */
  #syncFolder(): Promise<void> {
    if (this.#nextSync) return this.#nextSync;
    const start = async () => {
      await this.#syncing?.catch(() => {});
      this.#nextSync = undefined;
      this.#syncing = this.#folder?.sync();
      await this.#syncing;
    };
    return this.#nextSync = start();
  }

  /** Puts in what is new among these, the oldest first; what is gone again is left out. */
  async #addFound(paths: ReadonlyMap<string, string>, onUnreadable?: () => void): Promise<void> {
    const left = [...paths].filter(([id]) => !this.#mails.has(id) && !this.#adding.has(id));
    const found: { mail: StoredMail; path: string }[] = [];
    const next = async () => {
      for (let one = left.pop(); one; one = left.pop()) {
        const [id, path] = one;
        try {
          found.push({ mail: await lookInto(path, id), path });
        } catch (error) {
          if (error instanceof Deno.errors.NotFound) continue;
          if (!onUnreadable) throw error;
          onUnreadable();
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    found.sort((a, b) => a.mail.received - b.mail.received || IN_ORDER.compare(a.mail.id, b.mail.id));
    for (const { mail, path } of found) {
      this.#put(mail, path);
      this.#changes.tell({ added: mail });
    }
  }

  /** Follows what other programs have done. A message is gone when two listings lack it: one may be made while it is renamed. */
  async #follow(): Promise<void> {
    const known = [...this.#mails.keys()];
    const paths = await listMaildir(this.#directory);
    const missing = known.filter((id) => !paths.has(id));
    if (missing.length > 0) {
      for (const [id, path] of await listMaildir(this.#directory)) paths.set(id, path);
    }
    for (const id of known) {
      const mail = this.#mails.get(id)?.mail;
      const path = paths.get(id);
      if (mail && path !== undefined) this.#mails.set(id, { mail, path });
      else if (mail) this.#forget(id);
    }
    // One that cannot be read must not hide the others; it is tried again.
    await this.#addFound(paths, () => this.#stamp.forget());
  }

  /** Looks whether the folder has changed, at the earliest after an interval; a large one is listed less often. */
  #watchFolder(wait = INTERVAL_MS): void {
    if (this.#closed) return;
    this.#timer = setTimeout(async () => {
      const start = performance.now();
      try {
        if (await this.#stamp.changed(this.#directory)) await this.#refresh();
      } catch {
        // It is not there, or not readable, for now: what is known stays.
      }
      this.#watchFolder(Math.max(INTERVAL_MS, LISTING_SHARE * (performance.now() - start)));
    }, wait);
  }

  /** Lists the folder as it is now, not as it was when a listing began that is still under way. */
  #refresh(): Promise<void> {
    const listing = this.#listing.catch(() => {}).then(() => this.#closed ? undefined : this.#follow());
    this.#listing = listing;
    return listing;
  }
}

/** Writes and synchronizes a file. A small one is written synchronously, which takes less time than another thread. */
async function writeSynced(path: string, pieces: readonly Uint8Array[], size: number): Promise<void> {
  using file = createOwnFile(path, { mode: 0o600 });
  for (const piece of pieces) {
    if (size > SMALL) await writeAll(file, piece);
    else writeAllSync(file, piece);
  }
  await file.sync();
}

async function readHead(path: string, limit: number): Promise<Uint8Array> {
  using file = await Deno.open(path);
  return await fill(file, new Uint8Array(limit));
}
