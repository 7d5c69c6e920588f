import { encodeQuery, type QueryForm, type Question } from "../../codec/query.ts";
import { OPTION_CODES } from "../../codec/edns.ts";
import { decodeMessage } from "../../codec/message.ts";
import { cookieProblem } from "./cookie_jar.ts";
import { random16 } from "./random.ts";

const HEADER_BYTES = 12;
const NOTHING = new Uint8Array();

/** Verdict on a message of the server: it is the response, its question differs in case only, or the reason to ignore it. */
export type Verdict = "response" | "case-differs" | string;

/** A query as it is sent, which recognises its response. */
export class SentQuery {
  #bytes: Uint8Array<ArrayBuffer> = NOTHING;
  #plain: Uint8Array = NOTHING;
  #id = 0;
  #end = 0;
  #mixCase = false;
  #room?: Uint8Array<ArrayBuffer>;
  #cookieOf?: Question;

  /**
   * Encodes a query; with `mixCase` its letters are upper or lower case at random, which a forger has to guess
   * (draft-vixie-dnsext-dns0x20).
   *
   * @throws {UsageError} `invalid-name`.
   */
  static of(question: Question, id: number, mixCase: boolean): SentQuery {
    const query = new SentQuery();
    query.#set(encodeQuery({ ...question, id }), id, mixCase);
    if (question.options?.some(({ code }) => code === OPTION_CODES.COOKIE)) query.#cookieOf = question;
    return query;
  }

  /**
   * Encodes another query in place of the one before, which has to be over: for many names a new object and new bytes for
   * each would cost more than the rest of the work.
   *
   * @throws {UsageError} `invalid-name`.
   */
  reuse(form: QueryForm, name: string, id: number, mixCase: boolean): void {
    if (!this.#room || this.#room.length < form.maxBytes) {
      this.#room = new Uint8Array(form.maxBytes);
      this.#bytes = NOTHING;
    }
    const size = form.write(this.#room, id, name);
    this.#set(this.#bytes.length === size ? this.#bytes : this.#room.subarray(0, size), id, mixCase);
  }

  #set(bytes: Uint8Array<ArrayBuffer>, id: number, mixCase: boolean): void {
    this.#bytes = bytes;
    this.#id = id;
    this.#mixCase = mixCase;
    this.#end = questionEnd(bytes);
    if (this.#plain.length < this.#end) this.#plain = new Uint8Array(this.#end);
    for (let at = HEADER_BYTES; at < this.#end; at++) this.#plain[at] = bytes[at] ?? 0;
    if (mixCase) mixLetters(bytes, this.#end);
  }

  /** The message. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** The id. */
  get id(): number {
    return this.#id;
  }

  /** Where its question ends, also in the response unless that has none. */
  get end(): number {
    return this.#end;
  }

  /** Judges a message: its id, that it is a response, and its question, which must be byte for byte the one sent if its case is mixed. */
  judge(reply: Uint8Array): Verdict {
    if (reply.length < HEADER_BYTES) return "not a DNS message";
    const flags = reply[2] ?? 0;
    const high = reply[4];
    const count = reply[5];
    if ((flags & 0x80) === 0 || (flags & 0x78) !== 0) return "not a response";
    if (idOf(reply) !== this.#id) return "the id differs";
    // A server that could not parse the query may omit the question.
    if (high === 0 && count === 0 && ((reply[3] ?? 0) & 15) !== 0) return "response";
    if (high !== 0 || count !== 1 || reply.length < this.#end) return "the question differs";
    let sameCase = true;
    const [sent, end] = [this.#bytes, this.#end];
    for (let at = HEADER_BYTES; at < end; at++) {
      const one = reply[at] ?? 0;
      const other = sent[at] ?? 0;
      if (one === other) continue;
      if ((one ^ other) !== 0x20 || !isLetter(one) || at >= end - 4) return "the question differs";
      sameCase = false;
    }
    const problem = this.#cookieOf && problemOf(this.#cookieOf, reply);
    return problem ?? (sameCase || !this.#mixCase ? "response" : "case-differs");
  }

  /** Writes the question into a response as the caller wrote it, so that the names that point there read like it. */
  restoreCase(reply: Uint8Array): void {
    if (reply[5] !== 1) return;
    for (let at = HEADER_BYTES; at < this.#end; at++) reply[at] = this.#plain[at] ?? 0;
  }
}

/** Returns what is wrong with the cookie of a response; what cannot be read is said by others. */
function problemOf(question: Question, reply: Uint8Array): string | undefined {
  try {
    return cookieProblem(question, decodeMessage(reply));
  } catch {
    return undefined;
  }
}

/** Returns the id of a message. */
export function idOf(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

function questionEnd(bytes: Uint8Array): number {
  let at = HEADER_BYTES;
  for (let size = bytes[at] ?? 0; size !== 0; size = bytes[at] ?? 0) at += size + 1;
  return at + 5;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function mixLetters(bytes: Uint8Array, end: number): void {
  let bits = 0;
  let left = 0;
  let next = HEADER_BYTES;
  for (let at = HEADER_BYTES; at < end - 4; at++) {
    const byte = bytes[at] ?? 0;
    if (at === next) {
      next += byte + 1;
      continue;
    }
    if (!isLetter(byte)) continue;
    if (left === 0) {
      bits = random16();
      left = 16;
    }
    if ((bits & 1) !== 0) bytes[at] = byte ^ 0x20;
    bits >>= 1;
    left--;
  }
}
