/** Small records next to the history, such as bans: texts by a kind and a key. */
export interface RecordStore {
  /** Returns all records of a kind, in the order of their keys. */
  all(kind: string): readonly string[];
  /** Stores a record with the next commit; undefined removes it. */
  save(kind: string, key: string, text: string | undefined): void;
}

/** Kind of the record that says of which network a history file is, and what it has. */
export const NETWORK_RECORD = "network";

/** Keeps records in memory. */
export class MemoryRecords implements RecordStore {
  readonly #kinds = new Map<string, Map<string, string>>();

  /** Returns all records of a kind. */
  all(kind: string): readonly string[] {
    const records = [...this.#kinds.get(kind) ?? []];
    return records.sort(([one], [other]) => one < other ? -1 : 1).map(([, text]) => text);
  }

  /** Stores a record; undefined removes it. */
  save(kind: string, key: string, text: string | undefined): void {
    const records = this.#kinds.get(kind) ?? new Map<string, string>();
    this.#kinds.set(kind, records);
    if (text === undefined) records.delete(key);
    else records.set(key, text);
  }
}
