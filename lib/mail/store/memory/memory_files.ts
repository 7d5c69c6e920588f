import { nextUidValidity } from "../uid_validity.ts";
import type { StoredMail } from "../types.ts";
import type { FolderFiles } from "../folder/files.ts";
import { MemoryFacts } from "./memory_facts.ts";

/** Small messages share buffers of this size: a hundred thousand buffers of their own would keep the collector busy. */
const SLAB = 1 << 20;
const SMALL = SLAB / 16;

/** Keeps the messages of a folder in memory. */
export class MemoryFiles implements FolderFiles {
  readonly uidValidity = nextUidValidity();
  readonly facts = new MemoryFacts();
  readonly #bytes = new Map<string, Uint8Array>();
  #slab = new Uint8Array(0);

  write(id: string, pieces: readonly Uint8Array[], { size }: { readonly size: number }): void {
    this.#bytes.set(id, this.#copy(pieces, size));
  }

  read({ id }: StoredMail, limit: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#bytes.get(id)?.subarray(0, limit));
  }

  pathOf(): undefined {
    return undefined;
  }

  setFlags(id: string, flags: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined> {
    return Promise.resolve(this.#bytes.has(id) ? flags : undefined);
  }

  link(id: string, from: FolderFiles, fromId: string, flags: ReadonlySet<string>): ReadonlySet<string> | undefined {
    const bytes = from instanceof MemoryFiles ? from.#bytes.get(fromId) : undefined;
    if (!bytes) return undefined;
    this.#bytes.set(id, bytes);
    return flags;
  }

  remove(id: string): Promise<boolean> {
    return Promise.resolve(this.#bytes.delete(id));
  }

  unlink(id: string): void {
    this.#bytes.delete(id);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  note(): void {}

  #copy(pieces: readonly Uint8Array[], size: number): Uint8Array {
    const room = size > SMALL ? new Uint8Array(size) : this.#room(size);
    let at = 0;
    for (const piece of pieces) {
      room.set(piece, at);
      at += piece.length;
    }
    return room;
  }

  #room(size: number): Uint8Array {
    if (this.#slab.length < size) this.#slab = new Uint8Array(SLAB);
    const room = this.#slab.subarray(0, size);
    this.#slab = this.#slab.subarray(size);
    return room;
  }
}
