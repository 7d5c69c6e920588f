/** Record of a table. */
export interface TableRecord {
  /** Revision of the record: it increases with each change. */
  readonly revision: number;
  /** Its text. */
  readonly text: string;
}

/**
 * Records at the brokers, each with a revision: of several changes at one time, one is made. Changes reject with a
 * {@link NetworkError} when the brokers cannot be reached; they may be made nevertheless.
 */
export interface AccountTable {
  /** Adds a record; resolves to its revision, or to undefined when there is one with its key. */
  add(key: string, text: string): Promise<number | undefined>;
  /** Replaces a record; resolves to its revision, or to undefined when it has changed since `revision`. */
  update(key: string, text: string, revision: number): Promise<number | undefined>;
  /** Returns the last record with a key. */
  read(key: string): Promise<TableRecord | undefined>;
  /** Calls `changed` with each record, and then with each change; resolves when it has seen all present records. */
  watch(changed: (record: TableRecord) => void): Promise<void>;
}
