import { type Edns, type EdnsOption, OPTION_CODES, optionsSize, paddingOption, writeEdns } from "./edns.ts";
import type { DnsHead } from "./message.ts";
import { MAX_NAME_BYTES, sameName, writeName } from "./name.ts";
import { CLASS_NUMBERS, classNumber, typeNumber } from "./types.ts";
import { UsageError } from "../../core/errors/errors.ts";
import { ByteWriter } from "./writer.ts";

/** The largest answer that is asked for over UDP: it crosses every network in one piece (RFC 9715 §3). */
export const UDP_SIZE = 1232;

/** A query. */
export interface DnsQuery {
  /** 0 to 65535, at random. */
  readonly id: number;
  /** The name, absolute, as zone files write it. */
  readonly name: string;
  /** The type of the records wanted: `MX`, `TYPE65280`, `ANY`. */
  readonly type: string;
  /** The class. @default {"IN"} */
  readonly class?: string;
  /** Ask the server to look the name up elsewhere. @default {true} */
  readonly recursionDesired?: boolean;
  /** Ask the server not to validate. @default {false} */
  readonly checkingDisabled?: boolean;
  /** Ask for the result of the validation without its records (RFC 6840 §5.7). @default {false} */
  readonly authenticData?: boolean;
  /** Ask for the records of DNSSEC (RFC 3225). @default {false} */
  readonly dnssecOk?: boolean;
  /** Size of the largest datagram accepted, in bytes. @default {1232} */
  readonly udpSize?: number;
  /** Options of EDNS. @default {[]} */
  readonly options?: readonly EdnsOption[];
  /** Leave the EDNS record (RFC 6891) out, for a server that does not know it. @default {false} */
  readonly plain?: boolean;
  /** Pad the message to a multiple of this number of bytes (RFC 8467). Without it, the message is not padded. */
  readonly padTo?: number;
}

/** A query without an id, which each transport chooses. */
export type Question = Omit<DnsQuery, "id">;

const RECURSION_DESIRED = 0x0100;
const AUTHENTIC_DATA = 0x0020;
const CHECKING_DISABLED = 0x0010;
const NO_OPTIONS: readonly EdnsOption[] = [];

/**
 * Writes a query (RFC 1035 §4.1): recursion desired, with an EDNS record that asks for answers of at most
 * {@link UDP_SIZE} bytes.
 *
 * @throws {UsageError} `invalid-name`, `invalid-type`.
 * @example
 * ```ts
 * import { encodeQuery } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encodeQuery({ id: 1, name: "example.com.", type: "MX" }).length, 40);
 * ```
 */
export function encodeQuery(query: DnsQuery): Uint8Array<ArrayBuffer> {
  const { id, name, recursionDesired = true, plain = false } = query;
  const out = new ByteWriter(12 + 255 + 4 + 11);
  out.u16(id);
  out.u16(
    (recursionDesired ? RECURSION_DESIRED : 0) | (query.authenticData ? AUTHENTIC_DATA : 0) |
      (query.checkingDisabled ? CHECKING_DISABLED : 0),
  );
  out.u16(1);
  out.u32(0);
  out.u16(plain ? 0 : 1);
  out.name(name);
  out.u16(numberOf(query.type, typeNumber, "type"));
  out.u16(query.class === undefined ? CLASS_NUMBERS.IN : numberOf(query.class, classNumber, "class"));
  if (!plain) writeEdns(out, ednsOf(query, out.length), 0);
  return out.bytes();
}

const HEADER_BYTES = 12;
const OPTION_HEAD_BYTES = 4;
/** Where the length of the options is, behind the name of the question. */
const EDNS_LENGTH_AT = 13;

/** Queries that differ in id and name only: the rest is encoded once for many names. */
export class QueryForm {
  readonly #head: Uint8Array;
  readonly #tail: Uint8Array;
  readonly #padTo: number;

  /**
   * Encodes what such queries have in common.
   *
   * @throws {UsageError} `invalid-type`.
   */
  constructor({ padTo = 0, ...query }: Omit<DnsQuery, "id" | "name">) {
    const root = encodeQuery({ ...query, id: 0, name: "." });
    this.#padTo = query.plain ? 0 : padTo;
    this.#head = root.subarray(2, HEADER_BYTES);
    this.#tail = root.subarray(HEADER_BYTES + 1);
  }

  /** Size of the longest query in bytes. */
  get maxBytes(): number {
    return HEADER_BYTES + MAX_NAME_BYTES + this.#tail.length + OPTION_HEAD_BYTES + this.#padTo;
  }

  /**
   * Writes the query about a name, and returns its size; `into` needs room for {@link maxBytes}.
   *
   * @throws {UsageError} `invalid-name`.
   */
  write(into: Uint8Array, id: number, name: string): number {
    into[0] = id >> 8;
    into[1] = id;
    into.set(this.#head, 2);
    const end = writeName(name, into, HEADER_BYTES);
    into.set(this.#tail, end);
    const size = end + this.#tail.length;
    return this.#padTo === 0 ? size : this.#pad(into, size, end + EDNS_LENGTH_AT);
  }

  /** Adds the option with padding (RFC 7830) to the EDNS record, whose length is at `lengthAt`. */
  #pad(into: Uint8Array, size: number, lengthAt: number): number {
    const start = size + OPTION_HEAD_BYTES;
    const padding = (this.#padTo - start % this.#padTo) % this.#padTo;
    const length = size - lengthAt - 2 + OPTION_HEAD_BYTES + padding;
    into[lengthAt] = length >> 8;
    into[lengthAt + 1] = length;
    into.set([0, OPTION_CODES.PADDING, padding >> 8, padding], size);
    into.fill(0, start, start + padding);
    return start + padding;
  }
}

/** Returns the EDNS of a query whose message has `size` bytes without it. */
function ednsOf(query: DnsQuery, size: number): Edns {
  const { udpSize = UDP_SIZE, dnssecOk = false, options = NO_OPTIONS, padTo } = query;
  const edns = { udpSize, version: 0, dnssecOk, options };
  if (padTo === undefined) return edns;
  const unpadded = size + 11 + optionsSize(options) + 4;
  return { ...edns, options: [...options, paddingOption((padTo - unpadded % padTo) % padTo)] };
}

/** Returns the number of a type or class. */
export function numberOf(text: string, find: (text: string) => number | undefined, what: string): number {
  const number = find(text);
  if (number === undefined) throw new UsageError(`invalid ${what} "${text}"`, { code: `invalid-${what}` });
  return number;
}

/**
 * Returns why a message is not the response to a query, or undefined if it is. A server that could not parse the query
 * may omit the question.
 */
export function mismatch(query: DnsQuery, head: DnsHead): string | undefined {
  if (!head.response || head.opcode !== 0) return "not a response";
  if (head.id !== query.id) return "the id differs";
  const [question, ...more] = head.questions;
  if (!question && head.rcode !== 0) return undefined;
  const same = question && more.length === 0 && typeNumber(question.type) === typeNumber(query.type) &&
    classNumber(question.class) === classNumber(query.class ?? "IN") && sameName(question.name, query.name);
  return same ? undefined : "the question differs";
}
