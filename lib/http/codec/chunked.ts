import { concat } from "../../deps/std/bytes.ts";
import { Fields } from "./fields/fields.ts";
import { FramingFields } from "./framing_fields.ts";
import { invalid, tooLarge } from "./invalid.ts";
import type { HttpLimits } from "./limits.ts";
import { CR, encodeOctets, LF } from "./octets.ts";
import { unfold } from "./unfold.ts";

type State = "size" | "extension" | "size-lf" | "data" | "data-cr" | "data-lf" | "trailer" | "done";

const EXTENSIONS = /^(?:[\t ]*;[\t ]*TOKEN(?:[\t ]*=[\t ]*(?:TOKEN|"(?:[^"\\]|\\.)*"))?)*$/.source;
/** In a response extensions are ignored whatever they are, and blanks pad a size to a width. */
const IGNORED_EXTENSION = /^[\t ]*(?:;|$)/;
const EXTENSION = new RegExp(EXTENSIONS.replaceAll("TOKEN", "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"));

/**
 * Takes the chunks of a body apart (RFC 9112 §7.1), in whatever pieces it comes. The data itself does not go through it:
 * it says how much of what follows is data.
 */
export class ChunkedDecoder {
  readonly #limits: HttpLimits;
  readonly #response: boolean;
  #state: State = "size";
  #size = 0;
  #digits = 0;
  #line = 0;
  #extension = "";
  #extensions = 0;
  #held: Uint8Array[] = [];
  #heldSize = 0;
  #lineLength = 0;
  #lines = 0;
  #last = 0;
  #trailers?: Fields;

  /**
   * Begins before the first chunk. In a response there may be blanks or anything behind a semicolon after a size, trailers may fold, and trailers about framing
   * mean nothing; a request with any of these is rejected.
   */
  constructor(limits: HttpLimits, kind: "request" | "response") {
    this.#limits = limits;
    this.#response = kind === "response";
  }

  /** Number of following bytes that are data; read them and call {@link took}. */
  get remaining(): number {
    return this.#state === "data" ? this.#size : 0;
  }

  /** Whether the body is over. */
  get done(): boolean {
    return this.#state === "done";
  }

  /** The trailers, once it is over. They are kept apart from the header fields. */
  get trailers(): Fields | undefined {
    return this.#trailers;
  }

  /** Reports that `count` of the remaining bytes were read. */
  took(count: number): void {
    this.#size -= count;
    if (this.#response) this.#extensions = Math.max(0, this.#extensions - count);
    if (this.#size === 0) this.#state = "data-cr";
  }

  /**
   * Reads what is not data, from `start` up to `end` at most, and returns where it stopped: before data, behind the
   * end of the body, or at `end`.
   *
   * @throws {HttpMessageError} `http-invalid-chunk`, `http-invalid-trailer` or `http-too-large-…`.
   */
  feed(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#state !== "data" && this.#state !== "done") {
      if (this.#state === "trailer") at = this.#trailer(bytes, at, end);
      else this.#octet(bytes[at++]);
    }
    return at;
  }

  #octet(octet: number): void {
    switch (this.#state) {
      case "size": {
        this.#countLine();
        const digit = hexDigit(octet);
        if (digit >= 0) return this.#digit(digit);
        if (this.#digits === 0) throw invalid("chunk", "a chunk has no size");
        this.#state = octet === CR ? "size-lf" : "extension";
        if (octet !== CR) this.#extend(octet);
        return;
      }
      case "extension":
        this.#countLine();
        if (octet !== CR) return this.#extend(octet);
        if (!(this.#response ? IGNORED_EXTENSION : EXTENSION).test(this.#extension)) {
          throw invalid("chunk", "invalid chunk extension");
        }
        this.#state = "size-lf";
        return;
      case "size-lf":
        if (octet !== LF) throw invalid("chunk", "the line of a chunk's size does not end with CR LF");
        this.#state = this.#size === 0 ? "trailer" : "data";
        this.#digits = this.#line = 0;
        this.#extension = "";
        return;
      case "data-cr":
        if (octet !== CR) throw invalid("chunk", "a chunk is longer than its size");
        this.#state = "data-lf";
        return;
      case "data-lf":
        if (octet !== LF) throw invalid("chunk", "a chunk does not end with CR LF");
        this.#state = "size";
        return;
    }
  }

  #digit(digit: number): void {
    this.#digits++;
    this.#size = this.#size * 16 + digit;
    if (!Number.isSafeInteger(this.#size)) throw tooLarge(413, "chunk", "a chunk's size is beyond all bounds");
  }

  #countLine(): void {
    if (++this.#line > this.#limits.chunkLine + 1) {
      throw tooLarge(413, "chunk-line", `the line of a chunk's size has more than ${this.#limits.chunkLine} bytes`);
    }
  }

  #extend(octet: number): void {
    if (octet === LF || octet === 127 || (octet < 32 && octet !== 9)) {
      throw invalid("chunk", "a chunk's size is followed by a control character");
    }
    this.#extension += String.fromCharCode(octet);
    if (++this.#extensions > this.#limits.chunkExtensions) {
      throw tooLarge(
        413,
        "chunk-extensions",
        `there are more than ${this.#limits.chunkExtensions} bytes of extensions`,
      );
    }
  }

  /** Gathers the trailers up to the empty line, then reads them. */
  #trailer(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const octet = bytes[at++];
      if (++this.#heldSize > this.#limits.trailers) {
        throw tooLarge(431, "trailers", `there are more than ${this.#limits.trailers} bytes of trailers`);
      }
      this.#lineLength++;
      const previous = this.#last;
      this.#last = octet;
      if (octet !== LF) continue;
      if (previous !== CR || this.#lineLength === 1) throw invalid("trailer", "a trailer line ends with LF alone");
      if (this.#lineLength === 2) return this.#finish(bytes.slice(start, at)), at;
      this.#lineLength = 0;
      if (++this.#lines > this.#limits.fields) {
        throw tooLarge(431, "trailers", `there are more than ${this.#limits.fields} trailers`);
      }
    }
    this.#held.push(bytes.slice(start, at));
    return at;
  }

  #finish(last: Uint8Array): void {
    const gathered = concat([...this.#held, last]);
    this.#held = [];
    const whole = { bytes: gathered, start: 0, end: gathered.length };
    const { bytes: section, end } = this.#response ? unfold(whole, 0) : whole;
    const check = new FramingFields(this.#response ? "response-trailers" : "request-trailers");
    check.read(section, 0, end - 2);
    if (check.contentLength !== undefined || check.chunked || check.hosts > 0) {
      throw invalid("trailer", "a trailer must not contain framing or routing fields");
    }
    this.#trailers = Fields.parsed(section, 0, end - 2);
    this.#state = "done";
  }
}

function hexDigit(octet: number): number {
  if (octet >= 48 && octet <= 57) return octet - 48;
  const letter = octet | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Returns the line before a chunk; CR LF follows the chunk. */
export function encodeChunkSize(size: number): Uint8Array<ArrayBuffer> {
  return encodeOctets(`${size.toString(16)}\r\n`);
}

/** The end of a chunked body, with trailers where there are any. */
export function encodeLastChunk(trailers?: Fields): Uint8Array<ArrayBuffer> {
  let text = "0\r\n";
  for (const [name, value] of trailers ?? []) text += `${name}: ${value}\r\n`;
  return encodeOctets(`${text}\r\n`);
}
