import { NetworkError } from "../../../core/mod.ts";
import type { KV } from "../../../deps/nats.ts";
import type { AccountTable, TableRecord } from "./account_table.ts";

const RETRY_MS = 250;
/** Limit of a record. */
const MAX_RECORD_BYTES = 64 * 1024;

/** Records in a key-value bucket of NATS. */
export class NatsTable implements AccountTable {
  readonly #bucket: KV;
  readonly #isConflict: (error: unknown) => boolean;
  #last = 0;
  #watched?: { stop(): void };
  #closed = false;

  /** Uses a bucket; `isConflict` tells whether an error means that a record was changed meanwhile. */
  constructor(bucket: KV, isConflict: (error: unknown) => boolean) {
    this.#bucket = bucket;
    this.#isConflict = isConflict;
  }

  /** Adds a record. */
  add(key: string, text: string): Promise<number | undefined> {
    return this.#change(() => this.#bucket.create(key, text));
  }

  /** Replaces a record. */
  update(key: string, text: string, revision: number): Promise<number | undefined> {
    return this.#change(() => this.#bucket.update(key, text, revision));
  }

  /** Returns the last record with a key. */
  async read(key: string): Promise<TableRecord | undefined> {
    const entry = await this.#change(() => this.#bucket.get(key));
    return entry && entry.length <= MAX_RECORD_BYTES
      ? { revision: entry.revision, text: decode(entry.value) }
      : undefined;
  }

  /** Reads all records, and then each change. */
  async watch(changed: (record: TableRecord) => void): Promise<void> {
    const complete = Promise.withResolvers<void>();
    const { values } = await this.#bucket.status();
    if (values === 0) complete.resolve();
    void this.#follow((record, rest) => {
      changed(record);
      if (rest === 0) complete.resolve();
    });
    await complete.promise;
  }

  /** Reads what has changed while the brokers could not be reached. */
  resume(): void {
    this.#watched?.stop();
  }

  /** Stops to read changes. */
  close(): void {
    this.#closed = true;
    this.#watched?.stop();
  }

  async #follow(changed: (record: TableRecord, rest: number | undefined) => void): Promise<void> {
    while (!this.#closed) {
      try {
        const from = this.#last > 0 ? { resumeFromRevision: this.#last + 1 } : {};
        const entries = await this.#bucket.watch(from);
        this.#watched = entries;
        for await (const { revision, value, delta } of entries) {
          if (this.#closed) return;
          this.#last = Math.max(this.#last, revision);
          changed({ revision, text: value.length <= MAX_RECORD_BYTES ? decode(value) : "" }, delta);
        }
      } catch {
        // The connection is watched elsewhere.
      }
      if (!this.#closed) await new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #change<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (this.#isConflict(error)) return undefined;
      const cause = error instanceof Error ? error.message : String(error);
      throw new NetworkError(`cannot reach the brokers: ${cause}`, {
        code: "network-unavailable",
        operation: "account",
        cause: error,
      });
    }
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
