import type { StoredMail } from "../stored_mail.ts";

/** A line of an index. */
export type IndexLine =
  /** The first one. */
  | readonly ["toucan.index", version: 1, uidValidity: number]
  /** UIDs below this one may have been used. */
  | readonly ["reserved", next: number]
  /** The index was closed: UIDs from this one on were not used. */
  | readonly ["closed", next: number]
  /** A message. */
  | readonly ["+", uid: number, id: string, size: number, received: number, from: string, to: readonly string[]]
  /** Messages that were removed. */
  | readonly ["-", ...uids: number[]]
  /** The keywords of the letters from `a` on. */
  | readonly ["keywords", ...keywords: string[]]
  /** The messages of the store up to this UID were delivered here. */
  | readonly ["delivered", uidValidity: number, uid: number];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Characters of the check value in front of a line, with a space. */
const CHECK = 9;

/** Writes a line: a check value and JSON. */
export function writeLine(line: IndexLine): Uint8Array {
  const json = encoder.encode(`         ${JSON.stringify(line)}\n`);
  const check = checkValue(json, CHECK, json.length - 1).toString(16).padStart(8, "0");
  for (let i = 0; i < check.length; i++) json[i] = check.charCodeAt(i);
  return json;
}

/** Reads a line without its end; undefined when it is damaged. */
export function readLine(bytes: Uint8Array, from: number, to: number): IndexLine | undefined {
  if (to - from <= CHECK) return undefined;
  try {
    const text = decoder.decode(bytes.subarray(from, to));
    if (parseInt(text.slice(0, CHECK - 1), 16) !== checkValue(bytes, from + CHECK, to)) return undefined;
    const line: unknown = JSON.parse(text.slice(CHECK));
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

/** The line of a message. */
export function mailLine(uid: number, { id, size, received, from, to }: StoredMail): IndexLine {
  return ["+", uid, id, size, received, from, to];
}

/** FNV-1a: detects damage, not forgery. */
function checkValue(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}

function isLine(line: unknown): line is IndexLine {
  if (!Array.isArray(line)) return false;
  const [kind, ...values] = line;
  const numbers = (...those: unknown[]) => those.every((value) => Number.isSafeInteger(value) && Number(value) >= 0);
  const texts = (those: unknown) => Array.isArray(those) && those.every((value) => typeof value === "string");
  switch (kind) {
    case "+": {
      const [uid, id, size, received, from, to] = values;
      return numbers(uid, size) && Number.isFinite(received) && texts([id, from]) && texts(to);
    }
    case "keywords":
      return texts(values);
    case "-":
    case "reserved":
    case "closed":
    case "delivered":
      return numbers(...values) && values.length > 0;
    default:
      return kind === "toucan.index" && values[0] === 1 && numbers(...values);
  }
}
