import { closeQuietly, fromSystem, GroupCommit, writeAllSync } from "../../../core/mod.ts";
import type { Destination } from "../naming/destination.ts";
import type { Entity } from "../entity.ts";
import { setModified } from "../modified.ts";
import { removeQuietly } from "./open_part.ts";

/** Up to this size a file is received in memory before it is written: to receive it again costs less than to resume it. */
export const SMALL_FILE_BYTES: number = 1 << 20;

/** Where a {@link HeldFile} goes. */
export interface HeldFilePlace {
  /** Its final path. */
  readonly file: string;
  /** The folder of the final path. */
  readonly folder: string;
  /** The path under which it is written, on the same file system. */
  readonly staged: string;
  /** The time of the last change that it gets, in milliseconds since 1970, whatever the response says. */
  readonly modified?: number;
  /** Creates the staged file, or empties what an earlier run has left of it; locked, so that no other process does. */
  readonly open: () => Deno.FsFile;
  /** Gives the staged file its final name; its data is on the disk by then. */
  readonly name: (staged: Deno.FsFile) => void;
  /** Where it goes instead when it turns out to be larger; without it that cannot happen. */
  readonly larger?: () => Destination;
}

/**
 * A file that is small enough to be received in memory. It is written when it is complete, so nothing of it is on the disk
 * before, and an interrupted transfer begins anew.
 */
export class HeldFile implements Destination {
  readonly file: string;
  readonly skips = false;
  modified?: number;
  readonly #place: HeldFilePlace;
  readonly #commits: GroupCommit;
  #bytes: Uint8Array<ArrayBuffer>;
  #size = 0;
  #entity?: Entity;
  #larger?: Destination;

  /** `length` is the expected size in bytes. */
  constructor(place: HeldFilePlace, length: number | undefined, commits: GroupCommit = new GroupCommit()) {
    this.file = place.file;
    this.#place = place;
    this.#commits = commits;
    this.#bytes = new Uint8Array(Math.min(length ?? 16 * 1024, SMALL_FILE_BYTES));
  }

  get size(): number {
    return this.#larger?.size ?? this.#size;
  }

  get entity(): Entity | undefined {
    return this.#entity;
  }

  begin(entity: Entity): void {
    this.#entity = entity;
    this.#size = 0;
    this.#larger?.begin(entity);
  }

  write(bytes: Uint8Array): void | Promise<void> {
    if (this.#larger) return this.#larger.write(bytes);
    const size = this.#size + bytes.length;
    if (size > SMALL_FILE_BYTES && this.#place.larger) return this.#moveTo(this.#place.larger(), bytes);
    if (size > this.#bytes.length) this.#grow(size);
    this.#bytes.set(bytes, this.#size);
    this.#size = size;
  }

  #grow(size: number): void {
    const roomy = new Uint8Array(Math.max(size, 2 * this.#bytes.length));
    roomy.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = roomy;
  }

  async #moveTo(larger: Destination, more: Uint8Array): Promise<void> {
    this.#larger = larger;
    if (this.#entity) larger.begin(this.#entity);
    await larger.write(this.#bytes.subarray(0, this.#size));
    this.#bytes = new Uint8Array();
    await larger.write(more);
  }

  async finish(): Promise<void> {
    const { file, folder, staged, open, name, modified = this.modified } = this.#place;
    if (this.#larger) {
      this.#larger.modified = modified;
      return await this.#larger.finish();
    }
    let handle: Deno.FsFile | undefined;
    let named = false;
    try {
      const opened = handle = open();
      writeAllSync(opened, this.#bytes.subarray(0, this.#size));
      if (modified !== undefined) setModified(opened, modified);
      // Many may wait for the disk.
      this.#bytes = new Uint8Array();
      await this.#commits.commit({ file: opened, folder, name: () => name(opened) });
      named = true;
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: file });
    } finally {
      if (handle && !named) removeQuietly(staged);
      if (handle) closeQuietly(handle);
    }
  }

  close(): void {
    this.#larger?.close();
  }

  discard(): void {
    this.#size = 0;
    this.#larger?.discard?.();
  }
}
