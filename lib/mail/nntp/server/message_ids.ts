import type { FolderMail, MailFolder } from "../../store/types.ts";

/** Number of removed messages from which on their ids are forgotten. */
const MAX_REMOVED = 1000;

/** The messages of a folder by their message ids. They are read at the first look for one, and what has come since at the next one. */
export class MessageIds implements Disposable {
  readonly #folder: MailFolder;
  readonly #idOf: (mail: FolderMail) => Promise<string | undefined>;
  readonly #stop: () => void;
  /** UIDs of the messages up to `#last`; also of some that are gone. */
  readonly #uids = new Map<string, number | number[]>();
  #last = 0;
  #removed = 0;
  #reading: Promise<void> = Promise.resolve();

  /** Finds messages of a folder; `idOf` returns the id of one that is not gone. */
  constructor(folder: MailFolder, idOf: (mail: FolderMail) => Promise<string | undefined>) {
    this.#folder = folder;
    this.#idOf = idOf;
    this.#stop = folder.watch((change) => {
      if ("removed" in change) this.#removed++;
    });
  }

  /** Returns the UID of the first message with this id; undefined when there is none. */
  async find(messageId: string): Promise<number | undefined> {
    await (this.#reading = this.#reading.then(() => this.#read()));
    return [this.#uids.get(messageId) ?? []].flat().find((uid) => this.#folder.get(uid));
  }

  /** Stops following changes. */
  [Symbol.dispose](): void {
    this.#stop();
  }

  async #read(): Promise<void> {
    if (this.#removed > MAX_REMOVED + this.#folder.count) {
      this.#uids.clear();
      this.#last = 0;
      this.#removed = 0;
    }
    const { messages } = this.#folder;
    if ((messages.at(-1)?.uid ?? 0) <= this.#last) return;
    const left = messages.filter(({ uid }) => uid > this.#last);
    await this.#folder.prepare(left.map(({ uid }) => uid));
    for (const mail of left) {
      const id = await this.#idOf(mail);
      this.#last = mail.uid;
      if (id === undefined) continue;
      const same = this.#uids.get(id);
      this.#uids.set(id, same === undefined ? mail.uid : [same, mail.uid].flat());
    }
  }
}
