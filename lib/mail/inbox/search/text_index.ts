import { TimeSlice } from "../../../core/mod.ts";
import type { StoredTexts, TextFacts, TextStorage } from "../../store/texts.ts";
import type { RegionFilter } from "./region.ts";

/** Characters of a chunk. */
const CHUNK = 1 << 20;
/** Bytes of chunks in memory; the oldest are dropped beyond it. */
const REMEMBERED = 256 * 2 ** 20;

/** Regions of messages, which are searched one after the other; with a place to store them if there is one. */
interface Chunk extends TextFacts {
  readonly stored?: StoredTexts;
  readonly bytes?: Uint8Array;
  /** Number of its messages that were not removed. */
  live: number;
}

/** A message that is in no chunk yet. */
interface Entry {
  readonly region: string;
  readonly attachments: number;
}

const encoder = new TextEncoder();

/** The searchable texts of messages. Those that were added last are in memory; the others are read at each search, if they are stored. */
export class TextIndex {
  readonly #storage?: TextStorage;
  readonly #chunks = new Set<Chunk>();
  readonly #chunkOf = new Map<string, Chunk>();
  readonly #open = new Map<string, Entry>();
  #openSize = 0;
  #remembered = 0;

  /** Continues with what is stored. */
  constructor(storage?: TextStorage) {
    this.#storage = storage;
    for (const stored of storage?.load() ?? []) this.#take({ ...stored, stored });
  }

  /** Whether a message was added. */
  has(id: string): boolean {
    return this.#chunkOf.has(id) || this.#open.has(id);
  }

  /** The region of a message that was added lately. */
  recent(id: string): Entry | undefined {
    return this.#open.get(id);
  }

  /** Adds a message. */
  add(id: string, entry: Entry): void {
    if (this.has(id)) return;
    this.#open.set(id, entry);
    this.#openSize += entry.region.length;
    if (this.#openSize >= CHUNK) this.seal();
  }

  /** Removes a message. */
  remove(id: string): void {
    this.#openSize -= this.#open.get(id)?.region.length ?? 0;
    this.#open.delete(id);
    const chunk = this.#chunkOf.get(id);
    this.#chunkOf.delete(id);
    if (chunk && --chunk.live === 0) this.#drop(chunk);
  }

  /** Makes a chunk of what was added last, and stores it. */
  seal(): void {
    if (this.#open.size === 0) return;
    const entries = [...this.#open.values()];
    const facts: TextFacts = {
      ids: [...this.#open.keys()],
      lengths: entries.map(({ region }) => region.length),
      attachments: entries.map(({ attachments }) => attachments),
    };
    const bytes = encoder.encode(entries.map(({ region }) => region).join(""));
    this.#open.clear();
    this.#openSize = 0;
    const stored = this.#storage?.store(facts, bytes);
    this.#take(stored ? { ...facts, stored } : { ...facts, bytes });
  }

  /** Returns the ids of messages that fit, out of those of these ids. */
  async search(filter: RegionFilter, ids: readonly string[], signal: AbortSignal): Promise<Set<string>> {
    const fitting = new Set<string>();
    const chunks = new Set<Chunk>();
    for (const id of ids) {
      const chunk = this.#chunkOf.get(id);
      if (chunk) chunks.add(chunk);
      const entry = chunk ? undefined : this.#open.get(id);
      if (entry && fits(entry, filter)) fitting.add(id);
    }
    const turns = new TimeSlice();
    const buffer = new Uint8Array(Math.max(0, ...Array.from(chunks, ({ stored }) => stored?.size ?? 0)));
    for (const chunk of chunks) {
      if (signal.aborted) break;
      const bytes = chunk.bytes ?? (chunk.stored && await this.#storage?.read(chunk.stored, buffer));
      if (bytes) scan(bytes, chunk, filter, fitting);
      // It is made again by the next search.
      else this.#drop(chunk);
      // Mail goes on coming in meanwhile.
      if (turns.due) await turns.pass();
    }
    return fitting;
  }

  #take(made: Omit<Chunk, "live">): void {
    const chunk = { ...made, live: made.ids.filter((id) => id !== "").length };
    this.#chunks.add(chunk);
    for (const id of chunk.ids) if (id !== "") this.#chunkOf.set(id, chunk);
    this.#remembered += chunk.bytes?.length ?? 0;
    for (const oldest of this.#chunks) {
      if (this.#remembered <= REMEMBERED) break;
      if (oldest.bytes) this.#drop(oldest);
    }
  }

  #drop(chunk: Chunk): void {
    this.#chunks.delete(chunk);
    this.#remembered -= chunk.bytes?.length ?? 0;
    for (const id of chunk.ids) if (this.#chunkOf.get(id) === chunk) this.#chunkOf.delete(id);
  }
}

/** Whether a message that is in no chunk yet fits. */
export function fits({ region, attachments }: Entry, filter: RegionFilter): boolean {
  const bytes = encoder.encode(region);
  const found = filter.rarest?.find(bytes, 0, bytes.length) ?? 0;
  return found >= 0 && filter.fits({ bytes, start: 0, end: bytes.length }, attachments);
}

/** Looks for regions that fit; only those that have the rarest text are looked at. Each ends with a zero. */
function scan(bytes: Uint8Array, { ids, attachments }: Chunk, filter: RegionFilter, fitting: Set<string>): void {
  const { rarest } = filter;
  let start = 0;
  let at = -1;
  for (const [index, id] of ids.entries()) {
    const end = bytes.indexOf(0, start) + 1;
    if (end === 0) return;
    // The next place of the text, which may be in a later region.
    if (at < start) at = rarest ? rarest.find(bytes, start, bytes.length) : start;
    if (at < 0) return;
    if (at < end && filter.fits({ bytes, start, end }, attachments[index] ?? 0)) fitting.add(id);
    start = end;
  }
}
