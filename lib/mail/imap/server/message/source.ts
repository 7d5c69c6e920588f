import { headBudget, readHead } from "../../../mime/fields.ts";
import type { MailFacts } from "../../../index/facts.ts";
import { plainStructure } from "../../../mime/structure.ts";
import type { FolderMail, MailFolder } from "../../../store/types.ts";
import { withLineEnds } from "../../../mime/line_ends.ts";
import type { MessageCache } from "./cache.ts";

/** Bytes in which the end of a header is looked for first. */
const HEAD = 32 * 1024;

/** A message whose parts are read when they are asked for. */
export class MessageSource {
  /** The message. */
  readonly mail: FolderMail;
  readonly #folder: MailFolder;
  readonly #cache: MessageCache;
  #bytes?: Uint8Array;
  #head?: Uint8Array;
  #facts?: MailFacts;

  /** Reads a message of a folder. */
  constructor(folder: MailFolder, mail: FolderMail, cache: MessageCache) {
    this.#folder = folder;
    this.mail = mail;
    this.#cache = cache;
  }

  /** Reads all of it; undefined when it is gone. */
  async bytes(): Promise<Uint8Array | undefined> {
    return this.#bytes ??= await this.#cache.read(this.#folder, this.mail);
  }

  /** Reads its header with the empty line; of a large message no more than that. */
  async head(): Promise<Uint8Array | undefined> {
    if (this.#head) return this.#head;
    if (!this.#bytes && this.mail.mail.size > HEAD) {
      const stored = await this.#folder.read(this.mail.uid, HEAD);
      if (!stored) return undefined;
      const first = withLineEnds(stored);
      const body = bodyOf(first);
      if (body < first.length) return this.#head = first.subarray(0, body);
    }
    const bytes = await this.bytes();
    return bytes && (this.#head = bytes.subarray(0, bodyOf(bytes)));
  }

  /** Returns what was read of it once, also by an earlier run; undefined when it is gone. */
  async facts(): Promise<MailFacts | undefined> {
    return this.#facts ??= await this.#folder.parsed(this.mail.uid);
  }
}

/** Where the body begins. */
function bodyOf(bytes: Uint8Array): number {
  try {
    return readHead(bytes, 0, headBudget()).body;
  } catch (error) {
    if (error instanceof RangeError) return plainStructure(bytes).body;
    throw error;
  }
}
