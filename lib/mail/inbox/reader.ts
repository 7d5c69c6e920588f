import { parseMail } from "../mime/parse_mail.ts";
import type { MailStore, StoredMail } from "../store/types.ts";
import { MailParser } from "./parser.ts";
import type { MailFilter } from "./search/query.ts";
import { clipped, summaryOf } from "./view.ts";
import type { MailSummary } from "./view_types.ts";
import type { MailContents, ParseResult, ParseTask } from "./worker/protocol.ts";

/** Bytes of the beginning of a message in which its header is looked for. */
const HEAD = 64 * 1024;
/** Characters of text that are remembered for searches. */
const REMEMBERED = 64 * 2 ** 20;
const NOTHING: MailContents = { text: "", attachments: 0 };

/** Reads the messages of a store for people and programs. Headers are parsed here, whole messages in a worker. */
export class MailReader implements Disposable {
  readonly #store: MailStore;
  readonly #parser = new MailParser();
  readonly #summaries = new Map<string, MailSummary>();
  readonly #contents = new Map<string, Promise<MailContents>>();
  #remembered = 0;

  /** Reads from a store. */
  constructor(store: MailStore) {
    this.#store = store;
  }

  /** A message for the list. */
  async summary(mail: StoredMail): Promise<MailSummary> {
    const known = this.#summaries.get(mail.id);
    if (known) return known;
    const bytes = await this.#store.read(mail.id, HEAD);
    const summary = clipped(summaryOf(mail, bytes && attempt(headOf(bytes))));
    this.#summaries.set(mail.id, summary);
    return summary;
  }

  /** Whether a message fits what of a filter is not in its envelope. */
  async fits(mail: StoredMail, { words, from, subject, attachment }: MailFilter): Promise<boolean> {
    const summary = await this.summary(mail);
    if (subject !== undefined && !summary.subject.toLowerCase().includes(subject)) return false;
    const senders = [mail.from, ...summary.fromAddresses.map(({ address }) => address)];
    if (from !== undefined && !senders.some((address) => address.toLowerCase() === from)) return false;
    if (words.length > 0 && !await this.#has(mail, words)) return false;
    return !attachment || (await this.contents(mail)).attachments > 0;
  }

  /** Whether a message has all of these words: in its addresses, its subject or its text. */
  async #has(mail: StoredMail, words: readonly string[]): Promise<boolean> {
    const { from, to, fromHeader, toHeader, subject } = await this.summary(mail);
    const short = [from, ...to, fromHeader, toHeader, subject].join("\n").toLowerCase();
    if (words.every((word) => short.includes(word))) return true;
    const { text } = await this.contents(mail);
    return words.every((word) => short.includes(word) || text.includes(word));
  }

  /** Does a task with a whole message; nothing when there is none of this id. */
  async whole(id: string, task: (mail: StoredMail) => ParseTask): Promise<ParseResult | undefined> {
    const mail = this.#store.get(id);
    return mail && await this.#parser.parse({ mail, read: () => this.#store.read(id) }, task(mail));
  }

  /** Returns the searchable contents of a message; simultaneous requests share the work. */
  contents(mail: StoredMail): Promise<MailContents> {
    const { id } = mail;
    const known = this.#contents.get(id);
    if (known) return known;
    const found = this.#read(mail);
    this.#contents.set(id, found);
    found.catch(() => this.#contents.delete(id));
    return found;
  }

  /** Forgets a message that the store does not have any more. */
  forget(id: string): void {
    this.#summaries.delete(id);
    this.#parser.forget(id);
    const contents = this.#contents.get(id);
    this.#contents.delete(id);
    contents?.then(({ text }) => this.#remembered -= text.length, () => {});
  }

  /** Ends its worker. */
  [Symbol.dispose](): void {
    this.#parser[Symbol.dispose]();
  }

  async #read(mail: StoredMail): Promise<MailContents> {
    const read = () => this.#store.read(mail.id);
    const { contents = NOTHING } = await this.#parser.parse({ mail, read }, { kind: "contents" }) ?? {};
    this.#remembered += contents.text.length;
    // What is left out of the index is parsed again when it is searched.
    for (const id of this.#contents.keys()) {
      if (this.#remembered <= REMEMBERED || id === mail.id) break;
      this.#remembered -= (await this.#contents.get(id))?.text.length ?? 0;
      this.#contents.delete(id);
    }
    return contents;
  }
}

/** A header as far as it can be read; nothing when it goes beyond the limits. */
function attempt(bytes: Uint8Array) {
  try {
    return parseMail(bytes);
  } catch {
    return undefined;
  }
}

function headOf(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, HEAD);
  const text = new TextDecoder("latin1").decode(head);
  const end = text.indexOf("\r\n\r\n");
  return end < 0 ? head : head.subarray(0, end + 4);
}
