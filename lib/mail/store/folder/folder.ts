import { TimeSlice } from "../../../core/time/time_slice.ts";
import { Changes } from "../changes.ts";
import { envelopeOf } from "../envelope_of.ts";
import { type FactsSource, FolderFacts } from "../facts/folder_facts.ts";
import type { MailFacts } from "../../index/facts.ts";
import { newMailId } from "../mail_id.ts";
import { sharedList, sharedText } from "../shared_text.ts";
import type { AppendOptions, FolderChange, FolderMail, MailEnvelope, MailFolder, StoredMail } from "../types.ts";
import type { FolderFiles } from "./files.ts";
import { flagSet, NO_FLAGS, sameFlags } from "./flags.ts";
import type { Quota } from "./quota.ts";

/** Bytes of the beginning of a message in which its envelope is looked for. */
const HEAD = 64 * 1024;

/** Parts of a store that its folders share. */
export interface FolderShare extends FactsSource {
  /** Counts all messages. */
  readonly quota: Quota;
}

/** A folder of messages, whose bytes its files keep. */
export class Folder implements MailFolder {
  /** Name. */
  name: string;
  /** Storage of its messages. */
  readonly files: FolderFiles;
  /** Facts about its messages. */
  readonly facts: FolderFacts;
  readonly #quota: Quota;
  readonly #mails = new Map<number, FolderMail>();
  readonly #uids = new Map<string, number>();
  readonly #changes = new Changes<FolderChange>();
  #next = 1;
  #list?: readonly FolderMail[];

  /** Creates a folder without messages. */
  constructor(name: string, files: FolderFiles, share: FolderShare) {
    this.name = name;
    this.files = files;
    this.facts = new FolderFacts(this, share);
    this.#quota = share.quota;
  }

  get uidValidity(): number {
    return this.files.uidValidity;
  }

  get uidNext(): number {
    return this.#next;
  }

  get messages(): readonly FolderMail[] {
    return this.#list ??= [...this.#mails.values()];
  }

  get count(): number {
    return this.#mails.size;
  }

  get(uid: number): FolderMail | undefined {
    return this.#mails.get(uid);
  }

  /** The message of this id. */
  find(id: string): FolderMail | undefined {
    const uid = this.#uids.get(id);
    return uid === undefined ? undefined : this.#mails.get(uid);
  }

  async read(uid: number, limit = Infinity): Promise<Uint8Array | undefined> {
    const mail = this.#mails.get(uid)?.mail;
    return mail && await this.files.read(mail, limit);
  }

  async parsed(uid: number): Promise<MailFacts | undefined> {
    const one = this.#mails.get(uid);
    return one && await this.facts.get(one);
  }

