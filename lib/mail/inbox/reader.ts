import { TimeSlice } from "../../core/mod.ts";
import { readHeader } from "../mime/parse_mail.ts";
import { Store } from "../store/store.ts";
import type { MailStore, StoredMail } from "../store/types.ts";
import { MailParser } from "../worker/parser.ts";
import type { IndexEntry, IndexItem, ParseResult, ParseTask } from "../worker/protocol.ts";
import type { MailFilter } from "./search/query.ts";
import { RegionFilter, regionOf } from "./search/region.ts";
import { fits, TextIndex } from "./search/text_index.ts";
import { clipped, summaryOf } from "./view.ts";
import type { MailSummary } from "./view_types.ts";

/** Summaries that are remembered. */
const SUMMARIES = 1000;
/** Number of messages that are parsed together. */
export const TOGETHER = 100;

/** Reads the messages of a store for people and programs; what is not in its index is parsed in a worker. */
export class MailReader implements Disposable {
  readonly #store: MailStore;
  /** The store as it is made here: it has files, and parses for others, too. */
  readonly #own?: Store;
  readonly #parser: MailParser;
  readonly #summaries = new Map<string, MailSummary>();
  readonly #texts: TextIndex;
  readonly #adding = new Map<string, Promise<void>>();

  /** Reads from a store. */
  constructor(store: MailStore) {
    this.#store = store;
    this.#own = store instanceof Store ? store : undefined;
    this.#parser = this.#own?.parser ?? new MailParser();
    this.#texts = new TextIndex(this.#own?.texts);
  }

  /** A message for the list. */
  async summary(mail: StoredMail): Promise<MailSummary> {
    const known = this.#summaries.get(mail.id);
    if (known) return known;
    const facts = await this.#store.parsed(mail.id);
    const summary = clipped(summaryOf(mail, facts && readHeader(facts.fields)));
    for (const [oldest] of this.#summaries) {
      if (this.#summaries.size < SUMMARIES) break;
      this.#summaries.delete(oldest);
    }
    this.#summaries.set(mail.id, summary);
    return summary;
  }

  /** Whether a message fits what of a filter is not in its envelope. */
  async fits(mail: StoredMail, filter: MailFilter): Promise<boolean> {
    await this.index([mail]);
    const wanted = new RegionFilter(filter);
    const recent = this.#texts.recent(mail.id);
    if (recent) return fits(recent, wanted);
    return (await this.#texts.search(wanted, [mail.id], new AbortController().signal)).has(mail.id);
  }

  /** Returns those of the messages that fit what of a filter is not in their envelopes. */
  async search(mails: readonly StoredMail[], filter: MailFilter, signal: AbortSignal): Promise<StoredMail[]> {
    const left = mails.filter(({ id }) => !this.#texts.has(id));
    const turns = new TimeSlice();
    for (let at = 0; at < left.length && !signal.aborted; at += TOGETHER) {
      await this.index(left.slice(at, at + TOGETHER));
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

  /** Adds messages to the index; simultaneous requests share the work. */
  async index(mails: readonly StoredMail[]): Promise<void> {
    const left = mails.filter(({ id }) => !this.#texts.has(id));
    const isNew = (mail: StoredMail) => !this.#adding.has(mail.id);
    const mine = left.filter(isNew);
    const adding = this.#addAll(mine).finally(() => mine.forEach(({ id }) => this.#adding.delete(id)));
    for (const { id } of mine) this.#adding.set(id, adding);
    await Promise.all(new Set(left.map(({ id }) => this.#adding.get(id))));
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

  /** Stores what was not stored yet. */
  [Symbol.dispose](): void {
    this.#texts.seal();
    if (!this.#own) this.#parser[Symbol.dispose]();
  }

  async #addAll(mails: readonly StoredMail[]): Promise<void> {
    if (mails.length === 0) return;
    const items = await Promise.all(mails.map(async (mail): Promise<IndexItem> => {
      const path = this.#own?.pathOf(mail);
      return path === undefined ? { mail, bytes: await this.#store.read(mail.id) } : { mail, path };
    }));
    const entries = await this.#parser.index(items, true);
    for (const [i, mail] of mails.entries()) {
      await this.#add(mail, entries?.[i] ?? await this.#addAlone(mail));
    }
  }

  /** Indexes a message whose file has another name now, or among which was one that is too much for the worker. */
  async #addAlone(mail: StoredMail): Promise<IndexEntry | undefined> {
    const bytes = await this.#store.read(mail.id);
    const [entry] = bytes ? await this.#parser.index([{ mail, bytes }], true) ?? [] : [];
    return entry;
  }

  async #add(mail: StoredMail, entry: IndexEntry | undefined): Promise<void> {
    // It may have been removed meanwhile.
    if (!this.#store.get(mail.id)) return;
    if (entry && this.#own?.isParsed(mail.id) === false) this.#own.putFacts(mail.id, entry.facts);
    this.#texts.add(mail.id, entry?.contents ?? { region: regionOf(await this.summary(mail), ""), attachments: 0 });
  }
}
