import { UsageError } from "../../core/errors/errors.ts";

/** A domain name as its labels, most special first, without the empty one of the root. */
export type Labels = readonly Uint8Array[];

/** A name as it was written. */
export interface WrittenName {
  /** Its labels. */
  readonly labels: Labels;
  /** Whether a dot at its end says that nothing may be added to it. */
  readonly absolute: boolean;
}

/** Maximum length of a name on the wire, in bytes (RFC 1035 §2.3.4). */
export const MAX_NAME_BYTES = 255;
/** Maximum length of a label in bytes (RFC 1035 §2.3.4). */
export const MAX_LABEL_BYTES = 63;

/** Characters with a special meaning in a zone file, which are escaped with a backslash. */
const SPECIAL = new Set([...'.;\\@$"()'].map((char) => char.charCodeAt(0)));
const DOT = 0x2e;
const BACKSLASH = 0x5c;
/** Each byte of a label as zone files write it. */
const LABEL_TEXT: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (SPECIAL.has(byte)) return `\\${char}`;
  return byte > 0x20 && byte < 0x7f ? char : decimal(byte);
});

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
    if (label.length > MAX_LABEL_BYTES) throw invalid(text, "a label has more than 63 bytes");
    labels.push(Uint8Array.from(label));
    label = [];
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) finish();
    else if (code === BACKSLASH) {
      const [escape, digits] = /^(?:(\d{3})|[!-/:-~])/.exec(text.slice(at + 1, at + 4)) ?? [];
      const value = digits === undefined ? escape?.charCodeAt(0) : Number(digits);
      if (escape === undefined || value === undefined || value > 255) throw invalid(text, "invalid escape");
      label.push(value);
      at += escape.length;
    } else if (code > 0x20 && code < 0x7f) label.push(code);
    else throw invalid(text, "a character other than printable ASCII has to be written as \\DDD");
  }
  const absolute = label.length === 0;
  if (!absolute) finish();
  if (wireLength(labels) > MAX_NAME_BYTES) throw invalid(text, "it has more than 255 bytes");
  return { labels, absolute };
}

/**
 * Writes a name of a zone file, taken as absolute, as it crosses the wire, and returns where it ends. `into` needs room
 * for {@link MAX_NAME_BYTES} bytes from `at`.
 *
 * @throws {UsageError} `invalid-name`.
 */
export function writeName(name: string, into: Uint8Array, at: number): number {
  const end = name === "." ? at : writeLabels(name, into, at);
  if (end < 0) {
    const wire = encodeName(parseName(name).labels);
    into.set(wire, at);
    return at + wire.length;
  }
  into[end] = 0;
  return end + 1;
}

/** Writes the labels of a name without escapes; -1 if it has some or is invalid. */
function writeLabels(name: string, into: Uint8Array, start: number): number {
  const size = name.length;
  if (size === 0 || size > MAX_NAME_BYTES - 1) return -1;
  let length = start;
  let at = start + 1;
  for (let index = 0; index < size; index++) {
    const code = name.charCodeAt(index);
    if (code === DOT) {
      const labelSize = at - length - 1;
      if (labelSize === 0 || labelSize > MAX_LABEL_BYTES) return -1;
      into[length] = labelSize;
      length = at++;
    } else if (code <= 0x20 || code >= 0x7f || code === BACKSLASH) return -1;
    else into[at++] = code;
  }
  const last = at - length - 1;
  if (last === 0) return length;
  if (last > MAX_LABEL_BYTES || at - start > MAX_NAME_BYTES - 1) return -1;
  into[length] = last;
  return at;
}

/** Writes a name as zone files do, with the dot of the root at its end; whatever a peer sent, it is printable. */
export function formatName(labels: Labels): string {
  return labels.length === 0 ? "." : labels.map((label) => `${formatLabel(label, 0, label.length)}.`).join("");
}

/** Formats the bytes of a label from `start` to `end`. */
export function formatLabel(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += LABEL_TEXT[bytes[at] ?? 0];
  return text;
}

/** A byte as three decimal digits behind a backslash. */
export function decimal(byte: number): string {
  return `\\${String(byte).padStart(3, "0")}`;
}

/** A name as it crosses the wire (RFC 1035 §3.1), not compressed. */
export function encodeName(labels: Labels): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(wireLength(labels));
  let at = 0;
  for (const label of labels) {
    bytes[at] = label.length;
    bytes.set(label, at + 1);
    at += 1 + label.length;
  }
  return bytes;
}

/** Returns the size of a name on the wire in bytes. */
export function wireLength(labels: Labels): number {
  return labels.reduce((sum, label) => sum + 1 + label.length, 1);
}

/** Whether two names, both as {@link formatName} writes them, are the same: the case of ASCII letters does not count. */
export function sameName(one: string, other: string): boolean {
  return one === other || (one.length === other.length && one.toLowerCase() === other.toLowerCase());
}

function invalid(name: string, why: string): UsageError {
  return new UsageError(`invalid domain name "${name}": ${why}`, { code: "invalid-name" });
}
