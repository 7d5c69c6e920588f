import type { FactsStorage } from "../facts/storage.ts";
import type { FolderChange, StoredMail } from "../types.ts";

/** Properties of a message that is stored. */
export interface FileFacts {
  /** Size in bytes. */
  readonly size: number;
  /** Flags. */
  readonly flags: ReadonlySet<string>;
  /** Time of arrival, in milliseconds since 1970. */
  readonly received: number;
}

/** Storage of the messages of a folder: memory, or a maildir. */
export interface FolderFiles {
  /** UIDVALIDITY of the folder. */
  readonly uidValidity: number;
  /** Storage of what was read of the messages. */
  readonly facts: FactsStorage;
  /** Stores a message; durable when it returns, or its promise resolves. */
  write(id: string, pieces: readonly Uint8Array[], facts: FileFacts): Promise<void> | void;
  /** Returns the bytes of a message, at most `limit`; undefined when it is gone. */
  read(mail: StoredMail, limit: number): Promise<Uint8Array | undefined>;
  /** Returns the path of the file of a message, if it has one; another program may be moving it. */
  pathOf(mail: StoredMail): string | undefined;
  /** Replaces the flags of a message; returns those that could be stored, undefined when the message is gone. */
  setFlags(id: string, flags: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined>;
  /** Adds a message of other files under an id of its own; returns the flags that could be stored, undefined when it is gone. */
  link(id: string, from: FolderFiles, fromId: string, flags: ReadonlySet<string>): ReadonlySet<string> | undefined;
  /** Removes a message; returns whether it existed. */
  remove(id: string): Promise<boolean>;
  /** Takes back a message that was linked. */
  unlink(id: string): void;
  /** Resolves when what was linked and removed is durable. */
  flush(): Promise<void>;
  /** Takes note of a change. */
  note(change: FolderChange): void;
}
