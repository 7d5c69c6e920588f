import { addressOfGroup, EVERYTHING, groupOfAddress } from "../codec/group_name.ts";
import type { FolderMail, MailFolder, StoredMail } from "../../store/types.ts";
import { ArticleNumbers } from "./numbers.ts";

/** Maximum number of newsgroups; messages to further addresses are in the group with all articles only. */
const MAX_GROUPS = 100_000;

/** A newsgroup: the messages to one address, or all of them. */
export interface ServedGroup {
  /** Name. */
  readonly name: string;
  /** Address whose messages it has; undefined for all. */
  readonly address?: string;
  /** Time of its first message, in milliseconds since 1970. */
  readonly created: number;
  /** Numbers of its articles: UIDs of the folder. */
  readonly numbers: ArticleNumbers;
}

/** The newsgroups of a folder: one for each address that a message was sent to, and one with all messages. They follow its changes. */
export class Newsgroups implements Disposable {
  readonly #groups = new Map<string, ServedGroup>();
  readonly #everything: ServedGroup;
  readonly #stop: () => void;

  /** Makes the newsgroups of a folder. */
  constructor(folder: MailFolder) {
    const { messages } = folder;
    this.#everything = {
      name: EVERYTHING,
      created: messages[0]?.mail.received ?? Date.now(),
      numbers: new ArticleNumbers(),
    };
    this.#groups.set(EVERYTHING, this.#everything);
    for (const mail of messages) this.#add(mail);
    this.#stop = folder.watch((change) => {
      if ("added" in change) this.#add(change.added);
      else if ("removed" in change) this.#remove(change.removed, change.mail);
    });
  }

  /** All groups, that with all messages first. */
  all(): Iterable<ServedGroup> {
    return this.#groups.values();
  }

  /** Returns the group of a name, in either case. */
  get(name: string): ServedGroup | undefined {
    return this.#groups.get(name.toLowerCase());
  }

  /** Stops following changes. */
  [Symbol.dispose](): void {
    this.#stop();
  }

  #add({ uid, mail }: FolderMail): void {
    this.#everything.numbers.add(uid);
    for (const name of namesOf(mail)) this.#of(name, mail.received)?.numbers.add(uid);
  }

  #remove(uid: number, mail: StoredMail): void {
    this.#everything.numbers.remove(uid);
    for (const name of namesOf(mail)) this.#groups.get(name)?.numbers.remove(uid);
  }

  #of(name: string, created: number): ServedGroup | undefined {
    const known = this.#groups.get(name);
    if (known || this.#groups.size >= MAX_GROUPS) return known;
    const made = { name, address: addressOfGroup(name), created, numbers: new ArticleNumbers() };
    this.#groups.set(name, made);
    return made;
  }
}

/** Names of the groups of the recipients, each once. */
export function namesOf({ to }: StoredMail): Set<string> {
  return new Set(to.flatMap((address) => groupOfAddress(address) ?? []));
}
