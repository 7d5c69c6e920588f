import { malformed, Reader } from "../reader.ts";
import { isRecordType } from "../types.ts";
import { ByteWriter } from "../writer.ts";
import type { RecordFields } from "./kind.ts";
import type { Layout, RecordData } from "./layout.ts";
import { LAYOUTS } from "./layouts.ts";
import { RecordTextError, splitWords, Words } from "./text.ts";
import { hexBytes } from "./values.ts";

const NO_FIELDS: RecordFields = {};

/**
 * Reads the data of a record, all of it: what is left over is as wrong as what is missing. Types without a layout, and
 * data of other classes that mean something else there, are shown as RFC 3597 §5 writes them.
 *
 * @throws {DnsMessageError} `answer-malformed`.
 */
export function decodeData(type: string, rdata: Uint8Array, klass = "IN"): RecordData {
  const known = layoutOf(type, klass);
  if (!known || (rdata.length === 0 && (klass === "ANY" || klass === "NONE"))) return unknownData(rdata);
  // Of other versions of LOC nothing is known (RFC 1876 §2).
  if (type === "LOC" && rdata[0] !== undefined && rdata[0] !== 0) return unknownData(rdata);
  const reader = new Reader(rdata, { whole: true });
  const data = known.read(reader);
  if (reader.left > 0) throw malformed(`${reader.left} bytes too many in the data of a record ${type}`);
  return data;
}

/** The layout of a type in a class. Addresses of the class CH are not those of IN. */
function layoutOf(type: string, klass: string): Layout | undefined {
  return isRecordType(type) && !(klass === "CH" && type === "A") ? LAYOUTS[type] : undefined;
}

/** Data that is not understood, as RFC 3597 §5 writes it. */
export function unknownData(bytes: Uint8Array): RecordData {
  const data = bytes.length === 0 ? "\\# 0" : `\\# ${bytes.length} ${bytes.toHex().toUpperCase()}`;
  return { data, fields: NO_FIELDS };
}

/** Options of {@link parseData}. */
export interface ParseDataOptions {
  /**
   * Origin of relative names, absolute.
   * @default {"."}
   */
  readonly origin?: string;
  /**
   * The class of the record.
   * @default {"IN"}
   */
  readonly class?: string;
}

/**
 * Reads the data of a record from its zone file form, as text or divided into words, also in the form `\# 4 0a000001`
 * of any type (RFC 3597 §5). Returns it as it crosses the wire, without compression.
 *
 * @throws {RecordTextError} With the index of the word that is wrong.
 */
export function parseData(
  type: string,
  text: string | readonly string[],
  { origin, class: klass = "IN" }: ParseDataOptions = {},
): Uint8Array<ArrayBuffer> {
  const words = new Words(typeof text === "string" ? splitWords(text) : text, origin);
  const known = layoutOf(type, klass);
  if (words.peek === "\\#") return parseUnknown(type, klass, words);
  if (!known) throw new RecordTextError(`data of ${type} has to be written as \\# LENGTH HEXADECIMAL`, 0);
  const out = new ByteWriter();
  known.parse(words, out);
  if (words.left > 0) throw new RecordTextError(`unexpected "${words.plain("word")}" at the end`, words.at - 1);
  if (out.length > 0xffff) throw new RecordTextError("it has more than 65535 bytes", 0);
  return out.bytes();
}

function parseUnknown(type: string, klass: string, words: Words): Uint8Array<ArrayBuffer> {
  words.next("length");
  const length = words.plain("length");
  if (!/^\d{1,5}$/.test(length) || Number(length) > 0xffff) throw words.invalid(`invalid length "${length}"`);
  const at = words.at;
  const bytes = hexBytes(words.joined(), words, "data").slice();
  if (bytes.length !== Number(length)) {
    throw new RecordTextError(`${length} bytes are announced, ${bytes.length} follow`, at - 1);
  }
  try {
    decodeData(type, bytes, klass);
  } catch (error) {
    throw new RecordTextError(`invalid data of ${type}: ${error instanceof Error ? error.message : error}`, at);
  }
  return bytes;
}

/** Returns the zone file form of data that is given by its fields, named as {@link decodeData} names them. */
export function formatData(type: string, fields: RecordFields): string {
  return isRecordType(type) ? LAYOUTS[type].text(fields) : "\\# 0";
}

/** Returns the names of the fields of a type, in order. */
export function fieldNames(type: string): readonly string[] {
  return isRecordType(type) ? LAYOUTS[type].names : [];
}
