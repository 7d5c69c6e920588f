import { closeQuietly, createOwnFile, openOwnFile, renameFile, writeAllSync } from "../../../core/mod.ts";
import { concat } from "../../../deps/std/bytes.ts";
import type { FactsStorage } from "../facts/storage.ts";
import { MemoryFacts } from "../memory/memory_facts.ts";
import { readChecked, readCheckedText, writeChecked, writeCheckedText } from "./checked_line.ts";
import { type FactsPlaces, findFacts } from "./facts_places.ts";
import { fill } from "./look_into.ts";

/** Name of the file in a maildir, and the version of its lines. */
const FACTS_NAME = "toucan.facts";
const VERSION = 1;
/** Bytes that are read at once; messages that follow each other are asked for one after the other. */
const WINDOW = 128 * 1024;
const WINDOWS = 4;
/** Longest line that is stored: what has a longer one is read again each time. */
const MAX_LINE = 1 << 20;
/** Bytes that are written at once. */
const BATCH = 64 * 1024;
/** Messages of which a process that cannot write the file remembers the facts. */
const REMEMBERED = 20_000;

interface Window {
  readonly from: number;
  readonly bytes: Uint8Array;
}

/** Maildir of a {@link FactsFile}. */
export interface FactsHome {
  /** Returns the path of the maildir; it changes with its name. */
  readonly directory: () => string;
  /** UIDVALIDITY: facts of another one are those of other messages. */
  readonly uidValidity: number;
  /** Whether files are written beside the messages. */
  readonly isUsable: () => boolean;
  /** Whether there is a message of this UID. */
  has(uid: number): boolean;
}

/**
 * Keeps the facts of the messages of a maildir in a file with a line for each, which is read where they are asked for. What is damaged,
 * or of another version, is made again from the messages; UIDs are in a file of their own.
 */
export class FactsFile implements FactsStorage {
  readonly #home: FactsHome;
  readonly #unwritten = new Map<number, Uint8Array>();
  #unwrittenBytes = 0;
  #places?: FactsPlaces;
  #windows: Window[] = [];
  #instead?: MemoryFacts;

  /** Keeps the facts of a maildir; the file is opened when they are first asked for. */
  constructor(home: FactsHome) {
    this.#home = home;
  }

  has(uid: number): boolean {
    const places = this.#open();
    return this.#instead?.has(uid) ?? (this.#unwritten.has(uid) || places.has(uid));
  }

  read(uid: number): Promise<string | undefined> | string | undefined {
    const at = this.#open().get(uid);
    if (this.#instead) return this.#instead.read(uid);
    const unwritten = this.#unwritten.get(uid);
    if (unwritten) return textOf(unwritten, 0, unwritten.length - 1, uid);
    if (at === undefined) return undefined;
    for (const { from, bytes } of this.#windows) {
      const to = at >= from && at < from + bytes.length ? bytes.indexOf(10, at - from) : -1;
      if (to >= 0) return this.#checked(textOf(bytes, at - from, to, uid), uid);
    }
    return this.#load(at, uid);
  }

  write(uid: number, packed: string): void {
    this.#open();
    if (this.#instead) return this.#instead.write(uid, packed);
    const line = writeCheckedText(`${uid} ${packed}`);
    if (line.length > MAX_LINE) return;
    this.#unwritten.set(uid, line);
    this.#unwrittenBytes += line.length;
    if (this.#unwrittenBytes >= BATCH) this.flush();
  }

  remove(uid: number): void {
    this.#instead?.remove(uid);
    this.#unwritten.delete(uid);
    this.#places?.delete(uid);
  }

  /** Writes what was not written yet. */
  flush(): void {
    const lines = [...this.#unwritten];
    this.#unwritten.clear();
    this.#unwrittenBytes = 0;
    if (lines.length === 0 || !this.#places) return;
    try {
      using file = openOwnFile(this.#path, { write: true }) ?? this.#create();
      let at = file.seekSync(0, Deno.SeekMode.End);
      writeAllSync(file, concat(lines.map(([, line]) => line)));
      for (const [uid, line] of lines) {
        this.#places.set(uid, at);
        at += line.length;
      }
    } catch {
      // Such as on a full disk: messages are read again.
      this.#instead = new MemoryFacts(REMEMBERED);
    }
  }

  get #path(): string {
    return `${this.#home.directory()}/${FACTS_NAME}`;
  }

  #open(): FactsPlaces {
    if (this.#places) return this.#places;
    this.#places = new Map();
    if (!this.#home.isUsable()) this.#instead = new MemoryFacts(REMEMBERED);
    else {
      try {
        this.#places = this.#find();
      } catch {
        this.#instead = new MemoryFacts(REMEMBERED);
      }
    }
    return this.#places;
  }

  #find(): FactsPlaces {
    using file = this.#openOwn();
    const found = file && findFacts(file, (line) => isHead(readChecked(line, 0, line.length), this.#home.uidValidity));
    if (!file || !found) {
      removeIfThere(this.#path);
      return new Map();
    }
    const { places, lines, end } = found;
    file.truncateSync(end);
    for (const uid of [...places.keys()]) if (!this.#home.has(uid)) places.delete(uid);
    // Most of it is of messages that are gone: it is made again.
    if (lines > 1000 && places.size * 4 < lines) {
      removeIfThere(this.#path);
      return new Map();
    }
    return places;
  }

  #openOwn(): Deno.FsFile | undefined {
    try {
      return openOwnFile(this.#path, { write: true });
    } catch {
      // A link, or something else that is not the store's: it is replaced.
      return undefined;
    }
  }

  #create(): Deno.FsFile {
    const temporary = `${this.#path}.new`;
    removeIfThere(temporary);
    const file = createOwnFile(temporary, { mode: 0o600 });
    try {
      writeAllSync(file, writeChecked(["toucan.facts", VERSION, this.#home.uidValidity]));
      renameFile(temporary, this.#path);
      return file;
    } catch (error) {
      closeQuietly(file);
      throw error;
    }
  }

  async #load(at: number, uid: number): Promise<string | undefined> {
    try {
      // Opened for each use: two that read do not share a position.
      using file = openOwnFile(this.#path);
      for (let span = WINDOW; file; span *= 4) {
        await file.seek(at, Deno.SeekMode.Start);
        const bytes = await fill(file, new Uint8Array(span));
        const to = bytes.indexOf(10);
        if (to < 0 && bytes.length === span && span <= MAX_LINE) continue;
        this.#windows = [{ from: at, bytes }, ...this.#windows.slice(0, WINDOWS - 1)];
        return this.#checked(textOf(bytes, 0, to, uid), uid);
      }
    } catch {
      // It was removed, or cannot be read: what it had is made again.
    }
    return this.#checked(undefined, uid);
  }

  /** Forgets a line that is damaged: it is made again. */
  #checked(text: string | undefined, uid: number): string | undefined {
    if (text === undefined) this.#places?.delete(uid);
    return text;
  }
}

/** The facts in a line of a message. */
function textOf(bytes: Uint8Array, from: number, to: number, uid: number): string | undefined {
  const text = to < 0 ? undefined : readCheckedText(bytes, from, to);
  const start = `${uid} `;
  return text?.startsWith(start) ? text.slice(start.length) : undefined;
}

function isHead(value: unknown, uidValidity: number): boolean {
  return Array.isArray(value) && value[0] === "toucan.facts" && value[1] === VERSION && value[2] === uidValidity;
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was not there, or cannot be removed.
  }
}
