import { formatName, parseName } from "./name.ts";
import { ByteWriter } from "./writer.ts";

/** Pointers have 14 bits (RFC 1035 §4.1.4). */
const MAX_POINTER = 0x3fff;

/** Writes a message, in which a name that was written before is replaced by a pointer. */
export class MessageWriter extends ByteWriter {
  readonly #places = new Map<string, number>();

  /** Makes an empty message. */
  constructor() {
    super(512);
  }

  /**
   * Writes a name, taken as absolute: as far as possible as a pointer.
   *
   * @throws {UsageError} `invalid-name`.
   */
  compressedName(name: string): void {
    if (name === ".") return this.u8(0);
    const escaped = name.includes("\\");
    // One form of a name is written, so that equal ones are found.
    const text = escaped ? formatName(parseName(name).labels) : name.endsWith(".") ? name : `${name}.`;
    const key = text.toLowerCase();
    let at = 0;
    while (at < key.length) {
      const suffix = key.slice(at);
      const place = this.#places.get(suffix);
      if (place !== undefined) {
        this.#labels(text.slice(0, at));
        return this.u16(0xc000 | place);
      }
      const dot = escaped ? labelEnd(key, at) : key.indexOf(".", at);
      const here = this.length + (escaped ? wireSize(text.slice(0, at)) : at);
      if (here <= MAX_POINTER) this.#places.set(suffix, here);
      at = dot + 1;
    }
    this.name(text);
  }

  /** Removes everything, for another message. */
  reset(): void {
    this.length = 0;
    this.#places.clear();
  }

  /** Removes everything from `length` on. */
  rewind(length: number): void {
    this.length = length;
    for (const [suffix, place] of this.#places) if (place >= length) this.#places.delete(suffix);
  }

  /** Writes labels, without the end of a name. */
  #labels(text: string): void {
    if (text === "") return;
    this.name(text);
    this.length--;
  }
}

/** Where a label ends: at a dot that is not escaped. */
function labelEnd(text: string, start: number): number {
  let at = start;
  while (text[at] !== ".") at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** Size of labels on the wire. */
function wireSize(labels: string): number {
  return labels === "" ? 0 : parseName(labels).labels.reduce((sum, label) => sum + 1 + label.length, 0);
}
