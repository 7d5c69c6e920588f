import { UsageError } from "../../core/errors/errors.ts";
import { concat } from "../../deps/std/bytes.ts";

/** A domain name as its labels, most special first, without the empty one of the root. */
export type Labels = readonly Uint8Array[];

/** A name as it was written. */
export interface WrittenName {
  /** Its labels. */
  readonly labels: Labels;
  /** Whether a dot at its end says that nothing may be added to it. */
  readonly absolute: boolean;
}

/** Characters with a special meaning in a zone file, which are escaped with a backslash. */
const SPECIAL = new Set([...'.;\\@$"()'].map((char) => char.charCodeAt(0)));
const DOT = 0x2e;
const BACKSLASH = 0x5c;

/**
 * Reads a name as zone files write it (RFC 1035 §5.1): `\.` is a dot inside a label, `\032` the byte 32.
 *
 * @throws {UsageError} `invalid-name` for an empty label, one of more than 63 bytes, a name of more than 255, an
 * invalid escape, or a character outside printable ASCII that is not escaped.
 * @example
 * ```ts
 * import { formatName, parseName } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { labels, absolute } = parseName("first\\.last.example");
 * assertEquals([labels.length, absolute, formatName(labels)], [2, false, "first\\.last.example."]);
 * ```
 */
export function parseName(text: string): WrittenName {
  if (text === "") throw invalid(text, "it is empty");
  if (text === ".") return { labels: [], absolute: true };
  const labels: Uint8Array[] = [];
  let label: number[] = [];
  const finish = () => {
    if (label.length === 0) throw invalid(text, "a label is empty");
    if (label.length > 63) throw invalid(text, "a label has more than 63 bytes");
    labels.push(Uint8Array.from(label));
    label = [];
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) finish();
    else if (code === BACKSLASH) {
      const [escape, digits] = /^(?:(\d{3})|[!-/:-~])/.exec(text.slice(at + 1)) ?? [];
      const value = digits === undefined ? escape?.charCodeAt(0) : Number(digits);
      if (escape === undefined || value === undefined || value > 255) throw invalid(text, "invalid escape");
      label.push(value);
      at += escape.length;
    } else if (code > 0x20 && code < 0x7f) label.push(code);
    else throw invalid(text, "a space or control character has to be written as \\DDD");
  }
  const absolute = label.length === 0;
  if (!absolute) finish();
  if (wireLength(labels) > 255) throw invalid(text, "it has more than 255 bytes");
  return { labels, absolute };
}

/** Writes a name as zone files do, with the dot of the root at its end; whatever a peer sent, it is printable. */
export function formatName(labels: Labels): string {
  return labels.length === 0 ? "." : labels.map((label) => `${formatLabel(label)}.`).join("");
}

function formatLabel(label: Uint8Array): string {
  let text = "";
  for (const byte of label) {
    if (SPECIAL.has(byte)) text += `\\${String.fromCharCode(byte)}`;
    else text += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : decimal(byte);
  }
  return text;
}

/** A byte as three decimal digits behind a backslash. */
export function decimal(byte: number): string {
  return `\\${String(byte).padStart(3, "0")}`;
}

/** A name as it crosses the wire (RFC 1035 §3.1), not compressed. */
export function encodeName(labels: Labels): Uint8Array<ArrayBuffer> {
  return concat([...labels.flatMap((label) => [Uint8Array.of(label.length), label]), Uint8Array.of(0)]);
}

/** Returns the size of a name on the wire in bytes. */
export function wireLength(labels: Labels): number {
  return labels.reduce((sum, label) => sum + 1 + label.length, 1);
}

/** Whether two names, both as {@link formatName} writes them, are the same: the case of ASCII letters does not count. */
export function sameName(one: string, other: string): boolean {
  return one.length === other.length && one.toLowerCase() === other.toLowerCase();
}

function invalid(name: string, why: string): UsageError {
  return new UsageError(`invalid domain name "${name}": ${why}`, { code: "invalid-name" });
}
