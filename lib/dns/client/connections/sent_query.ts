import { type DnsQuery, encodeQuery } from "../../codec/query.ts";
import { random16 } from "./random.ts";

/** A query without an id, which each transport chooses. */
export type Question = Omit<DnsQuery, "id">;

const HEADER_BYTES = 12;

/** Verdict on a message of the server: it is the response, its question differs in case only, or the reason to ignore it. */
export type Verdict = "response" | "case-differs" | string;

/** A query as it is sent, which recognises its response. */
export class SentQuery {
  /** The question. */
  readonly question: Question;
  /** The message. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #plain: Uint8Array;
  readonly #end: number;
  readonly #mixCase: boolean;

  /**
   * Encodes a query; with `mixCase` its letters are upper or lower case at random, which a forger has to guess
   * (draft-vixie-dnsext-dns0x20).
   *
   * @throws {UsageError} `invalid-name`.
   */
  constructor(question: Question, id: number, mixCase: boolean) {
    this.question = question;
    this.bytes = encodeQuery({ ...question, id });
    this.#mixCase = mixCase;
    this.#end = questionEnd(this.bytes);
    this.#plain = mixCase ? this.bytes.slice(HEADER_BYTES, this.#end) : this.bytes.subarray(HEADER_BYTES, this.#end);
    if (mixCase) mixLetters(this.bytes, this.#end);
  }

  /** The id. */
  get id(): number {
    return idOf(this.bytes);
  }

  /** Judges a message: its id, that it is a response, and its question, which must be byte for byte the one sent if its case is mixed. */
  judge(reply: Uint8Array): Verdict {
    if (reply.length < HEADER_BYTES) return "not a DNS message";
    const [, , flags = 0, code = 0, high = 0, count = 0] = reply;
    if ((flags & 0x80) === 0 || (flags & 0x78) !== 0) return "not a response";
    if (idOf(reply) !== this.id) return "the id differs";
    // A server that could not parse the query may omit the question.
    if (high === 0 && count === 0 && (code & 15) !== 0) return "response";
    if (high !== 0 || count !== 1 || reply.length < this.#end) return "the question differs";
    let sameCase = true;
    for (let at = HEADER_BYTES; at < this.#end; at++) {
      const [one = 0, other = 0] = [reply[at], this.bytes[at]];
      if (one === other) continue;
      if ((one ^ other) !== 0x20 || !isLetter(one) || at >= this.#end - 4) return "the question differs";
      sameCase = false;
    }
    return sameCase || !this.#mixCase ? "response" : "case-differs";
  }

  /** Writes the question into a response as the caller wrote it, so that the names that point there read like it. */
  restoreCase(reply: Uint8Array): void {
    if (reply[5] === 1) reply.set(this.#plain, HEADER_BYTES);
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
  let [bits, left] = [0, 0];
  let next = HEADER_BYTES;
  for (let at = HEADER_BYTES; at < end - 4; at++) {
    const byte = bytes[at] ?? 0;
    if (at === next) {
      next += byte + 1;
      continue;
    }
    if (!isLetter(byte)) continue;
    if (left === 0) [bits, left] = [random16(), 16];
    if ((bits & 1) !== 0) bytes[at] = byte ^ 0x20;
    [bits, left] = [bits >> 1, left - 1];
  }
}
