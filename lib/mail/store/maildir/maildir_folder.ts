import { syncFolder, SystemError, TimeSlice } from "../../../core/mod.ts";
import { dirname } from "../../../deps/std/path.ts";
import { Folder, type FolderShare } from "../folder/folder.ts";
import type { StoredMail } from "../types.ts";
import { IndexFile } from "./index_file.ts";
import { placePath } from "./place.ts";
import { lookInto, sweep } from "./look_into.ts";
import { MaildirFiles } from "./maildir_files.ts";
import { listMaildir, MaildirStamp } from "./maildir_listing.ts";

/** Ids in the order in which they were made: 9 before 10. */
const IN_ORDER = new Intl.Collator("en", { numeric: true });

/** Options of a folder in a maildir. */
export interface MaildirFolderOptions extends FolderShare {
  /** Whether its index is kept open and locked. */
  readonly keepOpen?: boolean;
  /** Returns a message that is known already. */
  readonly known?: (id: string) => StoredMail | undefined;
}

/** A folder whose messages are in a maildir, which other programs may change. */
export class MaildirFolder extends Folder {
  readonly #files: MaildirFiles;
  readonly #known: (id: string) => StoredMail | undefined;
  readonly #stamp = new MaildirStamp();
  #following: Promise<void> = Promise.resolve();
  #closed = false;

  /** Creates a folder without messages, for a maildir that exists. */
  constructor(
    name: string,
    directory: string,
    { keepOpen = false, known = () => undefined, ...share }: MaildirFolderOptions,
  ) {
    const files = new MaildirFiles(directory, new IndexFile(directory, keepOpen));
    super(name, files, share);
    this.#files = files;
    this.#known = known;
    files.attach(this);
  }

  /** Opens a maildir, and creates it if it is missing. What killed programs have left in `tmp` is removed. */
  static async open(name: string, directory: string, options: MaildirFolderOptions): Promise<MaildirFolder> {
    makeMaildir(directory);
    // Folders that were just made have to last as well.
    for (const path of [directory, dirname(directory)]) await syncFolder(path);
    await sweep(`${directory}/tmp`);
    const folder = new MaildirFolder(name, directory, options);
    try {
      await folder.#load();
      return folder;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  /** Creates a maildir if it is missing, with a folder that has no messages. */
  static make(name: string, directory: string, options: MaildirFolderOptions): MaildirFolder {
    makeMaildir(directory);
    return new MaildirFolder(name, directory, options);
  }

  /** Path of the maildir. */
  get directory(): string {
    return this.#files.directory;
  }

  set directory(path: string) {
    this.#files.directory = path;
    this.#stamp.forget();
  }

  /** The UIDs on the disk. */
  get index(): IndexFile {
    return this.#files.index;
  }

  /** Follows what other programs have done since the last call, if anything. */
  async follow(): Promise<void> {
    if (await this.#stamp.changed(this.directory)) {
      this.#following = this.#following.catch(() => {}).then(() => this.#closed ? undefined : this.#follow());
      await this.#following;
    }
  }

  /** Lets go of the maildir. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#following.catch(() => {});
    this.#files.close();
  }

  async #load(): Promise<void> {
    const { mails, next } = this.index.take();
    await this.#stamp.changed(this.directory);
    const found = await listMaildir(this.directory);
    this.reserve(next);
    for (const [uid, mail] of mails) {
      const { id } = mail;
      const place = found.get(id);
      if (place === undefined) {
        this.index.note({ removed: uid, mail }, this);
        continue;
      }
      this.#files.place(id, place);
      this.restore({ uid, mail: this.#known(id) ?? mail, flags: this.#files.flags.read(place) });
      found.delete(id);
    }
    await this.#addFound(found);
  }

  async #follow(): Promise<void> {
    this.#files.touched.clear();
    const known = [...this.#files.ids()];
    const found = await listMaildir(this.directory);
    // One may be renamed while the list is made: it is gone when two lists lack it.
    if (known.some((id) => !found.has(id))) {
      for (const [id, place] of await listMaildir(this.directory)) found.set(id, place);
    }
    this.#files.update(known, found);
    // One that cannot be read must not hide the others; it is tried again.
    await this.#addFound(found, () => this.#stamp.forget());
  }

  /** Puts in what is new among these, the oldest first; what is gone again is left out. */
  async #addFound(places: ReadonlyMap<string, string>, onUnreadable?: () => void): Promise<void> {
    const isNew = (id: string) => this.#files.placeOf(id) === undefined && !this.#files.adding.has(id);
    const left = [...places].filter(([id]) => isNew(id));
    const found: { mail: StoredMail; place: string }[] = [];
    const turns = new TimeSlice();
    for (const [id, place] of left) {
      try {
        found.push({ mail: this.#known(id) ?? lookInto(`${this.directory}/${placePath(id, place)}`, id), place });
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) continue;
        if (!onUnreadable) throw error;
        onUnreadable();
      }
      if (turns.due) await turns.pass();
    }
    found.sort((a, b) => a.mail.received - b.mail.received || IN_ORDER.compare(a.mail.id, b.mail.id));
    for (const { mail, place } of found) {
      if (!isNew(mail.id)) continue;
      this.#files.place(mail.id, place);
      this.put(mail, this.#files.flags.read(place));
    }
  }
}

function makeMaildir(directory: string): void {
  for (const name of ["tmp", "new", "cur"]) {
    const path = `${directory}/${name}`;
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    // Mail would be written to wherever a link leads.
    if (!Deno.lstatSync(path).isDirectory) {
      throw new SystemError(`${path} is not a folder`, { code: "not-a-directory", operation: "write" });
    }
  }
}
