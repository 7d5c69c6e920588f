import type { ToucanError } from "../../core/errors/errors.ts";

/** A message in a mailbox or newsgroup, as its server lists it. All of its text is untrusted. */
export interface ListedMail {
  /** Number by which people name it: POP3 message number, IMAP UID, NNTP article number. */
  readonly number: number;
  /** Lasting id, the same in every session: UIDL, `UIDVALIDITY:UID`, or message id. */
  readonly uid: string;
  /** Size in bytes, if the server tells it. */
  readonly size?: number;
  /** Flags, such as `\Seen`, if the protocol has them. */
  readonly flags?: readonly string[];
  /** Its header, if the listing has it already; otherwise {@link MailSource.head} returns it. */
  readonly header?: Uint8Array;
}

/** Which messages a {@link MailSource} lists. */
export interface MailListFilter {
  /** Lists only messages whose number is at least this. */
  readonly from?: number;
  /** Lists only messages whose number is at most this. */
  readonly to?: number;
  /** Expression of a search on the server, in the protocol's own form; only for protocols that have one. */
  readonly search?: string;
  /** Lists the newest messages only, at most this many. */
  readonly newest?: number;
}

/** A newsgroup in a list. Untrusted. */
export interface ListedNewsgroup {
  /** Name. */
  readonly name: string;
  /** Lowest article number. */
  readonly low: number;
  /** Highest article number; below `low` when the group is empty. */
  readonly high: number;
  /** `y` when posting is permitted, `n` when it is not, `m` when it is moderated, or another word of the server. */
  readonly status: string;
  /** Description; empty when there is none. */
  readonly description: string;
}

/** Change of the connection of a {@link MailSource} that waits for messages. */
export type MailSourceEvent =
  /** It was lost, or could not be opened again; the next attempt follows after `wait` milliseconds. */
  | { readonly kind: "lost"; readonly error: ToucanError; readonly wait: number }
  /** It was opened again. */
  | { readonly kind: "reconnected" };

/** Protocols of {@link MailSource}. */
export type MailSourceProtocol = "pop3" | "imap" | "nntp";

/**
 * A mailbox or newsgroup on a server, open for reading. Its calls are made one after the other: the next one when the promise of the last
 * one has resolved. An error of the network ends it.
 */
export interface MailSource extends AsyncDisposable {
  /** The protocol. */
  readonly protocol: MailSourceProtocol;
  /** Name for messages and records: `INBOX`, a folder, a newsgroup. */
  readonly name: string;
  /** Lists messages, in ascending order of their numbers. */
  list(filter?: MailListFilter): Promise<ListedMail[]>;
  /** Returns the header of a message, without its body: at least the fields that a listing shows. */
  head(mail: ListedMail): Promise<Uint8Array>;
  /** Returns a message; rejects with `message-too-large` beyond `limit` bytes. */
  read(mail: ListedMail, limit?: number): Promise<Uint8Array>;
  /**
   * Deletes messages; undefined where the protocol cannot. With POP3 it takes effect when {@link close} resolves.
   */
  remove?(mails: readonly ListedMail[]): Promise<void>;
  /** Marks messages as read; undefined where the protocol cannot. */
  markSeen?(mails: readonly ListedMail[]): Promise<void>;
  /** Yields messages as they arrive, until the signal fires, each once and none that was listed before; undefined where the protocol cannot. A connection that is lost is opened again, if the source was opened so. */
  arrivals?(signal: AbortSignal, filter?: Pick<MailListFilter, "search">): AsyncIterable<ListedMail>;
  /** Returns the message with this message id, which need not be in the mailbox; undefined where the protocol cannot find it so. */
  find?(messageId: string): Promise<ListedMail | undefined>;
  /** Lists the newsgroups of the server; undefined where the protocol has none. */
  newsgroups?(): Promise<ListedNewsgroup[]>;
  /** Ends the session in the protocol's way. */
  close(): Promise<void>;
}
