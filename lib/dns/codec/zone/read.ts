import { parseName } from "../name.ts";
import type { ResourceRecord } from "../record.ts";
import { expandRange, type GenerateRange, parseRange, SKIPPED } from "./generate.ts";
import { type Entry, LexicalError, type ZoneError, ZoneLexer, type ZonePlace } from "./lexer.ts";
import { EntryError, RecordReader } from "./record_reader.ts";

/** Options of {@link readZone}. */
export interface ReadZoneOptions {
  /** Name of the zone, to which relative names belong. Without it, the file has to say so with `$ORIGIN`. */
  readonly origin?: string;
  /** TTL of records without one, in seconds. Without it, `$TTL` or the last TTL before them. */
  readonly ttl?: number;
  /** Name of the file, for errors. @default {"zone"} */
  readonly file?: string;
  /** Returns the text of a file that `$INCLUDE` names in the file `from`; undefined if there is none. Without it, `$INCLUDE` is an error. */
  readonly include?: (path: string, from: string) => string | undefined;
  /** Number of characters of all files at most. @default {268435456} */
  readonly maxSize?: number;
  /** Number of records at most. @default {10000000} */
  readonly maxRecords?: number;
  /** Number of errors after which reading stops. @default {1000} */
  readonly maxErrors?: number;
}

/** A zone as its file has it. */
export interface ReadZone {
  /** Name of the zone: that of its SOA record, or the origin. */
  readonly origin: string;
  /** Its records, in the order of the file. */
  readonly records: ResourceRecord[];
  /** Where each of them stands. */
  readonly places: ZonePlace[];
  /** Faults; those entries are left out. */
  readonly errors: ZoneError[];
}

/** Files within files (RFC 1035 §5.1). */
const MAX_DEPTH = 10;
const MAX_SIZE = 256 * 1024 * 1024;
const MAX_RECORDS = 10_000_000;
const MAX_ERRORS = 1000;

/** More is wrong, or there is more, than is read. */
class ZoneLimit extends Error {
  override readonly name: string = "ZoneLimit";
}

/**
 * Reads a zone file (RFC 1035 §5, 2308 §4, 3597 §5): `$ORIGIN`, `$TTL`, `$INCLUDE`, `$GENERATE`, and records. An entry
 * that cannot be read is an error with its place, and reading goes on behind it.
 *
 * @throws {UsageError} `invalid-name` for the origin of the options.
 * @example
 * ```ts
 * import { readZone } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { records, errors } = readZone("www 1h A 192.0.2.1\nmail A 192.0.2.256\n", { origin: "example.", file: "z" });
 * assertEquals(records.map(({ name, ttl, data }) => [name, ttl, data]), [["www.example.", 3600, "192.0.2.1"]]);
 * assertEquals(errors.map(({ line, column }) => [line, column]), [[2, 8]]);
 * ```
 */
export function readZone(text: string, options: ReadZoneOptions = {}): ReadZone {
  if (options.origin !== undefined) parseName(options.origin);
  const reader = new ZoneReader(options);
  const file = options.file ?? "zone";
  try {
    reader.read(text, file, []);
  } catch (error) {
    if (!(error instanceof ZoneLimit)) throw error;
  }
  return reader.result(options.origin);
}

class ZoneReader {
  readonly #options: ReadZoneOptions;
  readonly #entries: RecordReader;
  readonly #records: ResourceRecord[] = [];
  readonly #places: ZonePlace[] = [];
  readonly #errors: ZoneError[] = [];
  #size = 0;

  constructor(options: ReadZoneOptions) {
    this.#options = options;
    this.#entries = new RecordReader(options.origin, options.ttl);
  }

  result(origin = "."): ReadZone {
    const soa = this.#records.find(({ type }) => type === "SOA");
    return {
      origin: soa?.name ?? this.#entries.firstOrigin ?? origin,
      records: this.#records,
      places: this.#places,
      errors: this.#errors,
    };
  }

