import { closeQuietly, fromSystem, GroupCommit, writeAllSync } from "../../../core/mod.ts";
import type { Destination } from "../naming/destination.ts";
import type { Entity } from "../entity.ts";
import { setModified } from "./set_modified.ts";
import { removeQuietly } from "./open_part.ts";

/** Maximum size of a file that is received in memory: receiving it again costs less than resuming it. */
export const SMALL_FILE_BYTES: number = 1 << 20;

/** Where a {@link BufferedFile} is written. */
export interface BufferedFileOptions {
  /** Its final path. */
  readonly file: string;
  /** The folder of the final path. */
  readonly folder: string;
  /** The path of the staged file, on the same file system. */
  readonly staged: string;
  /** Modification time for the file in milliseconds since 1970; overrides that of the response. */
  readonly modified?: number;
  /** Creates the staged file, or empties that of an earlier run; locked against other processes. */
  readonly open: () => Deno.FsFile;
  /** Renames the staged file to its final name, after its data is on the disk. */
  readonly name: (staged: Deno.FsFile) => void;
  /** Opens another destination when the file turns out to be larger; without it the size is known. */
  readonly larger?: () => Destination;
}

/**
 * A file small enough to be received in memory. It is written when it is complete, so an interrupted transfer leaves nothing
 * on the disk and restarts.
 */
export class BufferedFile implements Destination {
  readonly file: string;
  readonly skips = false;
  modified?: number;
  readonly #place: BufferedFileOptions;
  readonly #commits: GroupCommit;
  #bytes: Uint8Array<ArrayBuffer>;
  #size = 0;
  #entity?: Entity;
  #larger?: Destination;

  /** `length` is the expected size in bytes. */
  constructor(place: BufferedFileOptions, length: number | undefined, commits: GroupCommit = new GroupCommit()) {
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
