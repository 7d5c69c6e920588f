/** Storage of what was read of the messages of a folder, by UID, as `packFacts` makes it. It can be made from the messages at any time. */
export interface FactsStorage {
  /** Whether there may be facts of a message. */
  has(uid: number): boolean;
  /** Reads the facts of a message; undefined when there are none. */
  read(uid: number): Promise<string | undefined> | string | undefined;
  /** Stores the facts of a message. */
  write(uid: number, packed: string): void;
  /** Forgets a message that is gone. */
  remove(uid: number): void;
}
