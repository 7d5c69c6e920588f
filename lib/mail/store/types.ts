import type { MailFacts } from "../index/facts.ts";
import type { MailEnvelope, StoredMail } from "./stored_mail.ts";

export type { MailEnvelope, StoredMail } from "./stored_mail.ts";

/** Change of a store: an added message, or the id of a removed one. */
export type MailChange = { readonly added: StoredMail } | { readonly removed: string };

/** Store of a sink's messages. */
export interface MailStore extends AsyncDisposable {
  /** All messages, the oldest first. */
  readonly messages: readonly StoredMail[];
  /** Number of messages. */
  readonly count: number;
  /** A number that grows with each change. */
  readonly version: number;
  /** Bytes of all messages, also of those in other folders. */
  readonly bytes: number;
  /** Stores a message, durably once the promise resolves; the caller may reuse the pieces then. */
  add(envelope: MailEnvelope, pieces: readonly Uint8Array[]): Promise<StoredMail> | StoredMail;
  /** Returns the message of this id; undefined when there is none. */
  get(id: string): StoredMail | undefined;
  /** Returns the bytes of a message, at most `limit`; undefined when there is none of this id. */
  read(id: string, limit?: number): Promise<Uint8Array | undefined>;
  /** Returns what was read of a message once; undefined when there is none of this id. */
  parsed(id: string): Promise<MailFacts | undefined>;
  /** Removes a message, also from the mailboxes of its recipients; returns whether it existed. */
  remove(id: string): Promise<boolean>;
  /** Returns whether a message is marked as read (`\Seen`) in the inbox of {@link account}. */
  isSeen(id: string): boolean;
  /** Marks messages as read or unread there; returns the number of those that were marked otherwise. */
  markSeen(ids: Iterable<string>, seen: boolean): Promise<number>;
  /** Resolves with the next change, or when the signal fires. */
  changed(signal?: AbortSignal): Promise<void>;
  /** Calls a function for each change, until the returned function is called. */
  watch(watcher: (change: MailChange) => void): () => void;
  /**
   * Returns the account of a user. Without mailboxes it is the same for all users, and its inbox has the messages of the store. With
   * mailboxes it is that of a recipient's address in any case, whose inbox has the messages to it; without a user, that of all messages.
   */
  account(user?: string): MailAccount;
}

/** Folders of a user. */
export interface MailAccount {
  /** The folder `INBOX`. */
  readonly inbox: MailFolder;
  /** Names of the subscribed folders, which need not exist. */
  readonly subscribed: ReadonlySet<string>;
  /** Names of all folders, sorted, `INBOX` first. */
  folders(): readonly string[];
  /** Returns the folder of this name; undefined when there is none. Letters of `INBOX` may be of either case. */
  folder(name: string): MailFolder | undefined;
  /**
   * Creates a folder.
   *
   * @throws {UsageError} `invalid-folder-name`, `folder-exists`.
   * @throws {SystemError} `store-full` and the like.
   */
  create(name: string): Promise<MailFolder>;
  /** Deletes a folder with its messages, not those below it; returns whether it existed. `INBOX` cannot be deleted. */
  delete(name: string): Promise<boolean>;
  /**
   * Renames a folder and those below it; returns whether it existed. For `INBOX`, moves its messages into a new folder (RFC 3501 §6.3.5).
   *
   * @throws {UsageError} `invalid-folder-name`, `folder-exists`.
   */
  rename(from: string, to: string): Promise<boolean>;
  /** Adds a name to the subscribed ones, or removes it. */
  subscribe(name: string, on: boolean): Promise<void>;
}

/** A message in a folder. */
export interface FolderMail {
  /** Unique identifier in the folder (RFC 3501 §2.3.1.1); never that of another message. */
  readonly uid: number;
  /** The message. */
  readonly mail: StoredMail;
  /** System flags, such as `\Seen`, and keywords; without `\Recent`. */
  readonly flags: ReadonlySet<string>;
}

/** Change of a folder: an added message, the UID of a removed one with what it was, or new flags. */
export type FolderChange =
  | { readonly added: FolderMail }
  | { readonly removed: number; readonly mail: StoredMail }
  | { readonly flags: FolderMail };

/** Options of {@link MailFolder.append}. */
export interface AppendOptions {
  /**
   * Flags.
   *
   * @default {none}
   */
  readonly flags?: Iterable<string>;
  /**
   * Time of arrival, in milliseconds since 1970.
   *
   * @default {now}
   */
  readonly received?: number;
  /**
   * Envelope.
   *
   * @default {read from the header}
   */
  readonly envelope?: MailEnvelope;
}

/** Folder of messages, in order of their UIDs. */
export interface MailFolder {
  /** Name; `/` separates levels: `Archive/2026`. */
  readonly name: string;
  /** UIDVALIDITY: UIDs of another value are void. */
  readonly uidValidity: number;
  /** A UID above all that the folder has had. */
  readonly uidNext: number;
  /** The messages, in order of their UIDs: a list that is not changed later. */
  readonly messages: readonly FolderMail[];
  /** Number of messages. */
  readonly count: number;
  /** Returns the message of this UID; undefined when there is none. */
  get(uid: number): FolderMail | undefined;
  /** Returns the bytes of a message, at most `limit`; undefined when there is none of this UID. */
  read(uid: number, limit?: number): Promise<Uint8Array | undefined>;
  /** Returns what was read of a message once, by this or an earlier run; undefined when there is none of this UID. */
  parsed(uid: number): Promise<MailFacts | undefined>;
  /** Reads those of these messages that were not read yet, ahead of calls of {@link parsed}. */
  prepare(uids: readonly number[]): Promise<void>;
  /** Replaces the flags of a message; undefined when there is none of this UID. Keywords beyond 26 in a folder may be left out. */
  setFlags(uid: number, flags: Iterable<string>): Promise<FolderMail | undefined>;
  /**
   * Adds a message, durably once the promise resolves.
   *
   * @throws {SystemError} `store-full`, `disk-full` and the like; nothing is left of it then.
   */
  append(pieces: readonly Uint8Array[], options?: AppendOptions): Promise<FolderMail>;
  /**
   * Copies messages with their flags to a folder of the same store: all of them that exist, or none. Returns the new UIDs by the old ones.
   *
   * @throws {SystemError} `store-full`, `disk-full` and the like.
   */
  copy(uids: Iterable<number>, to: MailFolder): Promise<Map<number, number>>;
  /** Moves messages, as {@link copy} copies them. */
  move(uids: Iterable<number>, to: MailFolder): Promise<Map<number, number>>;
  /** Removes messages; returns the UIDs of those that existed. */
  remove(uids: Iterable<number>): Promise<number[]>;
  /** Calls a function for each change, until the returned function is called. */
  watch(watcher: (change: FolderChange) => void): () => void;
}
