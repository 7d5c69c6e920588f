import { lowerCasedNames } from "./expand.ts";
import { encodeName, formatName, parseName } from "./name.ts";
import { Reader } from "./reader.ts";
import { typeNumber } from "./types.ts";
import { ByteWriter } from "./writer.ts";

/** Returns a name in the form in which equal names are equal texts: absolute, in lower case, with the escapes needed. */
export function nameKey(name: string): string {
  const text = name.includes("\\") ? formatName(parseName(name).labels) : name.endsWith(".") ? name : `${name}.`;
  return text.toLowerCase();
}

/** Returns a name as it crosses the wire, in lower case (RFC 4034 §6.2). */
export function canonicalName(name: string): Uint8Array<ArrayBuffer> {
  return encodeName(parseName(name).labels.map(lowered));
}

/** Compares names in the canonical order (RFC 4034 §6.1): by their labels from the root on, without case. */
export function compareNames(one: string, other: string): number {
  const [left, right] = [parseName(one).labels, parseName(other).labels];
  const shared = Math.min(left.length, right.length);
  for (let back = 1; back <= shared; back++) {
    const [a, b] = [left[left.length - back], right[right.length - back]];
    const order = a && b ? compareBytes(lowered(a), lowered(b)) : 0;
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Compares bytes from the left; the shorter of two that are equal so far comes first. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    const order = (one[at] ?? 0) - (other[at] ?? 0);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}

/** Returns the data of a record in canonical form: names in the types of RFC 4034 §6.2 in lower case, not compressed. */
export function canonicalData(type: string, rdata: Uint8Array): Uint8Array {
  const places = lowerCasedNames(typeNumber(type) ?? 0);
  if (!places || rdata.length === 0) return rdata;
  const reader = new Reader(rdata, { whole: true });
  const out = new ByteWriter(rdata.length);
  out.put(reader.take(places.bytes));
  for (let left = places.strings; left > 0; left--) {
    const string = reader.string();
    out.u8(string.length);
    out.put(string);
  }
  for (let left = places.names; left > 0; left--) out.put(canonicalName(reader.name()));
  out.put(reader.rest());
  return out.bytes();
}

/** Whether a name is that of a zone or below it. */
export function isSubdomain(name: string, zone: string): boolean {
  const [key, suffix] = [nameKey(name), nameKey(zone)];
  if (suffix === "." || key === suffix) return true;
  if (!key.endsWith(`.${suffix}`)) return false;
  // The dot before the zone may be one inside a label: `a\.example.` is not below `example.`.
  return !key.includes("\\") || labelStarts(key).includes(key.length - suffix.length);
}

/** Returns a name without its first label; of the root, the root. */
export function parentName(name: string): string {
  const starts = labelStarts(name);
  const second = starts[1];
  return second === undefined || second >= name.length ? "." : name.slice(second);
}

/** Returns the number of labels of a name, without the root's; a `*` counts. */
export function labelCount(name: string): number {
  return name === "." ? 0 : labelStarts(name.endsWith(".") ? name : `${name}.`).length - 1;
}

/** Where the labels of a name begin, and where the root's is. */
function labelStarts(name: string): number[] {
  const starts = [0];
  for (let at = 0; at < name.length; at++) {
    if (name[at] === "\\") at++;
    else if (name[at] === ".") starts.push(at + 1);
  }
  return starts;
}

/** Bytes with ASCII letters in lower case. */
function lowered(label: Uint8Array): Uint8Array {
  return label.map((byte) => byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);
}
