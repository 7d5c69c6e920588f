import { UsageError } from "../../../core/errors/errors.ts";
import { COLON, decodeOctets, isToken, LF, SP, TAB } from "../octets.ts";

/** Sources of fields: names and values; what is undefined is left out. */
export type FieldsInit =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string | undefined>>;

/** One field: its name as it was written, its name in lower case, and its value. */
type Field = readonly [name: string, lower: string, value: string];

/**
 * The fields of a head or of trailers (RFC 9110 §5), in order and with names as they were written; looking one up
 * does not mind case. In values each character is one octet (ISO 8859-1): nothing is decoded that was not asked for.
 *
 * @example Look fields up
 * ```ts
 * import { Fields } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const fields = new Fields([["Vary", "accept"], ["VARY", "range"], ["ETag", '"v1"']]);
 * assertEquals(fields.get("etag"), '"v1"');
 * assertEquals(fields.get("vary"), "accept, range");
 * assertEquals([...fields][1], ["VARY", "range"]);
 * ```
 */
export class Fields implements Iterable<[name: string, value: string]> {
  #list?: Field[];
  #bytes: Uint8Array = NOTHING;
  #start = 0;
  #end = 0;

  /**
   * Makes fields.
   *
   * @throws {UsageError} `invalid-field` for an invalid name, or a value with a control character (CR, LF and NUL among them), a character above U+00FF, or space at an end.
   */
  constructor(init?: FieldsInit) {
    if (init === undefined) return;
    this.#list = [];
    const pairs = isIterable(init) ? init : Object.entries(init);
    for (const [name, value] of pairs) if (value !== undefined) this.append(name, value);
  }

  /**
   * The fields of field lines that were checked already: `bytes` from `start` up to `end` are looked at when a field
   * is asked for, until {@link keep} was called.
   */
  static parsed(bytes: Uint8Array, start: number, end: number): Fields {
    const fields = new Fields();
    fields.#bytes = bytes;
    fields.#start = start;
    fields.#end = end;
    return fields;
  }

  /** Takes what it needs out of the bytes it was made from, which may change after that. */
  keep(): void {
    if (this.#list || this.#start === this.#end) return;
    this.#bytes = this.#bytes.slice(this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
  }

  /** Number of field lines. */
  get size(): number {
    return this.#fields().length;
  }

  /** The value of a field; where there are several of that name, all of them joined by commas (RFC 9110 §5.2). */
  get(name: string): string | undefined {
    const lower = name.toLowerCase();
    let value: string | undefined;
    for (const field of this.#fields()) {
      if (field[1] === lower) value = value === undefined ? field[2] : `${value}, ${field[2]}`;
    }
    return value;
  }

  /** The values of all fields of a name, in order. */
  all(name: string): string[] {
    const lower = name.toLowerCase();
    return this.#fields().filter((field) => field[1] === lower).map((field) => field[2]);
  }

  /** Whether there is one of that name. */
  has(name: string): boolean {
    const lower = name.toLowerCase();
    return this.#fields().some((field) => field[1] === lower);
  }

  /**
   * Adds a field behind the others.
   *
   * @throws {UsageError} `invalid-field`.
   */
  append(name: string, value: string): void {
    if (!isToken(name)) throw new UsageError(`invalid field name ${JSON.stringify(name)}`, { code: "invalid-field" });
    if (!VALUE.test(value)) {
      throw new UsageError(`the value of the field ${name} has a character that no field may have`, {
        code: "invalid-field",
      });
    }
    this.#fields().push([name, name.toLowerCase(), value]);
  }

  /**
   * Puts a field in place of all of that name.
   *
   * @throws {UsageError} `invalid-field`.
   */
  set(name: string, value: string): void {
    this.delete(name);
    this.append(name, value);
  }

  /** Takes all fields of a name away. */
  delete(name: string): void {
    const lower = name.toLowerCase();
    this.#list = this.#fields().filter((field) => field[1] !== lower);
  }

  /** Names, as they were written, and values, in order. */
  *[Symbol.iterator](): Iterator<[name: string, value: string]> {
    for (const [name, , value] of this.#fields()) yield [name, value];
  }

  #fields(): Field[] {
    return this.#list ??= readFields(this.#bytes, this.#start, this.#end);
  }
}

const NOTHING = new Uint8Array();
// No space at the ends: a reader would take it away.
const VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

function isIterable(init: FieldsInit): init is Iterable<readonly [string, string]> {
  return Symbol.iterator in init;
}

/** Field lines that were checked already. */
function readFields(bytes: Uint8Array, start: number, end: number): Field[] {
  const fields: Field[] = [];
  for (let at = start; at < end;) {
    const lf = bytes.indexOf(LF, at);
    const colon = bytes.indexOf(COLON, at);
    const [from, to] = trim(bytes, colon + 1, lf - 1);
    const name = decodeOctets(bytes, ...trim(bytes, at, colon));
    fields.push([name, name.toLowerCase(), decodeOctets(bytes, from, to)]);
    at = lf + 1;
  }
  return fields;
}

/** Where a value begins and ends without the space around it. */
export function trim(bytes: Uint8Array, start: number, end: number): [start: number, end: number] {
  while (start < end && (bytes[start] === SP || bytes[start] === TAB)) start++;
  while (end > start && (bytes[end - 1] === SP || bytes[end - 1] === TAB)) end--;
  return [start, end];
}
