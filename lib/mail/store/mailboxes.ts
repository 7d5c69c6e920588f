import type { Account } from "./account.ts";
import type { FolderFiles } from "./folder/files.ts";
import { NO_FLAGS } from "./folder/flags.ts";
import type { StoredMail } from "./types.ts";

/** Accounts without anything in them that are remembered: a client may try any name. */
const MAX_EMPTY = 10_000;

/** The accounts of recipients, by their addresses. Each inbox has the messages to its address. */
export class Mailboxes {
  readonly #accounts = new Map<string, Account>();
  readonly #make: (address: string) => Account;

  /** Makes accounts as they are asked for. */
  constructor(make: (address: string) => Account) {
    this.#make = make;
  }

  /** All accounts. */
  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts;
  }

  /** Takes in an account that is there. */
  take(address: string, account: Account): void {
    this.#accounts.set(address, account);
  }

  /** The account of an address, in any case. */
  account(user: string): Account {
    const address = user.toLowerCase();
    const known = this.#accounts.get(address);
    if (known) return known;
    if (this.#accounts.size >= MAX_EMPTY) this.#forgetEmpty();
    const made = this.#make(address);
    this.#accounts.set(address, made);
    return made;
  }

  /** Puts a message into the inboxes of its recipients. */
  deliver(mail: StoredMail, from: FolderFiles): void {
    for (const address of recipients(mail)) this.put(this.account(address), mail, from);
  }

  /** Puts a message into the inbox of an account. */
  put({ inbox }: Account, mail: StoredMail, from: FolderFiles): void {
    if (inbox.find(mail.id)) return;
    if (inbox.files.link(mail.id, from, mail.id, NO_FLAGS)) inbox.put(mail);
  }

  /** Removes a message from the inboxes of its recipients. */
  async purge(mail: StoredMail): Promise<void> {
    for (const address of recipients(mail)) {
      const inbox = this.#accounts.get(address)?.inbox;
      const found = inbox?.find(mail.id);
      if (found) await inbox?.remove([found.uid]);
    }
  }

  #forgetEmpty(): void {
    for (const [address, account] of this.#accounts) {
      if (account.isEmpty) this.#accounts.delete(address);
    }
  }
}

/** The addresses of the recipients, in lower case and each once. */
export function recipients({ to }: StoredMail): ReadonlySet<string> {
  return new Set(to.map((address) => address.toLowerCase()));
}
