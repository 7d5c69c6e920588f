import { parseMail } from "../mime/parse_mail.ts";
import { TimeSlice } from "../../core/mod.ts";
import { Store } from "../store/store.ts";
import type { MailStore, StoredMail } from "../store/types.ts";
import { MailParser } from "./parser.ts";
import type { MailFilter } from "./search/query.ts";
import { RegionFilter, regionOf } from "./search/region.ts";
import { TextIndex } from "./search/text_index.ts";
import { clipped, summaryOf } from "./view.ts";
import type { MailSummary } from "./view_types.ts";
import type { ParseResult, ParseTask } from "./worker/protocol.ts";

/** Bytes of the beginning of a message in which its header is looked for. */
const HEAD = 64 * 1024;
/** Summaries that are remembered. */
const SUMMARIES = 5000;
/** Number of messages that are parsed at the same time. */
const AT_ONCE = 64;

/** Reads the messages of a store for people and programs. Headers are parsed here, whole messages in a worker. */
export class MailReader implements Disposable {
  readonly #store: MailStore;
  readonly #parser = new MailParser();
  readonly #summaries = new Map<string, MailSummary>();
  readonly #texts: TextIndex;
  readonly #adding = new Map<string, Promise<void>>();

  /** Reads from a store. */
  constructor(store: MailStore) {
    this.#store = store;
    this.#texts = new TextIndex(store instanceof Store ? store.texts : undefined);
  }

  /** A message for the list. */
  async summary(mail: StoredMail): Promise<MailSummary> {
    const known = this.#summaries.get(mail.id);
    if (known) return known;
    const bytes = await this.#store.read(mail.id, HEAD);
    const summary = clipped(summaryOf(mail, bytes && attempt(headOf(bytes))));
    for (const [oldest] of this.#summaries) {
      if (this.#summaries.size < SUMMARIES) break;
      this.#summaries.delete(oldest);
    }
    this.#summaries.set(mail.id, summary);
    return summary;
  }

  /** Whether a message fits what of a filter is not in its envelope. */
  async fits(mail: StoredMail, filter: MailFilter): Promise<boolean> {
    await this.index(mail);
    const wanted = new RegionFilter(filter);
    const recent = this.#texts.recent(mail.id);
    if (recent) return wanted.fits(recent.region, recent.attachments);
    return (await this.#texts.search(wanted, [mail.id], new AbortController().signal)).has(mail.id);
  }

  /** Returns those of the messages that fit what of a filter is not in their envelopes. */
  async search(mails: readonly StoredMail[], filter: MailFilter, signal: AbortSignal): Promise<StoredMail[]> {
    const left = mails.filter(({ id }) => !this.#texts.has(id));
    const turns = new TimeSlice();
    for (let at = 0; at < left.length && !signal.aborted; at += AT_ONCE) {
      await Promise.all(left.slice(at, at + AT_ONCE).map((mail) => this.index(mail)));
      // Mail goes on coming in while thousands of messages are looked into.
      if (turns.due) await turns.pass();
    }
    const found = await this.#texts.search(new RegionFilter(filter), mails.map(({ id }) => id), signal);
    return mails.filter(({ id }) => found.has(id));
  }

  /** Whether a message is in the index of texts. */
  isIndexed(id: string): boolean {
    return this.#texts.has(id);
  }

  /** Adds a message to the index of texts; simultaneous requests share the work. */
  async index(mail: StoredMail): Promise<void> {
    const { id } = mail;
    if (this.#texts.has(id)) return;
    const adding = this.#adding.get(id) ?? this.#add(mail).finally(() => this.#adding.delete(id));
    this.#adding.set(id, adding);
    await adding;
  }

  /** Does a task with a whole message; nothing when there is none of this id. */
  async whole(id: string, task: (mail: StoredMail) => ParseTask): Promise<ParseResult | undefined> {
    const mail = this.#store.get(id);
    return mail && await this.#parser.parse({ mail, read: () => this.#store.read(id) }, task(mail));
  }

  /** Forgets a message that the store does not have any more. */
  forget(id: string): void {
    this.#summaries.delete(id);
    this.#parser.forget(id);
    this.#texts.remove(id);
  }

  /** Ends its worker, and stores what was not stored yet. */
  [Symbol.dispose](): void {
    this.#texts.seal();
    this.#parser[Symbol.dispose]();
  }

  async #add(mail: StoredMail): Promise<void> {
    const read = () => this.#store.read(mail.id);
    const { contents } = await this.#parser.parse({ mail, read }, { kind: "contents", mail }) ?? {};
    // It may have been removed meanwhile.
    if (!this.#store.get(mail.id)) return;
    this.#texts.add(mail.id, contents ?? { region: regionOf(await this.summary(mail), ""), attachments: 0 });
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
