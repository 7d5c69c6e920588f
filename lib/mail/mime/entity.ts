import { fieldValue, type HeadBudget, headBudget, lineAt, type MailField, readHead } from "./fields.ts";
import { type Parameterized, readParameterized } from "./parameters.ts";

/** A message or a part of one (RFC 2045 §2.4): where it stands in the bytes of the message, and what it says of itself. */
export interface Entity {
  /** The header, in order. */
  readonly fields: readonly MailField[];
  /** Content-Type; `text/plain` when there is none that makes sense. */
  readonly type: Parameterized;
  /** Content-Disposition, with an empty value when there is none. */
  readonly disposition: Parameterized;
  /** Content-Transfer-Encoding, in lower case; empty for a multipart. */
  readonly encoding: string;
  /** The first byte of the header. */
  readonly header: number;
  /** The first byte of the body. */
  readonly start: number;
  /** The byte behind the body. The line end in front of a boundary belongs to the boundary (RFC 2046 §5.1.1). */
  end: number;
  /** The byte behind all of it: of a multipart, with what follows its closing boundary. */
  whole: number;
  /** The parts of a multipart; of anything else there are none. */
  readonly parts: Entity[];
}

/** Parts within parts, and parts of a message. */
const MAX_LEVELS = 32;
const MAX_PARTS = 10_000;

/** A multipart whose closing boundary has not come. */
interface Open {
  readonly entity: Entity;
  readonly boundary: Uint8Array;
}

/**
 * Reads the structure of a message in one pass over its lines; nothing is decoded or copied.
 *
 * @throws {RangeError} For too many parts or levels, or headers that are too large.
 */
export function readEntities(bytes: Uint8Array): Entity {
  const budget = headBudget();
  const open: Open[] = [];
  const begin = (at: number, inDigest: boolean): Entity => {
    const ends = (from: number, to: number) => open.length > 0 && delimiterAt(bytes, from, to, open) !== undefined;
    const entity = readEntity(bytes, at, budget, inDigest, ends);
    const boundary = entity.type.params.get("boundary");
    if (entity.type.value.startsWith("multipart/") && boundary) {
      if (open.length >= MAX_LEVELS) throw new RangeError("there are too many parts within parts");
      open.push({ entity, boundary: encoder.encode(boundary) });
    }
    return entity;
  };
  const root = begin(0, false);
  /** Entity that the lines belong to; undefined between the parts of a multipart. */
  let current: Entity | undefined = root;
  let parts = 0;
  for (let at = root.start; at < bytes.length && open.length > 0;) {
    const { end, next } = lineAt(bytes, at);
    const found = delimiterAt(bytes, at, end, open);
    if (found === undefined) {
      at = next;
      continue;
    }
    const { level, last } = found;
    // Multiparts within that were not closed end here, too.
    const before = endBefore(bytes, at);
    for (const { entity } of open.slice(level + 1)) entity.end = Math.max(entity.start, before);
    if (current) current.end = Math.max(current.start, before);
    for (let part = open[level]?.entity.parts.at(-1); part; part = part.parts.at(-1)) {
      part.whole = Math.max(part.start, Math.min(part.whole, before));
    }
    open.length = level + 1;
    const around: Entity | undefined = open[level]?.entity;
    current = undefined;
    if (last) {
      if (around) around.end = next;
      open.length = level;
      at = next;
    } else if (around) {
      if (++parts > MAX_PARTS) throw new RangeError("there are too many parts");
      current = begin(next, around.type.value === "multipart/digest");
      around.parts.push(current);
      at = current.start;
    }
  }
  return root;
}

const encoder = new TextEncoder();

function readEntity(
  bytes: Uint8Array,
  at: number,
  budget: HeadBudget,
  inDigest: boolean,
  ends: (from: number, to: number) => boolean,
): Entity {
  const { fields, body } = readHead(bytes, at, budget, ends);
  const type = readType(fieldValue(fields, "content-type"), inDigest);
  const composite = type.value.startsWith("multipart/");
  return {
    fields,
    type,
    disposition: readParameterized(fieldValue(fields, "content-disposition") ?? ""),
    encoding: composite ? "" : readEncoding(fieldValue(fields, "content-transfer-encoding")),
    header: at,
    start: body,
    end: bytes.length,
    whole: bytes.length,
    parts: [],
  };
}

/** Returns the media type. Without a type or a slash it is text (RFC 2045 §5.2); in a digest a message (RFC 2046 §5.1.5). */
function readType(text: string | undefined, inDigest: boolean): Parameterized {
  // The semicolon in front of the first parameter may be missing.
  const type = readParameterized((text ?? "").replace(/^([^\s;/"]+\/[^\s;/"]+)\s+(?=[\w-]+\*?=)/, "$1; "));
  if (/^[^\s/]+\/[^\s/]+$/.test(type.value)) return type;
  // "Content-Type: text" is from before MIME (RFC 1049).
  return { value: inDigest && text === undefined ? "message/rfc822" : "text/plain", params: type.params };
}

function readEncoding(text = ""): string {
  // Some programs put it between quotes.
  return readParameterized(text.replace(/^\s*"([^"]*)"/, "$1")).value;
}

/** Which multipart a line is a boundary of, from the inside out, and whether it is the closing one. */
function delimiterAt(
  bytes: Uint8Array,
  from: number,
  to: number,
  open: readonly Open[],
): { readonly level: number; readonly last: boolean } | undefined {
  if (bytes[from] !== 45 || bytes[from + 1] !== 45) return undefined;
  for (let level = open.length - 1; level >= 0; level--) {
    const { boundary } = open[level] ?? { boundary: new Uint8Array() };
    let at = from + 2 + boundary.length;
    if (at > to || !boundary.every((byte, i) => bytes[from + 2 + i] === byte)) continue;
    const last = bytes[at] === 45 && bytes[at + 1] === 45 && at + 2 <= to;
    if (last) at += 2;
    while (at < to && (bytes[at] === 32 || bytes[at] === 9)) at++;
    if (at === to) return { level, last };
  }
  return undefined;
}

/** The end of what stands in front of a boundary: the line end before it is part of that. */
function endBefore(bytes: Uint8Array, at: number): number {
  if (bytes[at - 1] !== 10) return at;
  return bytes[at - 2] === 13 ? at - 2 : at - 1;
}
