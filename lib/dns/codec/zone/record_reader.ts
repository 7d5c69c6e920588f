import { DnsMessageError } from "../reader.ts";
import { formatName, parseName } from "../name.ts";
import { absoluteName } from "../rdata/absolute.ts";
import { parseData } from "../rdata/data.ts";
import { parseDuration } from "../rdata/duration.ts";
import { RecordTextError } from "../rdata/text.ts";
import { recordOf, type ResourceRecord } from "../record.ts";
import { className, classNumber, META_TYPES, typeName, typeNumber } from "../types.ts";

/** An entry that is wrong. */
export class EntryError extends Error {
  override readonly name: string = "EntryError";
  /** Makes an error about a word. */
  constructor(message: string, readonly wordIndex: number) {
    super(message);
  }
}

/** State that an included file begins with. */
interface Scope {
  readonly origin?: string;
  readonly owner?: string;
}

const MAX_TTL = 0x7fff_ffff;
const META = new Set<string>(Object.keys(META_TYPES));
/** Stands in for an origin that is not known: no name in a file can have it. */
const UNKNOWN_ORIGIN = "unknown\\000origin.";

/** Reads entries as records; keeps origin, owner, TTL and class from one to the next. */
export class RecordReader {
  #origin?: string;
  #owner?: string;
  /** TTL of `$TTL`. */
  #defaultTtl?: number;
  /** TTL of the last record that had one. */
  #lastTtl?: number;
  #class?: string;
  /** First origin of the file. */
  firstOrigin?: string;

  /** Starts with the origin and TTL of the options. */
  constructor(origin: string | undefined, ttl: number | undefined) {
    this.#origin = origin === undefined ? undefined : formatName(parseName(origin).labels);
    this.firstOrigin = this.#origin;
    this.#defaultTtl = ttl;
  }

  /** Reads the name of `$ORIGIN`. */
  setOrigin(word: string): void {
    this.#origin = this.#name(word, 1);
    this.firstOrigin ??= this.#origin;
  }

  /** Reads the duration of `$TTL`. */
  setTtl(word: string): void {
    this.#defaultTtl = ttlOf(word, 1);
  }

  /** Begins a file that is included, with an origin of its own if there is one. */
  enter(origin: string | undefined): Scope {
    const before = { origin: this.#origin, owner: this.#owner };
    if (origin !== undefined) this.#origin = this.#name(origin, 2);
    return before;
  }

  /** Ends a file that is included. */
  leave({ origin, owner }: Scope): void {
    this.#origin = origin;
    this.#owner = owner;
  }

  /** Reads a record: `[NAME] [TTL] [CLASS] TYPE DATA`, TTL and class in any order. */
  read(words: readonly string[], blank: boolean): ResourceRecord {
    let at = blank ? 0 : 1;
    if (!blank) this.#owner = this.#name(words[0] ?? "", 0);
    const name = this.#owner;
    if (name === undefined) throw new EntryError("the first record has no owner name", 0);
    let ttl: number | undefined;
    let klass: string | undefined;
    for (let word = words[at]; word !== undefined; word = words[at]) {
      if (ttl === undefined && isDigit(word)) ttl = ttlOf(word, at);
      else if (klass === undefined && isClass(word)) klass = className(classNumber(word) ?? 0);
      else break;
      at++;
    }
    const type = typeOf(words[at], at);
    const data = words.slice(at + 1);
    const rdata = this.#data(type, data, at + 1, this.#classOf(klass, at));
    const head = { name, type, class: this.#class ?? "IN" };
    try {
      const record = recordOf({ ...head, ttl: 0, rdata });
      return { ...record, ttl: this.#ttl(ttl, record, at) };
    } catch (error) {
      if (error instanceof DnsMessageError) throw new EntryError(error.message, at + 1);
      throw error;
    }
  }

  /** All records of a zone have one class. */
  #classOf(klass: string | undefined, at: number): string {
    this.#class ??= klass ?? "IN";
    if (klass !== undefined && klass !== this.#class) {
      throw new EntryError(`class ${klass} in a zone of the class ${this.#class}`, at - 1);
    }
    return this.#class;
  }

  #data(type: string, words: readonly string[], at: number, klass: string): Uint8Array {
    try {
      const origin = this.#origin ?? UNKNOWN_ORIGIN;
      const rdata = parseData(type, words, { origin, class: klass });
      if (this.#origin === undefined && hasUnknownOrigin(type, rdata, klass)) {
        throw new EntryError("a name is relative, and there is no origin", at);
      }
      return rdata;
    } catch (error) {
      if (!(error instanceof RecordTextError)) throw error;
      throw new EntryError(`${type}: ${error.reason ?? error.message}`, at + error.wordIndex);
    }
  }

  #ttl(given: number | undefined, { type, fields }: ResourceRecord, at: number): number {
    if (given !== undefined) return this.#lastTtl = given;
    // Without any TTL, that of negative answers stands for all (as with other servers).
    if (type === "SOA" && typeof fields.minimum === "number") this.#lastTtl ??= Math.min(fields.minimum, MAX_TTL);
    const ttl = this.#defaultTtl ?? this.#lastTtl;
    if (ttl === undefined) throw new EntryError("the record has no TTL, and there is no $TTL", at);
    return ttl;
  }

  #name(word: string, at: number): string {
    if (word.startsWith('"')) throw new EntryError("a name cannot be quoted", at);
    if (this.#origin === undefined && (word === "@" || absoluteName(word, ".") !== word)) {
      throw new EntryError(`name "${word}" is relative, and there is no origin`, at);
    }
    const name = absoluteName(word, this.#origin ?? ".");
    // The common case needs no parsing here: letters, digits, hyphens and dots that separate short labels.
    if (PLAIN_NAME.test(name) && name.length <= 254) return name;
    try {
      return formatName(parseName(name).labels);
    } catch (error) {
      throw new EntryError(error instanceof Error ? error.message : String(error), at);
    }
  }
}

const PLAIN_NAME = /^(?:[\w*-]{1,63}\.)+$/;

function hasUnknownOrigin(type: string, rdata: Uint8Array, klass: string): boolean {
  return recordOf({ name: ".", type, class: klass, rdata }).data.includes(UNKNOWN_ORIGIN);
}

function isDigit(word: string): boolean {
  const code = word.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}

function isClass(word: string): boolean {
  return /^(?:IN|CH|HS|CLASS\d+)$/i.test(word) && classNumber(word) !== undefined;
}

function ttlOf(word: string, at: number): number {
  const ttl = parseDuration(word);
  if (ttl === undefined || ttl > MAX_TTL) {
    throw new EntryError(
      `invalid TTL "${word}": seconds up to ${MAX_TTL}, or a duration such as 1h30m is required`,
      at,
    );
  }
  return ttl;
}

function typeOf(word: string | undefined, at: number): string {
  if (word === undefined) throw new EntryError("the record has no type", at);
  const number = typeNumber(word);
  if (number === undefined) throw new EntryError(`unknown record type "${word.replace(/^"/, "")}"`, at);
  const type = typeName(number);
  if (META.has(type) || number === 0) throw new EntryError(`records of the type ${type} cannot be in a zone`, at);
  return type;
}
