import { closeQuietly } from "../../../core/dial/connection.ts";
import { SystemError } from "../../../core/errors/errors.ts";
import { createOwnFile, openOwnFile } from "../../../core/files/own_file.ts";
import { renameFile } from "../../../core/system/rename.ts";
import { writeAllSync } from "../../../core/bytes/writer.ts";
import type { FolderChange, FolderMail } from "../types.ts";
import { nextUidValidity, seenUidValidity } from "../uid_validity.ts";
import { type IndexLine, mailLine, writeLine } from "./index_line.ts";
import { writeLines } from "./write_lines.ts";
import { type IndexContents, readIndex } from "./read_index.ts";

/** Name of the index in a maildir. */
const INDEX_NAME = "toucan.index";
/** Number of UIDs that are reserved at once: at most that many are skipped after a crash. */
const RESERVED = 1000;
/** Number of obsolete lines beyond that of messages, from which on an index is rewritten. */
const DEAD_LINES = 10_000;

/** Source of an index that is rewritten. */
export interface IndexSource {
  /** The messages, in order of their UIDs. */
  readonly messages: readonly FolderMail[];
  /** The next UID. */
  readonly uidNext: number;
}

const NOTHING: IndexContents = { uidValidity: 0, mails: new Map(), next: 1, keywords: [], dead: 0, end: 0 };

/**
 * The UIDs and envelopes of a maildir, in a file that grows by a line for each change. UIDs are reserved on the disk before they are
 * used, so that none is used for another message even if the last lines are lost. What has been shown to a client was written before. A
 * file that is missing or damaged is replaced, with another UIDVALIDITY.
 */
export class IndexFile {
  /** Contents of the file when it was opened, until they were taken. */
  #found?: IndexContents;
  /** UIDVALIDITY of the folder. */
  readonly uidValidity: number;
  /** Whether there was no index that could be used. */
  readonly isNew: boolean;
  /** Path of the maildir; changes with its name. */
  directory: string;
  readonly #keepOpen: boolean;
  #file?: Deno.FsFile;
  #keywords: readonly string[];
  #delivered?: readonly [uidValidity: number, uid: number];
  #reserved: number;
  #dead: number;
  #usable = true;

  /** Opens the index of a maildir. With `keepOpen`, it is locked: it is not written if another process has it. */
  constructor(directory: string, keepOpen: boolean) {
    this.directory = directory;
    this.#keepOpen = keepOpen;
    const found = this.#open();
    const { keywords, delivered, next, dead } = found ?? NOTHING;
    this.#found = found;
    this.isNew = !found;
    this.uidValidity = found?.uidValidity ?? nextUidValidity();
    seenUidValidity(this.uidValidity);
    this.#keywords = keywords;
    this.#delivered = delivered;
    this.#reserved = next;
    this.#dead = dead;
    if (!found) this.rewrite({ messages: [], uidNext: 1 });
  }

  /** Whether it is written: not beside another process, nor after a failure. */
  get isUsable(): boolean {
    return this.#usable;
  }

  /** Messages of the store that were delivered here: up to this UID. */
  get delivered(): readonly [uidValidity: number, uid: number] | undefined {
    return this.#delivered;
  }

  set delivered(value: readonly [uidValidity: number, uid: number]) {
    this.#delivered = value;
    this.#append(["delivered", ...value]);
    this.#dead++;
  }

  /** Returns the contents of the file when it was opened; later calls return nothing of them. */
  take(): IndexContents {
    const found = this.#found ?? NOTHING;
    this.#found = undefined;
    return found;
  }

  /** Keywords, that of `a` first. */
  get keywords(): readonly string[] {
    return this.#keywords;
  }

  set keywords(keywords: readonly string[]) {
    this.#keywords = [...keywords];
    this.#append(["keywords", ...keywords]);
  }

