import { TimeSlice } from "../../../core/time/time_slice.ts";
import { type MailFacts, packFacts, unpackFacts } from "../../index/facts.ts";
import type { MailParser } from "../../worker/parser.ts";
import type { IndexItem } from "../../worker/protocol.ts";
import type { FolderFiles } from "../folder/files.ts";
import type { FolderMail } from "../types.ts";
import type { FactsStorage } from "./storage.ts";

/** Largest message that is parsed here when it is asked for; a larger one could hold up other clients. */
const SMALL = 64 * 1024;
/** Messages that the worker is given at once. */
const TOGETHER = 100;

/** A folder whose messages are parsed. */
export interface ParsedFolder {
  /** Its facts. */
  readonly facts: FolderFacts;
  /** Storage of its messages. */
  readonly files: FolderFiles;
  /** Returns the message of this UID. */
  get(uid: number): FolderMail | undefined;
  /** Returns the message of this id. */
  find(id: string): FolderMail | undefined;
}

/** Parts of a store that the facts of its folders need. */
export interface FactsSource {
  /** Parses messages in a worker. */
  readonly parser: MailParser;
  /** Returns the folder that has the messages of a mailbox, too. */
  readonly origin?: () => ParsedFolder;
}

/** Facts about the messages of a folder: from its storage, otherwise from the messages, and stored then. */
export class FolderFacts {
  readonly #folder: ParsedFolder;
  readonly #source: FactsSource;
  readonly #reading = new Map<number, Promise<MailFacts | undefined>>();
  #preparing: Promise<void> = Promise.resolve();

  /** Reads the facts of a folder. */
  constructor(folder: ParsedFolder, source: FactsSource) {
    this.#folder = folder;
    this.#source = source;
  }

  /** Whether there are facts of a message; of a recipient's mailbox those of the store. */
  has({ uid, mail: { id } }: FolderMail): boolean {
    const first = this.#origin?.find(id);
    return first ? this.#origin?.facts.has(first) ?? false : this.#storage.has(uid);
  }

  /** Returns the facts of a message; undefined when it is gone. */
  get(one: FolderMail): Promise<MailFacts | undefined> | MailFacts | undefined {
    const first = this.#origin?.find(one.mail.id);
    if (this.#origin && first) return this.#origin.facts.get(first);
    const packed = this.#storage.read(one.uid);
    if (packed instanceof Promise) return packed.then((text) => this.#unpack(one, text) ?? this.#read(one));
    return this.#unpack(one, packed) ?? this.#read(one);
  }

  /** Stores what was read of a message; of a recipient's mailbox, in the store. */
  put({ uid, mail: { id } }: FolderMail, packed: string): void {
    const origin = this.#origin;
    const first = origin?.find(id);
    if (origin && first) origin.facts.put(first, packed);
    else if (this.#folder.get(uid)) this.#storage.write(uid, packed);
  }

  /** Reads the facts of those messages that have none, in the worker; simultaneous callers share the work. */
  async prepare(all: readonly FolderMail[]): Promise<void> {
    const left = all.filter((one) => !this.has(one));
    // A few are read sooner than a worker starts.
    if (left.length < TOGETHER) return;
    await (this.#preparing = this.#preparing.then(() => this.#prepare(left)).catch(() => {}));
  }

  get #storage(): FactsStorage {
    return this.#folder.files.facts;
  }

  get #origin(): ParsedFolder | undefined {
    const origin = this.#source.origin?.();
    return origin === this.#folder ? undefined : origin;
  }

  async #prepare(left: readonly FolderMail[]): Promise<void> {
    const turns = new TimeSlice();
    for (let at = 0; at < left.length; at += TOGETHER) {
      const some = left.slice(at, at + TOGETHER).filter((one) => !this.has(one) && this.#folder.get(one.uid));
      await this.#index(some);
      if (turns.due) await turns.pass();
    }
  }

  /** Has the worker read messages. What it cannot read is read when it is asked for. */
  async #index(some: readonly FolderMail[]): Promise<void> {
    const { files } = this.#folder;
    const items = await Promise.all(some.map(async ({ mail }): Promise<IndexItem> => {
      const path = files.pathOf(mail);
      return path === undefined ? { mail, bytes: await files.read(mail, Infinity) } : { mail, path };
    }));
    const entries = await this.#source.parser.index(items, false) ?? [];
    for (const [i, one] of some.entries()) {
      const facts = entries[i]?.facts;
      if (facts !== undefined) this.put(one, facts);
    }
  }

  #unpack({ mail: { size } }: FolderMail, packed: string | undefined): MailFacts | undefined {
    return packed === undefined ? undefined : unpackFacts(packed, size);
  }

  #read(one: FolderMail): Promise<MailFacts | undefined> {
    const { uid } = one;
    const reading = this.#reading.get(uid) ?? this.#readNow(one).finally(() => this.#reading.delete(uid));
    this.#reading.set(uid, reading);
    return reading;
  }

  async #readNow(one: FolderMail): Promise<MailFacts | undefined> {
    const { mail } = one;
    const bytes = await this.#folder.files.read(mail, Infinity);
    if (!bytes) return undefined;
    const [entry] = bytes.length > SMALL ? await this.#source.parser.index([{ mail, bytes }], false) ?? [] : [];
    const packed = entry?.facts ?? packFacts(bytes);
    this.put(one, packed);
    // A file that another program has changed is what it is now.
    return unpackFacts(packed, bytes.length);
  }
}
