import { formatFlags } from "../codec/text.ts";
import { resolveSet, type SequenceSet } from "../codec/sequence_set.ts";
import type { FolderChange, FolderMail, MailFolder } from "../../store/types.ts";

/** Highest UID of each folder that was \Recent in a session (RFC 3501 §2.3.2). */
export type RecentUids = WeakMap<MailFolder, number>;

/**
 * A selected mailbox as one client sees it: its message numbers change only when the client is told (RFC 3501 §7.4.1), whatever happens to
 * the folder meanwhile.
 */
export class Selected implements Disposable {
  /** The folder. */
  readonly folder: MailFolder;
  /** Whether it was opened by EXAMINE. */
  readonly readOnly: boolean;
  /** Called at each change that the client was not told. */
  onChange?: () => void;
  #uids: number[];
  readonly #recent = new Set<number>();
  readonly #recents: RecentUids;
  readonly #added = new Set<number>();
  readonly #removed = new Set<number>();
  readonly #changed = new Set<number>();
  /** Flags that the client was told last, of messages whose flags have changed. */
  readonly #told = new Map<number, string>();
  readonly #stop: () => void;

  /** Opens a folder. */
  constructor(folder: MailFolder, readOnly: boolean, recents: RecentUids) {
    this.folder = folder;
    this.readOnly = readOnly;
    this.#recents = recents;
    this.#uids = folder.messages.map(({ uid }) => uid);
    for (const uid of this.#uids) this.#claim(uid);
    this.#settle();
    this.#stop = folder.watch((change) => this.#note(change));
  }

  /** Number of messages that the client knows of. */
  get count(): number {
    return this.#uids.length;
  }

  /** Number of those that are \Recent. */
  get recentCount(): number {
    return this.#recent.size;
  }

  /** Whether there are changes that the client was not told. */
  get pending(): boolean {
    return this.#added.size + this.#removed.size + this.#changed.size > 0;
  }

  /** Whether a message is \Recent in this session. */
  isRecent(uid: number): boolean {
    return this.#recent.has(uid);
  }

  /** The largest UID that the client knows of; 0 when there is none. */
  get largest(): number {
    return this.#uids.at(-1) ?? 0;
  }

  /** Returns the number of a message; 0 when the client does not know it. */
  number(uid: number): number {
    const at = this.#search(uid);
    return this.#uids[at] === uid ? at + 1 : 0;
  }

  /** Chooses messages by a set of numbers or UIDs. Numbers that no message has are invalid; UIDs are not. */
  *choose(set: SequenceSet, byUid: boolean): Generator<{ readonly number: number; readonly uid: number }> {
    const uids = this.#uids;
    for (const { from, to } of resolveSet(set, byUid ? this.largest : uids.length)) {
      const end = byUid ? to : uids[to - 1] ?? 0;
      for (let at = byUid ? this.#search(from) : from - 1; at < uids.length; at++) {
        const uid = uids[at] ?? 0;
        if (uid > end) break;
        yield { number: at + 1, uid };
      }
    }
  }

  /** Whether all numbers of a set are those of messages. */
  covers(set: SequenceSet): boolean {
    return resolveSet(set, this.count).every(({ from, to }) => from >= 1 && to <= this.count);
  }

  /** Returns the flags of a message as the client is told now. */
  tell({ uid, flags }: FolderMail): string {
    const text = formatFlags(this.#recent.has(uid) ? [...flags, "\\Recent"] : flags);
    this.note({ uid, flags });
    return text;
  }

  /** Notes that the client knows the flags of a message. */
  note({ uid, flags }: Pick<FolderMail, "uid" | "flags">): void {
    this.#told.set(uid, [...flags].sort().join(" "));
    this.#changed.delete(uid);
    // What was told long ago may be told again.
    if (this.#told.size > 10_000) this.#told.clear();
  }

  /** Returns the untagged responses about what has changed. Numbers stay as they are while EXPUNGE may not be sent. */
  updates(mayExpunge: boolean): string[] {
    const lines: string[] = [];
    if (mayExpunge && this.#removed.size > 0) {
      const numbers = [...this.#removed].map((uid) => this.number(uid)).filter((number) => number > 0);
      // From the last to the first, no number changes before it is sent.
      for (const number of numbers.sort((one, other) => other - one)) lines.push(`* ${number} EXPUNGE`);
      this.#uids = this.#uids.filter((uid) => !this.#removed.has(uid));
      for (const uid of this.#removed) this.#recent.delete(uid);
      this.#removed.clear();
    }
    if (this.#added.size > 0) {
      for (const uid of this.#added) {
        this.#uids.push(uid);
        this.#claim(uid);
      }
      this.#settle();
      this.#added.clear();
      lines.push(`* ${this.count} EXISTS`, `* ${this.recentCount} RECENT`);
    }
    for (const uid of this.#changed) {
      const [number, mail] = [this.number(uid), this.folder.get(uid)];
      if (number === 0 || !mail || this.#told.get(uid) === [...mail.flags].sort().join(" ")) continue;
      lines.push(`* ${number} FETCH (UID ${uid} FLAGS ${this.tell(mail)})`);
    }
    this.#changed.clear();
    return lines;
  }

  /** Stops watching the folder. */
  [Symbol.dispose](): void {
    this.#stop();
    this.onChange = undefined;
  }

  #note(change: FolderChange): void {
    if ("added" in change) {
      if (change.added.uid > this.largest) this.#added.add(change.added.uid);
    } else if ("removed" in change) {
      this.#changed.delete(change.removed);
      this.#told.delete(change.removed);
      if (!this.#added.delete(change.removed)) this.#removed.add(change.removed);
    } else this.#changed.add(change.flags.uid);
    this.onChange?.();
  }

  /** A message is \Recent in the first session that is told of it and may change it. */
  #claim(uid: number): void {
    if (uid > (this.#recents.get(this.folder) ?? 0)) this.#recent.add(uid);
  }

  #settle(): void {
    if (!this.readOnly) this.#recents.set(this.folder, Math.max(this.largest, this.#recents.get(this.folder) ?? 0));
  }

  /** Place of the first UID that is not less. */
  #search(uid: number): number {
    let [low, high] = [0, this.#uids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#uids[middle] ?? 0) < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
