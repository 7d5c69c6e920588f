import { SystemError, UsageError } from "../../core/errors/errors.ts";
import type { Folder } from "./folder/folder.ts";
import { folderName, isBelow } from "./folder/names.ts";
import type { MailAccount, MailFolder } from "./types.ts";

/** Storage of the folders of an account. */
export interface FolderSpace {
  /** Creates a folder. */
  create(name: string): Promise<Folder> | Folder;
  /** Deletes a folder with what is in it. */
  delete(folder: Folder): Promise<void> | void;
  /** Gives a folder another name. */
  rename(folder: Folder, to: string): Promise<void> | void;
  /** Stores the names of the subscribed folders. */
  subscribe(names: ReadonlySet<string>): Promise<void> | void;
}

const MAX_FOLDERS = 1000;

/** The folders of a user. */
export class Account implements MailAccount {
  readonly inbox: Folder;
  readonly #space: FolderSpace;
  readonly #folders = new Map<string, Folder>();
  readonly #subscribed: Set<string>;

  /** Creates an account with one folder. */
  constructor(inbox: Folder, space: FolderSpace, subscribed: Iterable<string> = ["INBOX"]) {
    this.inbox = inbox;
    this.#space = space;
    this.#folders.set(inbox.name, inbox);
    this.#subscribed = new Set([...subscribed].slice(0, MAX_FOLDERS));
  }

  get subscribed(): ReadonlySet<string> {
    return this.#subscribed;
  }

  folders(): readonly string[] {
    const names = [...this.#folders.keys()].filter((name) => name !== this.inbox.name);
    return [this.inbox.name, ...names.sort()];
  }

  folder(name: string): Folder | undefined {
    return this.#folders.get(name) ?? this.#folders.get(name.replace(/^inbox(?=\/|$)/i, "INBOX"));
  }

  /** All folders. */
  all(): Iterable<Folder> {
    return this.#folders.values();
  }

  /** Takes in a folder that is there. */
  take(folder: Folder): void {
    this.#folders.set(folder.name, folder);
  }

  /** Takes note that a folder is not there any more. */
  drop(folder: Folder): void {
    this.#folders.delete(folder.name);
    folder.empty();
  }

  async create(name: string): Promise<MailFolder> {
    const free = this.#free(name);
    if (this.#folders.size >= MAX_FOLDERS) {
      const message = `cannot create folder ${JSON.stringify(free)}: there are ${MAX_FOLDERS} already`;
      throw new SystemError(message, { code: "store-full", operation: "create" });
    }
    const folder = await this.#space.create(free);
    this.#folders.set(free, folder);
    return folder;
  }

  async delete(name: string): Promise<boolean> {
    const folder = this.folder(name);
    if (!folder || folder === this.inbox) return false;
    this.#folders.delete(folder.name);
    await this.#space.delete(folder);
    folder.empty();
    return true;
  }

  async rename(from: string, to: string): Promise<boolean> {
    const folder = this.folder(from);
    if (!folder) return false;
    const free = this.#free(to);
    if (folder === this.inbox) {
      const made = await this.create(free);
      await folder.move(folder.messages.map(({ uid }) => uid), made);
      return true;
    }
    if (isBelow(free, folder.name)) {
      throw new UsageError(`cannot rename folder ${JSON.stringify(folder.name)}: the new name is below it`, {
        code: "invalid-folder-name",
      });
    }
    const old = folder.name;
    const below = [...this.#folders.values()].filter(({ name }) => isBelow(name, old));
    const names = [folder, ...below].map((one) => [one, this.#free(free + one.name.slice(old.length))] as const);
    for (const [one, name] of names) {
      await this.#space.rename(one, name);
      this.#folders.delete(one.name);
      one.name = name;
      this.#folders.set(name, one);
    }
    return true;
  }

  async subscribe(name: string, on: boolean): Promise<void> {
    const valid = folderName(name);
    if (on && this.#subscribed.size >= MAX_FOLDERS) {
      throw new SystemError("too many folders are subscribed", { code: "store-full", operation: "subscribe" });
    }
    if (on) this.#subscribed.add(valid);
    else this.#subscribed.delete(valid);
    await this.#space.subscribe(this.#subscribed);
  }

  /** Checks a name for a new folder. */
  #free(text: string): string {
    const name = folderName(text);
    if (!this.#folders.has(name)) return name;
    throw new UsageError(`cannot create folder ${JSON.stringify(name)}: it exists`, { code: "folder-exists" });
  }
}
