import { type MailStructure, plainStructure, readStructure } from "../../../mime/structure.ts";
import type { FolderMail, MailFolder } from "../../../store/types.ts";

/** Structures that are remembered. */
const MAX_STRUCTURES = 1000;

/**
 * Reads messages for FETCH and SEARCH. The last one is kept, and the structures of many: clients ask for the parts of a message one after
 * the other.
 */
export class MessageCache {
  readonly #structures = new Map<string, MailStructure>();
  #last?: { readonly id: string; readonly bytes: Uint8Array };

  /** Reads a message; undefined when it is gone. */
  async read(folder: MailFolder, { uid, mail: { id } }: FolderMail): Promise<Uint8Array | undefined> {
    if (this.#last?.id === id) return this.#last.bytes;
    const bytes = await folder.read(uid);
    if (bytes) this.#last = { id, bytes };
    return bytes;
  }

  /** Returns the structure of a message. One that is beyond the limits of its parser is a text. */
  structure({ mail: { id } }: FolderMail, bytes: Uint8Array): MailStructure {
    const known = this.#structures.get(id);
    if (known) return known;
    const structure = structureOf(bytes);
    this.#structures.set(id, structure);
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
