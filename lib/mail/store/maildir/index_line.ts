import type { StoredMail } from "../stored_mail.ts";
import { readChecked, writeChecked } from "./checked_line.ts";

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

/** Writes a line. */
export function writeLine(line: IndexLine): Uint8Array {
  return writeChecked(line);
}

/** Reads a line without its end; undefined when it is damaged. */
export function readLine(bytes: Uint8Array, from: number, to: number): IndexLine | undefined {
  const line = readChecked(bytes, from, to);
  return isLine(line) ? line : undefined;
}

/** The line of a message. */
export function mailLine(uid: number, { id, size, received, from, to }: StoredMail): IndexLine {
  return ["+", uid, id, size, received, from, to];
}

function isMailLine(line: readonly unknown[]): boolean {
  const to = line[6];
  return isCount(line[1]) && typeof line[2] === "string" && isCount(line[3]) && Number.isFinite(line[4]) &&
    typeof line[5] === "string" && Array.isArray(to) && to.every((address) => typeof address === "string");
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isLine(line: unknown): line is IndexLine {
  if (!Array.isArray(line)) return false;
  // Most lines are those of messages.
  if (line[0] === "+") return isMailLine(line);
  const [kind, ...values] = line;
  const numbers = (...those: unknown[]) => those.every(isCount);
  const texts = (those: unknown) => Array.isArray(those) && those.every((value) => typeof value === "string");
  switch (kind) {
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
