import type { Account } from "./account.ts";
import type { MailFacts } from "../index/facts.ts";
import type { MailParser } from "../worker/parser.ts";
import { Changes } from "./changes.ts";
import type { Quota } from "./folder/quota.ts";
import type { Mailboxes } from "./mailboxes.ts";
import type { TextStorage } from "./texts.ts";
import type { FolderMail, MailAccount, MailChange, MailEnvelope, MailStore, StoredMail } from "./types.ts";

const SEEN = "\\Seen";

/** Parts of a {@link Store}. */
export interface StoreParts {
  /** The account whose inbox has all messages. */
  readonly root: Account;
  /** The accounts of recipients, if each has its own. */
  readonly mailboxes?: Mailboxes;
  /** Counts all messages. */
  readonly quota: Quota;
  /** Parses messages. */
  readonly parser: MailParser;
  /** Storage of the searchable texts of messages, if there is one. */
  readonly texts?: TextStorage;
  /** Lets go of what it uses. */
  readonly close: () => Promise<void>;
}

/** Store of messages: the inbox of one account, which the inboxes of recipients are views of. */
export class Store implements MailStore {
  /** Storage of the searchable texts of its messages. */
  readonly texts?: TextStorage;
  /** Parses its messages. */
  readonly parser: MailParser;
  readonly #root: Account;
  readonly #mailboxes?: Mailboxes;
  readonly #quota: Quota;
  readonly #close: () => Promise<void>;
  readonly #changes = new Changes<MailChange>();
  readonly #purges = new Set<Promise<void>>();
  #seen?: readonly FolderMail[];
  #list: readonly StoredMail[] = [];

  /** Creates a store of these parts. */
  constructor({ root, mailboxes, quota, parser, texts, close }: StoreParts) {
    this.texts = texts;
    this.parser = parser;
    this.#root = root;
    this.#mailboxes = mailboxes;
    this.#quota = quota;
    this.#close = close;
    const { inbox } = root;
    inbox.watch((change) => {
      if ("added" in change) {
        const { mail } = change.added;
        mailboxes?.deliver(change.added, inbox.files);
        this.#changes.tell({ added: mail });
      } else if ("removed" in change) {
        if (mailboxes) this.#purge(mailboxes, change.mail);
        this.#changes.tell({ removed: change.mail.id });
      } else this.#changes.tell();
    });
  }

  get messages(): readonly StoredMail[] {
    const { messages } = this.#root.inbox;
    if (this.#seen !== messages) {
      this.#seen = messages;
      this.#list = messages.map(({ mail }) => mail);
    }
    return this.#list;
  }

  get count(): number {
    return this.#root.inbox.count;
  }

  get version(): number {
    return this.#changes.count;
  }

  get bytes(): number {
    return this.#quota.bytes;
  }

  add(envelope: MailEnvelope, pieces: readonly Uint8Array[]): Promise<StoredMail> | StoredMail {
    const added = this.#root.inbox.deliver(envelope, pieces);
    if (!(added instanceof Promise)) return added.mail;
    return added.then(async ({ mail }) => {
      await this.#mailboxes?.flush();
      return mail;
    });
  }

  get(id: string): StoredMail | undefined {
    return this.#root.inbox.find(id)?.mail;
  }

  async read(id: string, limit = Infinity): Promise<Uint8Array | undefined> {
    const mail = this.get(id);
    return mail && await this.#root.inbox.files.read(mail, limit);
  }

  async parsed(id: string): Promise<MailFacts | undefined> {
    const { inbox } = this.#root;
    const found = inbox.find(id);
    return found && await inbox.facts.get(found);
  }

  /** Whether there is something to return by {@link parsed} at once. */
  isParsed(id: string): boolean {
    const { inbox } = this.#root;
    const found = inbox.find(id);
    return found !== undefined && inbox.facts.has(found);
  }

  /** Stores what was read of a message, as `packFacts` makes it. */
  putFacts(id: string, packed: string): void {
    const { inbox } = this.#root;
    const found = inbox.find(id);
    if (found) inbox.facts.put(found, packed);
  }

  /** Returns the path of the file of a message, if it has one. */
  pathOf(mail: StoredMail): string | undefined {
    return this.#root.inbox.files.pathOf(mail);
  }

  async remove(id: string): Promise<boolean> {
    const { inbox } = this.#root;
    const found = inbox.find(id);
    if (!found) return false;
    const [removed] = await inbox.remove([found.uid]);
    await Promise.all(this.#purges);
    return removed !== undefined;
  }

  isSeen(id: string): boolean {
    return this.#root.inbox.find(id)?.flags.has(SEEN) === true;
  }

  async markSeen(ids: Iterable<string>, seen: boolean): Promise<number> {
    const { inbox } = this.#root;
    let changed = 0;
    for (const id of ids) {
      const found = inbox.find(id);
      if (!found || found.flags.has(SEEN) === seen) continue;
      const flags = seen ? [...found.flags, SEEN] : [...found.flags].filter((flag) => flag !== SEEN);
      if (await inbox.setFlags(found.uid, flags)) changed++;
    }
    return changed;
  }

  changed(signal?: AbortSignal): Promise<void> {
    return this.#changes.next(signal);
  }

  watch(watcher: (change: MailChange) => void): () => void {
    return this.#changes.watch(watcher);
  }

  account(user?: string): MailAccount {
    return user === undefined || !this.#mailboxes ? this.#root : this.#mailboxes.account(user);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#purges);
    this.parser[Symbol.dispose]();
    await this.#close();
    this.#changes.tell();
  }

  #purge(mailboxes: Mailboxes, mail: StoredMail): void {
    // The message is removed from the list in any case.
    const purge = mailboxes.purge(mail).catch(() => {}).finally(() => this.#purges.delete(purge));
    this.#purges.add(purge);
  }
}
