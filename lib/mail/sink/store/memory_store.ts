import { Changes } from "./changes.ts";
import { newMailId } from "./mail_id.ts";
import type { MailChange, MailEnvelope, MailStore, StoredMail } from "../types.ts";

/** Small messages share buffers of this size: a hundred thousand buffers of their own would keep the collector busy. */
const SLAB = 1 << 20;
const SMALL = SLAB / 16;

/** Keeps messages in memory, for as long as the process lives. */
export class MemoryStore implements MailStore {
  readonly #mails = new Map<string, { readonly mail: StoredMail; readonly bytes: Uint8Array }>();
  #slab = new Uint8Array(0);
  readonly #changes = new Changes();
  #bytes = 0;

  /** All messages, the oldest first. */
  get messages(): readonly StoredMail[] {
    return [...this.#mails.values()].map(({ mail }) => mail);
  }

  /** Number of messages. */
  get count(): number {
    return this.#mails.size;
  }

  /** Number of changes. */
  get version(): number {
    return this.#changes.count;
  }

  /** Bytes of all of them. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a message. */
  add(envelope: MailEnvelope, pieces: readonly Uint8Array[]): StoredMail {
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const mail: StoredMail = { ...envelope, id: newMailId(), received: Date.now(), size };
    this.#mails.set(mail.id, { mail, bytes: this.#copy(pieces, size) });
    this.#bytes += size;
    this.#changes.tell({ added: mail });
    return mail;
  }

  /** The message of this id. */
  get(id: string): StoredMail | undefined {
    return this.#mails.get(id)?.mail;
  }

  /** Returns the bytes of a message, at most `limit`. */
  read(id: string, limit = Infinity): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#mails.get(id)?.bytes.subarray(0, limit));
  }

  #copy(pieces: readonly Uint8Array[], size: number): Uint8Array {
    const room = size > SMALL ? new Uint8Array(size) : this.#room(size);
    let at = 0;
    for (const piece of pieces) {
      room.set(piece, at);
      at += piece.length;
    }
    return room;
  }

  #room(size: number): Uint8Array {
    if (this.#slab.length < size) this.#slab = new Uint8Array(SLAB);
    const room = this.#slab.subarray(0, size);
    this.#slab = this.#slab.subarray(size);
    return room;
  }

  /** Takes a message away. */
  remove(id: string): Promise<boolean> {
    const found = this.#mails.get(id);
    if (found) {
      this.#mails.delete(id);
      this.#bytes -= found.mail.size;
      this.#changes.tell({ removed: id });
    }
    return Promise.resolve(found !== undefined);
  }

  /** Calls for each change from now on. */
  watch(watcher: (change: MailChange) => void): () => void {
    return this.#changes.watch(watcher);
  }

  /** Resolves with the next change, or when the signal fires. */
  changed(signal?: AbortSignal): Promise<void> {
    return this.#changes.next(signal);
  }

  /** Forgets all. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#mails.clear();
    this.#changes.tell();
    return Promise.resolve();
  }
}
