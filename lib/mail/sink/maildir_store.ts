import { createOwnFile, fromSystem, syncFolder, SystemError, writeAll, writeAllSync } from "../../core/mod.ts";
import { dirname } from "../../deps/path.ts";
import { Changes } from "./changes.ts";
import { isMailId, newMailId } from "./mail_id.ts";
import { fill, lookInto, openFolder, sweep } from "./maildir_files.ts";
import type { MailChange, MailEnvelope, MailStore, StoredMail } from "./types.ts";

/** How many files are looked into at once when a maildir is opened. */
const AT_ONCE = 32;
const SMALL = 256 * 1024;
/** Ids in the order in which they were made: 9 before 10. */
const IN_ORDER = new Intl.Collator("en", { numeric: true });

/**
 * Keeps messages in a maildir: written to `tmp`, synced, renamed into `new`, and that folder synced: what was promised
 * is on the disk. Messages that are there already, also those that another program has moved to `cur`, are there from the start.
 *
 * Needs read and write permission for the folder.
 */
export class MaildirStore implements MailStore {
  readonly #directory: string;
  readonly #folder?: Deno.FsFile;
  readonly #mails = new Map<string, { readonly mail: StoredMail; readonly path: string }>();
  readonly #changes = new Changes();
  #bytes = 0;
  #syncing?: Promise<void>;
  #nextSync?: Promise<void>;

  private constructor(directory: string, folder?: Deno.FsFile) {
    this.#directory = directory;
    this.#folder = folder;
  }

  /**
   * Opens a maildir, and makes it if it is not there. What was left in `tmp` by those who were killed is taken away.
   *
   * @throws {SystemError} When it cannot be made, read or written.
   */
  static async open(directory: string): Promise<MaildirStore> {
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
        await store.#load();
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

  /** How many there are. */
  get count(): number {
    return this.#mails.size;
  }

  /** How often it has changed. */
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
    try {
      const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
      await writeSynced(temporary, pieces, size);
      Deno.renameSync(temporary, path);
      await this.#syncFolder();
      const mail: StoredMail = { ...envelope, id, received: Date.now(), size };
      this.#put(mail, path);
      this.#changes.tell({ added: mail });
      return mail;
    } catch (error) {
      await Promise.all([temporary, path].map((file) => Deno.remove(file).catch(() => {})));
      throw fromSystem(error, { doing: "keep mail in", what: this.#directory });
    }
  }

  /** The message of this id. */
  get(id: string): StoredMail | undefined {
    return this.#mails.get(id)?.mail;
  }

  /** The bytes of a message, or so many from its beginning. */
  async read(id: string, limit = Infinity): Promise<Uint8Array | undefined> {
    const found = this.#mails.get(id);
    if (!found) return undefined;
    try {
      return limit < found.mail.size ? await readHead(found.path, limit) : await Deno.readFile(found.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw fromSystem(error, { doing: "read", what: found.path });
      // Another program has taken it away.
      this.#forget(id);
      return undefined;
    }
  }

  /** Takes a message away. */
  async remove(id: string): Promise<boolean> {
    const found = this.#mails.get(id);
    if (!found) return false;
    try {
      await Deno.remove(found.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw fromSystem(error, { doing: "remove", what: found.path });
    }
    this.#forget(id);
    return true;
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

  async #load(): Promise<void> {
    const paths: { path: string; id: string }[] = [];
    for (const name of ["new", "cur"]) {
      for await (const entry of Deno.readDir(`${this.#directory}/${name}`)) {
        if (entry.isFile && isMailId(entry.name)) {
          paths.push({ path: `${this.#directory}/${name}/${entry.name}`, id: entry.name });
        }
      }
    }
    const found: { mail: StoredMail; path: string }[] = [];
    const next = async () => {
      for (let one = paths.pop(); one; one = paths.pop()) {
        found.push({ mail: await lookInto(one.path, one.id), path: one.path });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    found.sort((a, b) => a.mail.received - b.mail.received || IN_ORDER.compare(a.mail.id, b.mail.id));
    for (const { mail, path } of found) this.#put(mail, path);
  }
}

/** What is small is in the system's cache in less time than another thread takes to be asked for it. */
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
