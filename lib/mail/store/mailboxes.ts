import { SystemError } from "../../core/errors/errors.ts";
import type { Account } from "./account.ts";
import type { FolderFiles } from "./folder/files.ts";
import { NO_FLAGS } from "./folder/flags.ts";
import type { FolderMail, StoredMail } from "./types.ts";

/** Accounts; recipients beyond them have none. */
const MAX_ACCOUNTS = 10_000;

/** The accounts of recipients, by their addresses. Each inbox has the messages to its address. */
export class Mailboxes {
  readonly #accounts = new Map<string, Account>();
  readonly #dirty = new Set<FolderFiles>();
  readonly #make: (address: string) => Account;

  readonly #delivered: (account: Account, uid: number) => void;

  /** Makes accounts as they are asked for; `delivered` is told the UID of each message of the store that was delivered. */
  constructor(make: (address: string) => Account, delivered: (account: Account, uid: number) => void = () => {}) {
    this.#make = make;
    this.#delivered = delivered;
  }

  /** All accounts. */
  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts;
  }

  /** Takes in an account that is there. */
  take(address: string, account: Account): void {
    this.#accounts.set(address, account);
  }

  /**
   * The account of an address, in any case.
   *
   * @throws {SystemError} `store-full` and the like.
   */
  account(user: string): Account {
    const address = user.toLowerCase();
    const known = this.#accounts.get(address);
    if (known) return known;
    if (this.#accounts.size >= MAX_ACCOUNTS) {
      const message = `cannot create mailbox ${JSON.stringify(address)}: there are ${MAX_ACCOUNTS} already`;
      throw new SystemError(message, { code: "store-full", operation: "create" });
    }
    const made = this.#make(address);
    this.#accounts.set(address, made);
    return made;
  }

  /** Puts a message into the inboxes of its recipients. */
  deliver({ uid, mail }: FolderMail, from: FolderFiles): void {
    for (const address of recipients(mail)) this.deliverTo(address, uid, mail, from);
  }

  /** Puts a message into the inbox of a recipient, unless that had it, by the UIDs up to which accounts have had all. */
  deliverTo(
    address: string,
    uid: number,
    mail: StoredMail,
    from: FolderFiles,
    before?: ReadonlyMap<Account, number>,
  ): void {
    try {
      const account = this.account(address);
      const { inbox } = account;
      if (uid <= (before?.get(account) ?? 0) || inbox.find(mail.id)) return;
      if (!inbox.files.link(mail.id, from, mail.id, NO_FLAGS)) return;
      this.#dirty.add(inbox.files);
      inbox.put(mail);
      this.#delivered(account, uid);
    } catch {
      // The message is in the list in any case.
    }
  }

  /** Resolves when what was delivered is durable. */
  async flush(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    await Promise.all(dirty.map((files) => files.flush()));
  }

  /** Removes a message from the inboxes of its recipients. */
  async purge(mail: StoredMail): Promise<void> {
    for (const address of recipients(mail)) {
      const inbox = this.#accounts.get(address)?.inbox;
      const found = inbox?.find(mail.id);
      if (found) await inbox?.remove([found.uid]);
    }
  }
}

/** The addresses of the recipients, in lower case and each once. */
export function recipients({ to }: StoredMail): ReadonlySet<string> {
  return new Set(to.map((address) => address.toLowerCase()));
}
