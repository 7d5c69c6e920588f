import { NegativeError } from "../../../core/mod.ts";
import type { ListedMail, ListedNewsgroup, MailListFilter, MailSource } from "../../read/source.ts";
import type { Newsgroup } from "../codec/listing.ts";
import type { Overview } from "../codec/overview.ts";
import type { NntpClient } from "./client.ts";
import { NntpRefusedError } from "./refusal.ts";

/** Numbers whose overviews are asked for at once: at first, and at most. */
const MIN_WINDOW = 10_000;
const MAX_WINDOW = 1_000_000;
/** Maximum number of articles in a listing. */
const MAX_LISTED = 1_000_000;

/** A newsgroup as {@link MailSource}; without a group, articles can be found by their message ids only. */
export class NntpSource implements MailSource {
  /** The protocol. */
  readonly protocol = "nntp";
  /** Name of the newsgroup; empty without one. */
  readonly name: string;
  readonly #client: NntpClient;
  readonly #group?: Newsgroup;

  /** Reads by a client, which it closes, after the group was selected. */
  constructor(client: NntpClient, group?: Newsgroup) {
    this.#client = client;
    this.#group = group;
    this.name = group?.name ?? "";
  }

  /** Lists articles. */
  async list({ from = 1, to = Infinity, newest }: MailListFilter = {}): Promise<ListedMail[]> {
    if (!this.#group) return [];
    const low = Math.max(from, this.#group.low);
    const high = Math.min(to, this.#group.high);
    const found: ListedMail[][] = [];
    let count = 0;
    // From the newest on: of a group with many articles, most need not be asked for. Windows grow, since most numbers may have no article.
    let step = Math.min(MIN_WINDOW, newest ?? MIN_WINDOW);
    for (let last = high; last >= low && (newest === undefined || count < newest);) {
      const first = Math.max(low, last - step + 1);
      const listed = await this.#overviews(first, last);
      found.unshift(listed);
      count += listed.length;
      if (count > MAX_LISTED) {
        const what = `has more than ${MAX_LISTED} messages`;
        throw new NegativeError(`${this.name} ${what}`, { code: "too-many-messages", peer: this.#client.peer });
      }
      last = first - 1;
      step = Math.min(2 * step, MAX_WINDOW);
    }
    return newest === undefined ? found.flat() : found.flat().slice(-newest);
  }

  /** Returns the article of a message id. */
  async find(messageId: string): Promise<ListedMail | undefined> {
    try {
      const uid = await this.#client.stat(messageId);
      return { number: 0, uid };
    } catch (error) {
      if (error instanceof NntpRefusedError && error.code === "no-such-article") return undefined;
      throw error;
    }
  }

  /** Lists the newsgroups of the server, in the order of their names. */
  async newsgroups(): Promise<ListedNewsgroup[]> {
    const groups = await this.#client.groups();
    const descriptions = await this.#client.descriptions();
    return groups.sort((a, b) => a.name < b.name ? -1 : 1).map(({ name, low, high, status = "" }) => ({
      ...{ name, low, high, status },
      description: descriptions.get(name) ?? "",
    }));
  }

  /** Returns the header of an article. */
  async head(mail: ListedMail): Promise<Uint8Array> {
    return await this.#of(mail, () => this.#client.head(nameOf(mail)));
  }

  /** Returns an article. */
  async read(mail: ListedMail, limit?: number): Promise<Uint8Array> {
    return await this.#of(mail, () => this.#client.article(nameOf(mail), { limit }));
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await this.#client.quit();
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  async #overviews(from: number, to: number): Promise<ListedMail[]> {
    try {
      return (await this.#client.over({ from, to })).map(listed);
    } catch (error) {
      if (!(error instanceof NntpRefusedError) || error.code !== "over-missing") throw error;
    }
    // A server without overviews: the headers tell the same.
    const found: ListedMail[] = [];
    for (let number = from; number <= to; number++) {
      try {
        const header = await this.#client.head(number);
        found.push({ number, uid: await this.#client.stat(number), header });
      } catch (error) {
        if (!(error instanceof NntpRefusedError) || error.code !== "no-such-article") throw error;
      }
    }
    return found;
  }

  /** Articles expire: one that was listed may be gone. */
  async #of<T>({ number, uid }: ListedMail, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof NntpRefusedError) || error.code !== "no-such-article") throw error;
      const what = `there is no message ${number === 0 ? uid : number} any more`;
      throw new NegativeError(what, { code: "no-such-message", peer: this.#client.peer, cause: error });
    }
  }
}

function nameOf({ number, uid }: ListedMail): number | string {
  return number === 0 ? uid : number;
}

function listed({ number, subject, from, date, messageId, references, bytes }: Overview): ListedMail {
  const fields = { Subject: subject, From: from, Date: date, "Message-ID": messageId, References: references };
  const lines = Object.entries(fields).filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value.replace(/[\r\n\0]/g, " ")}\r\n`);
  return {
    number,
    uid: messageId,
    ...(bytes !== undefined && { size: bytes }),
    header: new TextEncoder().encode(`${lines.join("")}\r\n`),
  };
}
