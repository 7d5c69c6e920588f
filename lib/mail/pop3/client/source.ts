import type { ListedMail, MailListFilter, MailSource } from "../../read/source.ts";
import type { Pop3Client } from "./client.ts";

/** A POP3 mailbox as {@link MailSource}. */
export class Pop3Source implements MailSource {
  /** The protocol. */
  readonly protocol = "pop3";
  /** Name of the mailbox. */
  readonly name: string;
  readonly #client: Pop3Client;

  /** Reads by a client, which it closes. */
  constructor(client: Pop3Client, name: string) {
    this.#client = client;
    this.name = name;
  }

  /** Lists messages. */
  async list({ from = 1, to = Infinity }: MailListFilter = {}): Promise<ListedMail[]> {
    const messages = await this.#client.list();
    return messages.filter(({ number }) => number >= from && number <= to)
      .map(({ number, size, uid = "" }) => ({ number, size, uid }));
  }

  /** Returns the header of a message. */
  async head({ number }: ListedMail): Promise<Uint8Array> {
    return await this.#client.top(number);
  }

  /** Returns a message. */
  async read({ number }: ListedMail, limit?: number): Promise<Uint8Array> {
    return await this.#client.retrieve(number, { limit });
  }

  /** Marks messages as deleted; {@link close} deletes them. */
  async remove(mails: readonly ListedMail[]): Promise<void> {
    for (const { number } of mails) await this.#client.delete(number);
  }

  /** Ends the session; the server deletes what was marked. */
  async close(): Promise<void> {
    await this.#client.quit();
  }

  /** Closes the connection; nothing is deleted. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}