  /** Stores a change. */
  note(change: FolderChange, source: IndexSource): void {
    if ("added" in change) {
      const { uid, mail } = change.added;
      if (uid >= this.#reserved) this.#reserve(uid);
      this.#append(mailLine(uid, mail));
    } else if ("removed" in change) {
      this.#append(["-", change.removed]);
      this.#dead += 2;
      if (this.#dead > DEAD_LINES + source.messages.length) this.rewrite(source);
    }
  }

  /** Replaces the index by one without obsolete lines. */
  rewrite({ messages, uidNext }: IndexSource): void {
    const reserved = uidNext > 1 ? uidNext + RESERVED : 1;
    this.#attempt(() => {
      const path = `${this.directory}/${INDEX_NAME}`;
      const temporary = `${path}.new`;
      removeIfThere(temporary);
      const file = createOwnFile(temporary, { mode: 0o600, read: true });
      try {
        const head: IndexLine[] = [["toucan.index", 1, this.uidValidity], ["reserved", reserved]];
        if (this.#keywords.length > 0) head.push(["keywords", ...this.#keywords]);
        if (this.#delivered) head.push(["delivered", ...this.#delivered]);
        writeLines(file, head, messages);
        if (uidNext > 1) file.syncSync();
        this.#release();
        renameFile(temporary, path);
        // Until the name is on the disk, the old file may come back, in which fewer UIDs are reserved.
        if (uidNext > 1) syncNames(this.directory);
      } finally {
        closeQuietly(file);
      }
      if (this.#keepOpen) this.#file = openOwnFile(path, { write: true, lock: true });
      this.#file?.seekSync(0, Deno.SeekMode.End);
      this.#reserved = reserved;
      this.#dead = 0;
    });
  }

  /** Stops writing: the maildir is deleted. */
  drop(): void {
    this.#release();
    this.#usable = false;
  }

  /** Closes it; UIDs that were reserved and not used are used later. */
  close(uidNext: number): void {
    this.#append(["closed", uidNext], true);
    this.#release();
    this.#usable = false;
  }

  #open(): IndexContents | undefined {
    const path = `${this.directory}/${INDEX_NAME}`;
    let file: Deno.FsFile | undefined;
    try {
      file = openOwnFile(path, { write: true, lock: this.#keepOpen });
      if (!file) return undefined;
      const found = readIndex(file);
      // The beginning of a line that was not finished.
      if (found && found.end < file.statSync().size) file.truncateSync(found.end);
      if (found && this.#keepOpen) {
        this.#file = file;
        file = undefined;
        this.#file.seekSync(found.end, Deno.SeekMode.Start);
      }
      return found;
    } catch (error) {
      // UIDs of a process beside another one are its own, and are not stored.
      if (error instanceof SystemError && error.code === "file-busy") this.#usable = false;
      return undefined;
    } finally {
      if (file) closeQuietly(file);
    }
  }

  #release(): void {
    if (this.#file) closeQuietly(this.#file);
    this.#file = undefined;
  }

  #reserve(uid: number): void {
    this.#reserved = uid + RESERVED;
    this.#dead++;
    this.#append(["reserved", this.#reserved], true);
  }

  #append(line: IndexLine, sync = false): void {
    this.#attempt(() => {
      const kept = this.#file;
      const file = kept ?? openOwnFile(`${this.directory}/${INDEX_NAME}`, { write: true });
      if (!file) throw new Deno.errors.NotFound();
      try {
        if (!kept) file.seekSync(0, Deno.SeekMode.End);
        writeAllSync(file, writeLine(line));
        if (sync) file.syncDataSync();
      } finally {
        if (!kept) closeQuietly(file);
      }
    });
  }

  /** Without a place to write there is no index: UIDs are valid until the end of the process, and their UIDVALIDITY with them. */
  #attempt(write: () => void): void {
    if (!this.#usable) return;
    try {
      write();
    } catch {
      this.#usable = false;
      this.#release();
      removeIfThere(`${this.directory}/${INDEX_NAME}`);
    }
  }
}

function syncNames(directory: string): void {
  try {
    using folder = Deno.openSync(directory);
    folder.syncSync();
  } catch {
    // The system opens no folders.
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was not there, or cannot be removed.
  }
}
