import { concat } from "../../core/mod.ts";
import { Changes } from "./changes.ts";
import { newMailId } from "./mail_id.ts";
import type { MailEnvelope, MailStore, StoredMail } from "./types.ts";

/** Keeps messages in memory, for as long as the process lives. */
export class MemoryStore implements MailStore {
  readonly #mails = new Map<string, { readonly mail: StoredMail; readonly pieces: readonly Uint8Array[] }>();
  readonly #changes = new Changes();
  #bytes = 0;

  /** All messages, the oldest first. */
  get messages(): readonly StoredMail[] {
    return [...this.#mails.values()].map(({ mail }) => mail);
  }

  /** How many there are. */
  get count(): number {
    return this.#mails.size;
  }

  /** Bytes of all of them. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a message. */
  add(envelope: MailEnvelope, pieces: readonly Uint8Array[]): StoredMail {
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const mail: StoredMail = { ...envelope, id: newMailId(), received: Date.now(), size };
    this.#mails.set(mail.id, { mail, pieces });
    this.#bytes += size;
    this.#changes.tell();
    return mail;
  }

  /** The bytes of a message. */
  read(id: string): Promise<Uint8Array | undefined> {
    const found = this.#mails.get(id);
    return Promise.resolve(found && concat(found.pieces));
  }

  /** Takes a message away. */
  remove(id: string): Promise<boolean> {
    const found = this.#mails.get(id);
    if (found) {
      this.#mails.delete(id);
      this.#bytes -= found.mail.size;
      this.#changes.tell();
    }
    return Promise.resolve(found !== undefined);
  }

  /** Resolves with the next change. */
  changed(): Promise<void> {
    return this.#changes.next();
  }

  /** Forgets all. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#mails.clear();
    this.#changes.tell();
    return Promise.resolve();
  }
}