  read(text: string, file: string, outer: readonly string[]): void {
    this.#size += text.length;
    const { maxSize = MAX_SIZE } = this.#options;
    if (this.#size > maxSize) this.#stop({ file, line: 1 }, `the zone has more than ${maxSize} characters`);
    const lexer = new ZoneLexer(text);
    const files = [...outer, file];
    while (true) {
      let entry: Entry | undefined;
      try {
        entry = lexer.next();
        if (!entry) return;
        this.#entry(entry, file, files);
      } catch (error) {
        if (error instanceof LexicalError) this.#error({ ...error, file, message: error.message });
        else if (error instanceof EntryError && entry) {
          const [line = entry.line, column = 1] = placeOf(entry, error.wordIndex);
          this.#error({ file, line, column, message: error.message });
        } else throw error;
      }
    }
  }

  #entry(entry: Entry, file: string, files: readonly string[]): void {
    const [first = ""] = entry.words;
    if (entry.blank || !first.startsWith("$")) return this.#record(entry, file);
    const argument = (index: number, what: string) => {
      const found = entry.words[index];
      if (found === undefined) throw new EntryError(`${first} requires ${what}`, index);
      return found;
    };
    const only = (count: number) => {
      if (entry.words.length > count) throw new EntryError(`unexpected "${entry.words[count]}" after ${first}`, count);
    };
    switch (first.toUpperCase()) {
      case "$ORIGIN":
        this.#entries.setOrigin(argument(1, "a name"));
        return only(2);
      case "$TTL":
        this.#entries.setTtl(argument(1, "a duration"));
        return only(2);
      case "$INCLUDE":
        argument(1, "a file");
        only(3);
        return this.#include(entry, file, files);
      case "$GENERATE":
        return this.#generate(entry, parseRange(argument(1, "a range")), file);
      default:
        throw new EntryError(`unknown directive "${first}"`, 0);
    }
  }

  #record(entry: Entry, file: string): void {
    const { maxRecords = MAX_RECORDS } = this.#options;
    const record = this.#entries.read(entry.words, entry.blank);
    if (this.#records.length >= maxRecords) {
      this.#stop({ file, line: entry.line }, `the zone has more than ${maxRecords} records`);
    }
    this.#records.push(record);
    this.#places.push({ file, line: entry.line });
  }

  #include(entry: Entry, file: string, files: readonly string[]): void {
    const path = (entry.words[1] ?? "").replace(/^"/, "").replace(/\\(.)/g, "$1");
    if (files.includes(path)) throw new EntryError(`file "${path}" includes itself`, 1);
    if (files.length > MAX_DEPTH) throw new EntryError(`more than ${MAX_DEPTH} files are nested`, 1);
    const text = this.#options.include?.(path, file);
    if (text === undefined) throw new EntryError(`cannot include "${path}"`, 1);
    const before = this.#entries.enter(entry.words[2]);
    this.read(text, path, files);
    this.#entries.leave(before);
  }

  #generate(entry: Entry, range: GenerateRange, file: string): void {
    if (entry.words.length < 5) throw new EntryError("$GENERATE requires a range, a name, a type and data", 0);
    const words = entry.words.slice(SKIPPED);
    for (const expanded of expandRange(range, words)) {
      try {
        this.#record({ ...entry, words: expanded, blank: false }, file);
      } catch (error) {
        if (error instanceof EntryError) throw new EntryError(error.message, error.wordIndex + SKIPPED);
        throw error;
      }
    }
  }

  #error(error: ZoneError): void {
    const { file, line, column, message } = error;
    this.#errors.push({ file, line, column, message });
    const { maxErrors = MAX_ERRORS } = this.#options;
    if (this.#errors.length >= maxErrors) this.#stop({ file, line }, `reading stops after ${maxErrors} errors`);
  }

  #stop(place: ZonePlace, message: string): never {
    this.#errors.push({ ...place, column: 1, message });
    throw new ZoneLimit(message);
  }
}

/** Line and column of a word; of one that is missing, those of the last. */
function placeOf({ places }: Entry, wordIndex: number): readonly number[] {
  const at = Math.min(2 * wordIndex, places.length - 2);
  return places.slice(at, at + 2);
}
