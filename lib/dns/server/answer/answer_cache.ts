import { HEAD_BYTES, lower, type QueryScan } from "./query_scan.ts";

/** An answer that is ready to be sent, but for the id, the flags RD and CD, and the case of the name. */
export interface ReadyAnswer {
  /** Name, type and class of the question as on the wire, the name in lower case. */
  readonly question: Uint8Array;
  /** Properties of the query that the answer depends on, see {@link variantOf}. */
  readonly variant: number;
  /** The whole message. */
  readonly message: Uint8Array;
  /** Until when it may be used, by `performance.now`. */
  readonly until: number;
  /** Response code, for the log. */
  readonly rcode: number;
  /** Where the records are from, for the log. */
  readonly source: string;
  /** Number of records in the answer section, for the log. */
  readonly answers: number;
}

/** Returns a number for what an answer depends on beside the question. */
export function variantOf(scan: QueryScan, recursive: boolean): number {
  // AD of a query says that the client understands AD of the answer (RFC 6840 §5.7).
  return (scan.edns ? 1 : 0) | (scan.dnssecOk ? 2 : 0) | (recursive ? 4 : 0) | (scan.flags & 0x30);
}

/** Number of questions that are remembered to tell whether they are asked again. */
const SEEN_QUESTIONS = 1 << 16;

/**
 * Answers that were sent before, by question: at most twice as many as its size. What was not used while as many others
 * were added is dropped.
 */
export class AnswerCache {
  readonly #size: number;
  /** Hashes of questions whose answers were not stored yet. */
  readonly #seen = new Int32Array(SEEN_QUESTIONS);
  #young = new Map<number, ReadyAnswer>();
  #old = new Map<number, ReadyAnswer>();

  /** Creates an empty cache. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Returns the answer to the question of a message that was scanned. */
  find(scan: QueryScan, bytes: Uint8Array, variant: number, now: number): ReadyAnswer | undefined {
    const key = scan.hash ^ variant;
    let found = this.#young.get(key);
    if (!found) {
      found = this.#old.get(key);
      if (!found) return undefined;
      this.#put(key, found);
    }
    return found.variant === variant && now < found.until && sameQuestion(found.question, bytes, scan.end)
      ? found
      : undefined;
  }

  /** Returns whether a question was asked before: the answers to those that are asked once are not worth their place. */
  admits(hash: number): boolean {
    const place = hash & (SEEN_QUESTIONS - 1);
    if (this.#seen[place] === hash) return true;
    this.#seen[place] = hash;
    return false;
  }

  /** Stores the answer to a question; of two with the same hash the later one stays. */
  add(scan: QueryScan, answer: ReadyAnswer): void {
    this.#put(scan.hash ^ answer.variant, answer);
  }

  /** Drops all. */
  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  #put(key: number, answer: ReadyAnswer): void {
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, answer);
  }
}

/** Returns the question of a message, its name in lower case. */
export function questionBytes(bytes: Uint8Array, end: number): Uint8Array {
  const question = bytes.slice(HEAD_BYTES, end);
  for (let at = 0; at < question.length - 4; at++) question[at] = lower(question[at] ?? 0);
  return question;
}

function sameQuestion(question: Uint8Array, bytes: Uint8Array, end: number): boolean {
  const size = end - HEAD_BYTES;
  if (question.length !== size) return false;
  const names = size - 4;
  let at = 0;
  for (; at < names; at++) if (question[at] !== lower(bytes[HEAD_BYTES + at] ?? 0)) return false;
  for (; at < size; at++) if (question[at] !== bytes[HEAD_BYTES + at]) return false;
  return true;
}

/** Writes a ready answer to a query into `out`, and returns the part of it that was filled. */
export function fillAnswer(
  { message, question }: ReadyAnswer,
  bytes: Uint8Array,
  out: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const size = message.length;
  out.set(message);
  out[0] = bytes[0] ?? 0;
  out[1] = bytes[1] ?? 0;
  out[2] = ((out[2] ?? 0) & 0xfe) | ((bytes[2] ?? 0) & 1);
  out[3] = ((out[3] ?? 0) & 0xef) | ((bytes[3] ?? 0) & 0x10);
  // The case of letters is the client's: it may check that it comes back.
  const end = HEAD_BYTES + question.length - 4;
  for (let at = HEAD_BYTES; at < end; at++) out[at] = bytes[at] ?? 0;
  return out.subarray(0, size);
}