  async prepare(uids: readonly number[]): Promise<void> {
    await this.facts.prepare(this.#those(uids));
  }

  async setFlags(uid: number, flags: Iterable<string>): Promise<FolderMail | undefined> {
    const found = this.#mails.get(uid);
    const wanted = flagSet(flags);
    if (!found || sameFlags(found.flags, wanted)) return found;
    const stored = await this.files.setFlags(found.mail.id, wanted);
    if (stored) this.flagged(found.mail.id, stored);
    return this.#mails.get(uid);
  }

  async append(pieces: readonly Uint8Array[], options: AppendOptions = {}): Promise<FolderMail> {
    this.#quota.check(1, sizeOf(pieces));
    return await this.deliver(options.envelope ?? readEnvelope(pieces), pieces, options);
  }

  /** Adds a message, without a look at the quota; at once where the files can. */
  deliver(
    { from, to }: MailEnvelope,
    pieces: readonly Uint8Array[],
    { flags = [], received = Date.now() }: AppendOptions = {},
  ): Promise<FolderMail> | FolderMail {
    const mail: StoredMail = {
      ...{ id: newMailId(), received, size: sizeOf(pieces) },
      ...{ from: sharedText(from), to: sharedList(to) },
    };
    const set = flagSet(flags);
    const written = this.files.write(mail.id, pieces, { size: mail.size, flags: set, received });
    return written ? written.then(() => this.put(mail, set)) : this.put(mail, set);
  }

  async copy(uids: Iterable<number>, to: MailFolder): Promise<Map<number, number>> {
    const found = this.#those(uids);
    this.#quota.check(found.length, found.reduce((sum, { mail }) => sum + mail.size, 0));
    return new Map((await this.#copied(found, to)).map(([from, { uid }]) => [from, uid]));
  }

  async move(uids: Iterable<number>, to: MailFolder): Promise<Map<number, number>> {
    const copied = await this.#copied(this.#those(uids), to);
    await this.remove(copied.map(([uid]) => uid));
    return new Map(copied.map(([from, { uid }]) => [from, uid]));
  }

  async #copied(found: FolderMail[], to: MailFolder): Promise<(readonly [uid: number, copy: FolderMail])[]> {
    if (!(to instanceof Folder)) throw new TypeError("the folders are of different stores");
    const linked: (readonly [FolderMail, StoredMail, ReadonlySet<string>])[] = [];
    const turns = new TimeSlice();
    try {
      for (const one of found) {
        const copy = { ...one.mail, id: newMailId() };
        const flags = to.files.link(copy.id, this.files, one.mail.id, one.flags);
        if (flags) linked.push([one, copy, flags]);
        if (turns.due) await turns.pass();
      }
      await to.files.flush();
    } catch (error) {
      for (const [, { id }] of linked) to.files.unlink(id);
      throw error;
    }
    return linked.map(([{ uid }, copy, flags]) => [uid, to.put(copy, flags)]);
  }

  async remove(uids: Iterable<number>): Promise<number[]> {
    const removed: number[] = [];
    for (const { uid, mail } of this.#those(uids)) {
      const existed = await this.files.remove(mail.id);
      this.lost(mail.id);
      if (existed) removed.push(uid);
    }
    return removed;
  }

  watch(watcher: (change: FolderChange) => void): () => void {
    return this.#changes.watch(watcher);
  }

  /** Takes in a message that the files have; it gets the next UID. */
  put(mail: StoredMail, flags: ReadonlySet<string> = NO_FLAGS): FolderMail {
    const added: FolderMail = { uid: this.#next++, mail, flags };
    this.#insert(added);
    this.#tell({ added });
    return added;
  }

  /** Takes in a message that had its UID before. Messages come in order of their UIDs. */
  restore(one: FolderMail): void {
    this.#insert(one);
    this.reserve(one.uid + 1);
  }

  /** Lets the next UID be at least this one. */
  reserve(next: number): void {
    this.#next = Math.max(this.#next, next);
  }

  /** Takes note that the files lack a message. */
  lost(id: string): void {
    const uid = this.#uids.get(id);
    const found = uid === undefined ? undefined : this.#mails.get(uid);
    if (uid === undefined || !found) return;
    this.#uids.delete(id);
    this.#mails.delete(uid);
    this.#list = undefined;
    this.#quota.messages--;
    this.#quota.bytes -= found.mail.size;
    this.files.facts.remove(uid);
    this.#tell({ removed: uid, mail: found.mail });
  }

  /** Takes note of the flags of a message in the files. */
  flagged(id: string, flags: ReadonlySet<string>): void {
    const found = this.find(id);
    if (!found || sameFlags(found.flags, flags)) return;
    const changed = { ...found, flags };
    this.#mails.set(found.uid, changed);
    this.#list = undefined;
    this.#tell({ flags: changed });
  }

  /** Takes all messages out, for the end of the folder. */
  empty(): void {
    for (const { mail } of this.messages) this.lost(mail.id);
  }

  #insert(one: FolderMail): void {
    this.#mails.set(one.uid, one);
    this.#uids.set(one.mail.id, one.uid);
    this.#list = undefined;
    this.#quota.messages++;
    this.#quota.bytes += one.mail.size;
  }

  #tell(change: FolderChange): void {
    // What is told is remembered: a UID that a client has seen is not that of another message after a crash.
    this.files.note(change);
    this.#changes.tell(change);
  }

  #those(uids: Iterable<number>): FolderMail[] {
    return [...new Set(uids)].map((uid) => this.#mails.get(uid)).filter((found) => found !== undefined);
  }
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** The envelope in the header of a message. */
function readEnvelope(pieces: readonly Uint8Array[]): MailEnvelope {
  const head = new Uint8Array(Math.min(HEAD, sizeOf(pieces)));
  let held = 0;
  for (const piece of pieces) {
    if (held === head.length) break;
    const some = piece.subarray(0, head.length - held);
    head.set(some, held);
    held += some.length;
  }
  return envelopeOf(head, true) ?? { from: "", to: [] };
}
