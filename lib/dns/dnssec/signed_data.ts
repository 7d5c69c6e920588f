import { canonicalData, canonicalName, compareBytes, labelCount } from "../codec/canonical.ts";
import { typeNumber } from "../codec/types.ts";
import { concat } from "../../deps/std/bytes.ts";
import { ancestor, wildcardOf } from "./names.ts";
import type { RecordSet } from "./rrset.ts";
import type { SignatureData } from "./security_data.ts";

const CLASS_IN = 1;

/** Labels of an owner name as an RRSIG counts them: without the one of a wildcard (RFC 4034 §3.1.3). */
export function signedLabels(name: string): number {
  return labelCount(name) - (name.startsWith("*.") ? 1 : 0);
}

/** The name that was signed: the wildcard, where the owner was made from one. */
export function signedName(name: string, labels: number): string {
  return labels < signedLabels(name) ? wildcardOf(ancestor(name, labels)) : name;
}

/**
 * Returns the bytes that a signature covers: its own data without the signature, then each record in canonical form, with the original
 * TTL, in canonical order and once (RFC 4034 §3.1.8.1, §6).
 */
export function signedData(set: RecordSet, signature: SignatureData): Uint8Array<ArrayBuffer> {
  const owner = canonicalName(signedName(set.name, signature.labels));
  const type = typeNumber(set.type) ?? 0;
  const before = new Uint8Array(8);
  const view = new DataView(before.buffer);
  view.setUint16(0, type);
  view.setUint16(2, CLASS_IN);
  view.setUint32(4, signature.originalTtl);
  const sorted = set.records.map(({ rdata }) => canonicalData(set.type, rdata)).sort(compareBytes);
  const once = sorted.filter((data, index) => index === 0 || compareBytes(sorted[index - 1] ?? data, data) !== 0);
  const records = once.flatMap((data) => [owner, before, Uint8Array.of(data.length >> 8, data.length & 255), data]);
  return concat([signature.head, canonicalName(signature.signer), ...records]);
}
