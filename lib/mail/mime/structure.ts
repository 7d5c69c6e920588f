import { type Envelope, readEnvelope } from "./envelope.ts";
import { type Entity, readEntities } from "./entity.ts";
import { fieldValue, lineAt } from "./fields.ts";
import { readRaw } from "./parameters.ts";

/**
 * Parameters as they stand in a field. Those of RFC 2231 are the last: their sections are joined and not decoded, and a name ends with `*` if
 * the value is encoded.
 */
export type RawParameters = readonly (readonly [name: string, value: string])[];

/** Structure of a message or of a part of one, as IMAP describes it (RFC 3501 §7.4.2); it can be written as JSON. Offsets are bytes. */
export interface MailStructure {
  /** The type, such as `text`, in lower case. */
  readonly type: string;
  /** The subtype, such as `plain`, in lower case. */
  readonly subtype: string;
  /** Parameters of Content-Type. */
  readonly params: RawParameters;
  /** Content-ID. */
  readonly id?: string;
  /** Content-Description, undecoded. */
  readonly description?: string;
  /** Content-Transfer-Encoding in lower case; empty when there is none. */
  readonly encoding: string;
  /** Content-MD5. */
  readonly md5?: string;
  /** Content-Disposition. */
  readonly disposition?: { readonly value: string; readonly params: RawParameters };
  /** Content-Language. */
  readonly languages: readonly string[];
  /** Content-Location. */
  readonly location?: string;
  /** The first byte of the header. */
  readonly header: number;
  /** The first byte of the body. */
  readonly body: number;
  /** The byte behind the body. */
  readonly end: number;
  /** Lines of the body. */
  readonly lines: number;
  /** The parts of a multipart. */
  readonly parts: readonly MailStructure[];
  /** The message within a part of type `message/rfc822` or `message/global`. */
  readonly message?: MailStructure;
  /** The envelope; only of messages, not of their parts. */
  readonly envelope?: Envelope;
}

/** Messages within messages. */
const MAX_MESSAGES = 32;

/**
 * Reads the structure of a message, also of the messages in it. Nothing is decoded.
 *
 * @throws {RangeError} For too many parts or levels, or headers that are too large.
 * @example
 * ```ts
 * import { readStructure } from "./structure.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { type, subtype, body, end, lines } = readStructure(new TextEncoder().encode("Subject: a\r\n\r\nb\r\n"));
 * assertEquals({ type, subtype, body, end, lines }, { type: "text", subtype: "plain", body: 14, end: 17, lines: 1 });
 * ```
 */
export function readStructure(bytes: Uint8Array): MailStructure {
  const root = readEntities(bytes);
  return { ...structureOf(bytes, root), envelope: readEnvelope(root.fields) };
}

/**
 * Returns the structure of a message whose parts were read, without its envelope.
 *
 * @throws {RangeError} For too many parts or levels in messages within it, or headers that are too large.
 */
export function structureOf(bytes: Uint8Array, root: Entity): MailStructure {
  return partOf(bytes, root, 0, 0);
}

/** Structure of a message that was not analyzed: one text with a header. For what {@link readStructure} rejects. */
export function plainStructure(bytes: Uint8Array): MailStructure {
  let body = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) body = at + 2;
    else if (bytes[at + 1] === 13 && bytes[at + 2] === 10) body = at + 3;
    if (body > 0) break;
  }
  return {
    ...{ type: "text", subtype: "plain", params: [], encoding: "", languages: [], parts: [], header: 0, body },
    ...{ end: bytes.length, lines: lineCount(bytes, body, bytes.length), envelope: readEnvelope([]) },
  };
}

function messageAt(bytes: Uint8Array, from: number, to: number, depth: number): MailStructure {
  if (depth > MAX_MESSAGES) throw new RangeError("there are too many messages within messages");
  const root = readEntities(bytes.subarray(from, to));
  return { ...partOf(bytes, root, from, depth), envelope: readEnvelope(root.fields) };
}

function partOf(bytes: Uint8Array, entity: Entity, base: number, depth: number): MailStructure {
  const { fields, type: { value }, parts, encoding } = entity;
  const body = base + entity.start;
  const field = (name: string) => fieldValue(fields, `content-${name}`);
  const [type = "", subtype = ""] = value.split("/");
  const disposition = field("disposition");
  const isMessage = value === "message/rfc822" || value === "message/global";
  let end = base + entity.whole;
  let message = isMessage ? messageAt(bytes, body, end, depth + 1) : undefined;
  if (message && isClosed(bytes, message)) {
    // The line end behind the last boundary of the inner message is its own, and not that of the next boundary.
    const { next } = lineAt(bytes, end);
    if (next - end <= 2) message = messageAt(bytes, body, end = next, depth + 1);
  }
  const languages = (field("language") ?? "").split(",").map((tag) => tag.trim()).filter((tag) => tag !== "");
  return {
    ...{ type, subtype, params: parametersOf(field("type")), encoding, languages },
    ...{ id: field("id"), description: field("description"), md5: field("md5"), location: field("location") },
    ...(disposition && entity.disposition.value !== "" &&
      { disposition: { value: entity.disposition.value, params: parametersOf(disposition) } }),
    ...{ header: base + entity.header, body, end, lines: lineCount(bytes, body, end) },
    parts: parts.map((part) => partOf(bytes, part, base, depth)),
    ...(message && { message }),
  };
}

/** Whether a message ends with the closing boundary of a multipart, without a line end. */
function isClosed(bytes: Uint8Array, { body, end, parts, params, message }: MailStructure): boolean {
  if (message) return isClosed(bytes, message);
  const boundary = params.find(([name]) => name === "boundary")?.[1];
  if (parts.length === 0 || boundary === undefined) return false;
  const last = bytes.subarray(Math.max(body, bytes.lastIndexOf(10, end - 1) + 1), end);
  return new TextDecoder().decode(last.subarray(0, 1000)).trimEnd() === `--${boundary}--`;
}

/** The parameters of a field; sections are joined (RFC 2231 §3). */
function parametersOf(text: string | undefined): RawParameters {
  // The semicolon in front of the first parameter may be missing.
  const { raw } = readRaw((text ?? "").replace(/^([^\s;/"]+\/[^\s;/"]+)\s+(?=[\w-]+\*?=)/, "$1; "));
  const params: (readonly [string, string])[] = [];
  const encoded: (readonly [string, string])[] = [];
  const sections = new Map<string, Map<number, { readonly value: string; readonly escaped: boolean }>>();
  for (const [name, value] of raw) {
    const [, base, number, star] = /^(.+?)\*(\d{1,3})(\*)?$/.exec(name) ?? [];
    if (base === undefined) {
      (name.endsWith("*") ? encoded : params).push([name, value]);
      continue;
    }
    const of = sections.get(base) ?? new Map();
    sections.set(base, of);
    if (!of.has(Number(number))) of.set(Number(number), { value, escaped: star !== undefined });
  }
  for (const [name, of] of sections) {
    const all = Array.from({ length: of.size }, (_, place) => of.get(place)).filter((one) => one !== undefined);
    const escaped = all.some((one) => one.escaped);
    const text = all.map((one) => escaped && !one.escaped ? percentEncoded(one.value) : one.value).join("");
    encoded.push([escaped ? `${name}*` : name, text]);
  }
  return [...params, ...encoded];
}

function percentEncoded(text: string): string {
  return text.replace(/[^\w.~-]/g, encodeURIComponent);
}

function lineCount(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10, from); at >= 0 && at < to; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
