import { closeQuietly, createOwnFile, openOwnFile, renameFile, writeAllSync } from "../../../core/mod.ts";
import type { StoredTexts, TextFacts, TextStorage } from "../texts.ts";
import { readChecked, writeChecked } from "./checked_line.ts";
import { fill } from "./look_into.ts";
import type { MaildirFolder } from "./maildir_folder.ts";

/** Name of the file in a maildir. */
const TEXTS_NAME = "toucan.search";
/** Longest line in front of the texts of a chunk. */
const MAX_LINE = 4 << 20;
const FIRST_READ = 64 * 1024;

/**
 * Keeps the searchable texts of a maildir in a file: chunks, each with a line in front. What is damaged is left out, and so are chunks
 * of which most messages are gone.
 */
export class TextFile implements TextStorage, Disposable {
  readonly #folder: MaildirFolder;
  #file?: Deno.FsFile;
  #end = 0;

  /** Keeps the texts of the messages of a folder. */
  constructor(folder: MaildirFolder) {
    this.#folder = folder;
  }

  load(): readonly StoredTexts[] {
    if (!this.#folder.index.isUsable) return [];
    try {
      this.#file = openOwnFile(this.#path, { write: true });
      const found = this.#file ? [...this.#chunks(this.#file)] : [];
      if (!this.#file || this.#end === 0) this.#restart();
      const live = found.filter(({ ids }) => 2 * ids.filter((id) => id !== "").length >= ids.length);
      return sizeOf(live) * 2 < sizeOf(found) ? this.#copy(live) : live;
    } catch {
      this[Symbol.dispose]();
      return [];
    }
  }

  store(facts: TextFacts, texts: Uint8Array): StoredTexts | undefined {
    if (!this.#file) return undefined;
    const uids = facts.ids.map((id) => this.#folder.find(id)?.uid ?? 0);
    const line = writeChecked(["chunk", texts.length, uids, facts.lengths, facts.attachments]);
    try {
      this.#file.seekSync(this.#end, Deno.SeekMode.Start);
      writeAllSync(this.#file, line);
      writeAllSync(this.#file, texts);
    } catch {
      // Such as on a full disk: the rest of the texts is in memory.
      this[Symbol.dispose]();
      return undefined;
    }
    const at = this.#end + line.length;
    this.#end = at + texts.length;
    return { ...facts, at, size: texts.length };
  }

  async read({ at, size }: StoredTexts, buffer: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      // Opened for each use: a search goes on when the store was closed meanwhile, and two do not share a position.
      using file = openOwnFile(this.#path);
      await file?.seek(at, Deno.SeekMode.Start);
      const texts = file && await fill(file, size <= buffer.length ? buffer.subarray(0, size) : new Uint8Array(size));
      return texts?.length === size ? texts : undefined;
    } catch {
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    if (this.#file) closeQuietly(this.#file);
    this.#file = undefined;
  }

  get #path(): string {
    return `${this.#folder.directory}/${TEXTS_NAME}`;
  }

  /** Reads the lines of all chunks; the file ends behind the last one that is whole. */
  *#chunks(file: Deno.FsFile): Generator<StoredTexts> {
    const { size } = file.statSync();
    const head = lineAt(file, 0);
    if (!head || !isHead(head.value, this.#folder.uidValidity)) return;
    this.#end = head.end;
    for (let line = lineAt(file, this.#end); line; line = lineAt(file, this.#end)) {
      const chunk = chunkOf(line.value, line.end);
      if (!chunk || chunk.at + chunk.size > size) break;
      this.#end = chunk.at + chunk.size;
      const { uids, ...facts } = chunk;
      yield { ...facts, ids: uids.map((uid) => this.#folder.get(uid)?.mail.id ?? "") };
    }
    file.truncateSync(this.#end);
  }

  /** Begins an empty file. */
  #restart(): void {
    this[Symbol.dispose]();
    const temporary = `${this.#path}.new`;
    for (const path of [temporary, this.#path]) {
      try {
        Deno.removeSync(path);
      } catch {
        // It was not there.
      }
    }
    const file = createOwnFile(temporary, { mode: 0o600, read: true });
    const head = writeChecked(["toucan.search", 1, this.#folder.uidValidity]);
    try {
      writeAllSync(file, head);
      renameFile(temporary, this.#path);
    } finally {
      closeQuietly(file);
    }
    this.#file = openOwnFile(this.#path, { write: true });
    this.#end = head.length;
  }

  /** Leaves only these chunks. */
  #copy(chunks: readonly StoredTexts[]): StoredTexts[] {
    using old = openOwnFile(this.#path);
    this.#restart();
    const copied: StoredTexts[] = [];
    for (const chunk of chunks) {
      const texts = old && readAt(old, chunk.at, chunk.size);
      const stored = texts?.length === chunk.size ? this.store(chunk, texts) : undefined;
      if (stored) copied.push(stored);
    }
    return copied;
  }
}

function sizeOf(chunks: readonly StoredTexts[]): number {
  return chunks.reduce((sum, { size }) => sum + size, 0);
}

/** Reads the line at a position. */
function lineAt(file: Deno.FsFile, at: number): { readonly value: unknown; readonly end: number } | undefined {
  for (let span = FIRST_READ; span <= MAX_LINE; span *= 8) {
    const bytes = readAt(file, at, span);
    const feed = bytes.indexOf(10);
    if (feed >= 0) return { value: readChecked(bytes, 0, feed), end: at + feed + 1 };
    if (bytes.length < span) return undefined;
  }
  return undefined;
}

function readAt(file: Deno.FsFile, at: number, size: number): Uint8Array {
  file.seekSync(at, Deno.SeekMode.Start);
  const bytes = new Uint8Array(size);
  let held = 0;
  while (held < size) {
    const count = file.readSync(bytes.subarray(held));
    if (count === null) break;
    held += count;
  }
  return bytes.subarray(0, held);
}

function isHead(value: unknown, uidValidity: number): boolean {
  return Array.isArray(value) && value[0] === "toucan.search" && value[1] === 1 && value[2] === uidValidity;
}

function chunkOf(
  value: unknown,
  at: number,
): { readonly at: number; readonly size: number; readonly uids: number[] } & Omit<TextFacts, "ids"> | undefined {
  if (!Array.isArray(value) || value[0] !== "chunk") return undefined;
  const [, size, uids, lengths, attachments] = value;
  if (!isCount(size) || !isCounts(uids) || !isCounts(lengths) || !isCounts(attachments)) return undefined;
  return lengths.length === uids.length && attachments.length === uids.length
    ? { at, size, uids, lengths, attachments }
    : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}
