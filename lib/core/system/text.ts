const BIG_ENDIAN = "utf-16be";
const LITTLE_ENDIAN = "utf-16le";

/** Returns the encoding that the byte order mark at the start of a text tells, and the length of the mark. */
function encodingOf([one, two, three]: Uint8Array): { readonly encoding: string; readonly mark: number } {
  if (one === 0xff && two === 0xfe) return { encoding: LITTLE_ENDIAN, mark: 2 };
  if (one === 0xfe && two === 0xff) return { encoding: BIG_ENDIAN, mark: 2 };
  return { encoding: "utf-8", mark: one === 0xef && two === 0xbb && three === 0xbf ? 3 : 0 };
}

/**
 * Decodes a text file that a person edits: UTF-8, with or without the byte order mark of editors on Windows, or UTF-16 with one, as
 * `>` writes in Windows PowerShell.
 *
 * @throws {TypeError} When it is not valid, if that is `fatal`; otherwise U+FFFD stands for what is invalid.
 */
export function decodeText(bytes: Uint8Array, { fatal = false }: { readonly fatal?: boolean } = {}): string {
  return new TextDecoder(encodingOf(bytes).encoding, { fatal }).decode(bytes);
}

/** Returns the lines of a text: they end with LF, CRLF or CR, the last one also with the text. */
export function textLines(text: string): string[] {
  return text.split(/\r\n?|\n/);
}

/** Converts the chunks of a text, as {@link decodeText} reads it, to UTF-8 without a byte order mark. Other bytes pass unchanged. */
export class Utf8Chunks {
  #held: Uint8Array | undefined = new Uint8Array();
  #decoder?: TextDecoder;

  /** Converts the next chunk. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#held) {
      const start = new Uint8Array([...this.#held, ...chunk.subarray(0, 3)]);
      const all = this.#held.length === 0 ? chunk : new Uint8Array([...this.#held, ...chunk]);
      if (couldBecomeMark(start)) {
        this.#held = all.slice();
        return new Uint8Array();
      }
      return this.#start(all);
    }
    return this.#decoder ? encode(this.#decoder.decode(chunk, { stream: true })) : chunk;
  }

  /** Returns what is left at the end. */
  end(): Uint8Array {
    const held = this.#held ? this.#start(this.#held) : new Uint8Array();
    return this.#decoder ? new Uint8Array([...held, ...encode(this.#decoder.decode())]) : held;
  }

  #start(bytes: Uint8Array): Uint8Array {
    this.#held = undefined;
    const { encoding, mark } = encodingOf(bytes);
    const rest = bytes.subarray(mark);
    if (encoding === "utf-8") return rest;
    this.#decoder = new TextDecoder(encoding, { ignoreBOM: true });
    return encode(this.#decoder.decode(rest, { stream: true }));
  }
}

/** Returns whether these are the first bytes of a mark, which is not complete. */
function couldBecomeMark(bytes: Uint8Array): boolean {
  const [one, two] = bytes;
  if (bytes.length === 0) return true;
  if (bytes.length === 1) return one === 0xef || one === 0xfe || one === 0xff;
  return bytes.length === 2 && one === 0xef && two === 0xbb;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
