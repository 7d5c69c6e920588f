import type { ListedMail, MailSourceProtocol } from "./source.ts";

/** Messages of a mailbox that were read, as a state file has them. */
export interface MailboxRecord {
  /** Their lasting ids, where numbers do not last (POP3). */
  readonly uids?: readonly string[];
  /** Number up to which all were read, where numbers last (IMAP, NNTP). */
  readonly highest?: number;
  /** UIDVALIDITY of an IMAP folder: with another one its numbers mean other messages. */
  readonly validity?: string;
}

/**
 * Messages of one mailbox that were read. Made by {@link MailReadState.of}.
 *
 * @example Look for new messages
 * ```ts
 * import { MailReadState } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const state = await MailReadState.load("/no/such/file");
 * const folder = state.of("imap", "imap://ada@mail.example.com/INBOX");
 * folder.add([{ number: 7, uid: "1:7" }]);
 * assertEquals([folder.isNew({ number: 7, uid: "1:7" }), folder.isNew({ number: 8, uid: "1:8" })], [false, true]);
 * ```
 */
export class MailboxState {
  readonly #byNumber: boolean;
  readonly #uids: Set<string>;
  /** Ids that were added and removed here, for {@link merged}. */
  readonly #added = new Set<string>();
  readonly #gone = new Set<string>();
  #highest: number;
  #validity?: string;
  #changed = false;

  /** Begins with what is known. */
  constructor(protocol: MailSourceProtocol, seen?: MailboxRecord) {
    this.#byNumber = protocol !== "pop3";
    this.#uids = new Set(seen?.uids);
    this.#highest = seen?.highest ?? 0;
    this.#validity = seen?.validity;
  }

  /** Number up to which all messages were read, where numbers last; 0 when there is none. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether a message was not read yet. */
  isNew(mail: ListedMail): boolean {
    if (!this.#byNumber) return !this.#uids.has(mail.uid);
    return mail.number > this.#highest || validityOf(mail) !== this.#validity;
  }

  /** Takes note of messages that were read. */
  add(mails: readonly ListedMail[]): void {
    for (const mail of mails) {
      this.#changed = true;
      if (!this.#byNumber) {
        this.#uids.add(mail.uid);
        this.#added.add(mail.uid);
        this.#gone.delete(mail.uid);
        continue;
      }
      const validity = validityOf(mail);
      this.#highest = validity === this.#validity ? Math.max(this.#highest, mail.number) : mail.number;
      this.#validity = validity;
    }
  }

  /** Forgets ids of messages that are no longer on the server. */
  prune(listed: readonly ListedMail[]): void {
    if (this.#byNumber) return;
    const there = new Set(listed.map(({ uid }) => uid));
    for (const uid of this.#uids) {
      if (there.has(uid)) continue;
      this.#changed = true;
      this.#uids.delete(uid);
      this.#added.delete(uid);
      this.#gone.add(uid);
    }
  }

  /** Returns the record of the mailbox: what another run has written meanwhile, and the changes of this one. */
  merged(written?: MailboxRecord): MailboxRecord {
    if (!this.#changed) return written ?? {};
    if (!this.#byNumber) {
      const uids = new Set([...written?.uids ?? [], ...this.#added]);
      for (const uid of this.#gone) uids.delete(uid);
      return { uids: [...uids] };
    }
    const validity = this.#validity;
    const other = written?.validity === validity ? written?.highest ?? 0 : 0;
    return { highest: Math.max(this.#highest, other), ...(validity !== undefined && { validity }) };
  }
}

/** UIDVALIDITY in the id of an IMAP message, `UIDVALIDITY:UID`; undefined for ids of other protocols. */
function validityOf({ uid }: ListedMail): string | undefined {
  return /^(\d+):\d+$/.exec(uid)?.[1];
}
