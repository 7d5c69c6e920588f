import type { LineClient } from "../../../core/lines/server/types.ts";
import type { FolderMail, MailFolder } from "../../store/types.ts";
import type { Pop3Host } from "./types.ts";

/** The mailbox of a session: what the inbox had at the login, and what is to be deleted. */
export class Maildrop {
  /** The inbox. */
  readonly inbox: MailFolder;
  readonly #mails: readonly FolderMail[];
  readonly #deleted = new Set<number>();
  #bytes: number;

  /** Takes in what an inbox has. */
  constructor(inbox: MailFolder) {
    this.inbox = inbox;
    this.#mails = inbox.messages;
    this.#bytes = this.#mails.reduce((sum, { mail }) => sum + mail.size, 0);
  }

  /** Number of messages that are not marked as deleted. */
  get count(): number {
    return this.#mails.length - this.#deleted.size;
  }

  /** Bytes of them. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the message of this number; undefined when there is none, or it is marked as deleted. */
  get(number: number): FolderMail | undefined {
    return this.#deleted.has(number) ? undefined : this.#mails[number - 1];
  }

  /** Yields the messages that are not marked as deleted, with their numbers. */
  *[Symbol.iterator](): Generator<readonly [number: number, mail: FolderMail]> {
    for (const [index, mail] of this.#mails.entries()) {
      if (!this.#deleted.has(index + 1)) yield [index + 1, mail];
    }
  }

  /** Returns the unique id of a message. */
  uid({ uid }: FolderMail): string {
    return `${this.inbox.uidValidity}.${uid}`;
  }

  /** Marks a message as deleted. */
  delete(number: number): void {
    const found = this.get(number);
    if (!found) return;
    this.#deleted.add(number);
    this.#bytes -= found.mail.size;
  }

  /** Takes the marks back. */
  reset(): void {
    this.#deleted.clear();
    this.#bytes = this.#mails.reduce((sum, { mail }) => sum + mail.size, 0);
  }

  /** Deletes what is marked. */
  async update(): Promise<void> {
    const uids = [...this.#deleted].flatMap((number) => this.#mails[number - 1]?.uid ?? []);
    if (uids.length > 0) await this.inbox.remove(uids);
  }
}

/** State of a connection. */
export class Session {
  /** User of a USER command, or of the login. */
  user?: string;
  /** The mailbox, after the login. */
  maildrop?: Maildrop;
  /** Number of failed logins. */
  failedLogins = 0;

  /** Begins before the login. */
  constructor(public client: LineClient, readonly host: Pop3Host) {}

  /** Replies with a line. */
  reply(line: string): void {
    this.client.reply(`${line}\r\n`);
  }

  /** Whether a password may be sent on the connection. */
  get takesPasswords(): boolean {
    return this.client.secure || this.host.authWithoutTls;
  }
}
