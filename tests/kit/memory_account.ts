import type { FolderChange, FolderMail, MailAccount, MailFolder } from "../../lib/mail/imap/server/needs.ts";
class Folder implements MailFolder {
  name: string;
  uidValidity = 1;
  uidNext = 1;
  #all = new Map<number, { mail: FolderMail; bytes: Uint8Array }>();
  #watchers = new Set<(change: FolderChange) => void>();
  constructor(name: string) {
    this.name = name;
  }
  get messages() {
    return [...this.#all.values()].map(({ mail }) => mail);
  }
  get count() {
    return this.#all.size;
  }
  get(uid: number) {
    return this.#all.get(uid)?.mail;
  }
  read(uid: number, limit = Infinity) {
    return Promise.resolve(this.#all.get(uid)?.bytes.subarray(0, limit));
  }
  #tell(change: FolderChange) {
    for (const one of this.#watchers) one(change);
  }
  setFlags(uid: number, flags: Iterable<string>) {
    const found = this.#all.get(uid);
    if (!found) return Promise.resolve(undefined);
    const mail = { ...found.mail, flags: new Set(flags) };
    this.#all.set(uid, { ...found, mail });
    this.#tell({ flags: mail });
    return Promise.resolve(mail);
  }
  append(pieces: readonly Uint8Array[], options: { flags?: Iterable<string>; received?: number } = {}) {
    const bytes = new Uint8Array(pieces.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const one of pieces) {
      bytes.set(one, at);
      at += one.length;
    }
    const uid = this.uidNext++;
    const mail: FolderMail = {
      uid,
      flags: new Set(options.flags ?? []),
      mail: { id: crypto.randomUUID(), from: "", to: [], received: options.received ?? Date.now(), size: bytes.length },
    };
    this.#all.set(uid, { mail, bytes });
    this.#tell({ added: mail });
    return Promise.resolve(mail);
  }
  async copy(uids: readonly number[], to: MailFolder) {
    const map = new Map<number, number>();
    for (const uid of uids) {
      const found = this.#all.get(uid);
      if (!found) continue;
      const { flags, mail: { received } } = found.mail;
      map.set(uid, (await to.append([found.bytes], { flags, received })).uid);
    }
    return map;
  }
  async move(uids: readonly number[], to: MailFolder) {
    const map = await this.copy(uids, to);
    await this.remove([...map.keys()]);
    return map;
  }
  remove(uids: readonly number[]) {
    const gone = uids.filter((uid) => this.#all.delete(uid));
    for (const removed of gone) this.#tell({ removed });
    return Promise.resolve(gone);
  }
  watch(watcher: (change: FolderChange) => void) {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }
}
export class Account implements MailAccount {
  #folders = new Map<string, Folder>([["INBOX", new Folder("INBOX")]]);
  subscribed = new Set<string>(["INBOX"]);
  get inbox() {
    return this.#folders.get("INBOX")!;
  }
  folders() {
    return [...this.#folders.keys()];
  }
  folder(name: string) {
    return this.#folders.get(name);
  }
  create(name: string) {
    const folder = new Folder(name);
    this.#folders.set(name, folder);
    return Promise.resolve(folder);
  }
  delete(name: string) {
    return Promise.resolve(this.#folders.delete(name));
  }
  rename(from: string, to: string) {
    for (const [name, folder] of [...this.#folders]) {
      if (name !== from && !name.startsWith(`${from}/`)) continue;
      this.#folders.delete(name);
      folder.name = to + name.slice(from.length);
      this.#folders.set(folder.name, folder);
    }
    return Promise.resolve(true);
  }
  subscribe(name: string, on: boolean) {
    if (on) this.subscribed.add(name);
    else this.subscribed.delete(name);
    return Promise.resolve();
  }
}
