import { type MailStructure, plainStructure, readStructure } from "../../../mime/structure.ts";
import { withLineEnds } from "./line_ends.ts";
import type { FolderMail, MailFolder } from "../../../store/types.ts";

/** Structures and sizes that are remembered. */
const MAX_STRUCTURES = 1000;
const MAX_SIZES = 200_000;

/**
 * Reads messages for FETCH and SEARCH. The last one is kept, and the structures of many: clients ask for the parts of a message one after
 * the other.
 */
export class MessageCache {
  /** By keys of {@link MessageCache.key}: in the maildirs of two users, files of the same name can be different messages. */
  readonly #structures = new Map<string, MailStructure>();
  readonly #sizes = new Map<string, number>();
  readonly #folders = new WeakMap<MailFolder, number>();
  #count = 0;
  #last?: { readonly key: string; readonly bytes: Uint8Array };

  /** Returns the key of a message in a folder. */
  key(folder: MailFolder, { uid, mail: { id } }: FolderMail): string {
    let number = this.#folders.get(folder);
    if (number === undefined) this.#folders.set(folder, number = ++this.#count);
    return `${number}:${folder.uidValidity}:${uid}:${id}`;
  }

  /** Reads a message; undefined when it is gone. */
  async read(folder: MailFolder, mail: FolderMail): Promise<Uint8Array | undefined> {
    const key = this.key(folder, mail);
    if (this.#last?.key === key) return this.#last.bytes;
    const stored = await folder.read(mail.uid);
    if (!stored) return undefined;
    const bytes = withLineEnds(stored);
    this.#last = { key, bytes };
    this.#sizes.set(key, bytes.length);
    if (this.#sizes.size > MAX_SIZES) this.#sizes.clear();
    return bytes;
  }

  /** Returns the size of a message as clients get it: a maildir may have lines that end with LF. Undefined when it is gone. */
  async size(folder: MailFolder, mail: FolderMail): Promise<number | undefined> {
    return this.#sizes.get(this.key(folder, mail)) ?? (await this.read(folder, mail))?.length;
  }

  /** Returns the structure of a message. One that is beyond the limits of its parser is a text. */
  structure(folder: MailFolder, mail: FolderMail, bytes: Uint8Array): MailStructure {
    const key = this.key(folder, mail);
    const known = this.#structures.get(key);
    if (known) return known;
    const structure = structureOf(bytes);
    this.#structures.set(key, structure);
    for (const first of this.#structures.keys()) {
      if (this.#structures.size <= MAX_STRUCTURES) break;
      this.#structures.delete(first);
    }
    return structure;
  }
}

function structureOf(bytes: Uint8Array): MailStructure {
  try {
    return readStructure(bytes);
  } catch (error) {
    if (error instanceof RangeError) return plainStructure(bytes);
    throw error;
  }
}
