import { canonicalName, compareBytes } from "../codec/canonical.ts";
import { algorithmName, digestName, digestOf, isSupportedDigest, verifierOf } from "./algorithms.ts";
import type { ChainDelegation, ChainKey, SecurityReason } from "./chain.ts";
import { reason } from "./reasons.ts";
import type { RecordSet } from "./rrset.ts";
import { type DelegationData, type KeyData, readDelegation, readKey } from "./security_data.ts";
import { isZoneKey } from "./verify_set.ts";
import { MAX_KEYS, MAX_SAME_TAG, type Work } from "./work.ts";

/** Entry points of a zone, with which its keys are compared: DS records, or keys that are trusted themselves. */
export interface EntryPoints {
  readonly delegations: readonly DelegationData[];
  readonly keys: readonly KeyData[];
}

/** The keys of a set of DNSKEY records. */
export function keysOf(set: RecordSet): KeyData[] {
  return set.records.slice(0, MAX_KEYS).flatMap(({ rdata }) => readKey(rdata) ?? []);
}

/** The data of a set of DS records. */
export function delegationsOf(set: RecordSet): DelegationData[] {
  return set.records.slice(0, MAX_KEYS).flatMap(({ rdata }) => readDelegation(rdata) ?? []);
}

/** Why a zone with these entry points is insecure: none has an algorithm and digest that are supported (RFC 4035 §5.2). */
export function unsupported(zone: string, { delegations, keys }: EntryPoints): SecurityReason | undefined {
  const supported = delegations.filter(({ algorithm }) => verifierOf(algorithm));
  if (supported.some(({ digestType }) => isSupportedDigest(digestType))) return undefined;
  if (keys.some(({ algorithm }) => verifierOf(algorithm))) return undefined;
  if (supported.length > 0) {
    const names = [...new Set(supported.map(({ digestType }) => digestName(digestType)))].join(", ");
    return reason("unsupported-digest", `the digests of the DS records of ${zone} are not supported: ${names}`);
  }
  const names = [...new Set([...delegations, ...keys].map(({ algorithm }) => algorithmName(algorithm)))].join(", ");
  return reason("unsupported-algorithm", `the algorithms of ${zone} are not supported: ${names || "none"}`);
}

/** The keys of a zone that its entry points are of, or why none is. */
export async function trustedKeys(
  zone: string,
  keys: readonly KeyData[],
  { delegations, keys: anchors }: EntryPoints,
  work: Work,
): Promise<readonly KeyData[] | SecurityReason> {
  const owner = canonicalName(zone);
  const trusted = new Set(keys.filter((key) => anchors.some(({ rdata }) => compareBytes(rdata, key.rdata) === 0)));
  for (const { keyTag, algorithm, digestType, digest } of delegations) {
    const candidates = keys.filter((key) => key.tag === keyTag && key.algorithm === algorithm);
    for (const key of candidates.slice(0, MAX_SAME_TAG)) {
      work.hashes(1);
      const computed = await digestOf(digestType, owner, key.rdata);
      if (computed && compareBytes(computed, digest) === 0) trusted.add(key);
    }
  }
  const usable = [...trusted].filter((key) => isZoneKey(key) && verifierOf(key.algorithm));
  if (usable.length > 0) return usable;
  const tags = [...delegations.map(({ keyTag }) => keyTag), ...anchors.map(({ tag }) => tag)];
  const wanted = `${tags.length === 1 ? "key" : "keys"} ${[...new Set(tags)].join(", ")}`;
  return trusted.size > 0
    ? reason("no-zone-key", `the DNSKEY of ${zone} that is trusted is revoked, or is not a zone key (${wanted})`)
    : reason("dnskey-missing", `no DNSKEY of ${zone} matches its DS records or trust anchor (${wanted})`);
}

const ENTRY_POINT = 1;

/** A key as the chain shows it. */
export function chainKey({ tag, algorithm, flags }: KeyData, trusted: boolean): ChainKey {
  return { keyTag: tag, algorithm: algorithmName(algorithm), entryPoint: (flags & ENTRY_POINT) !== 0, trusted };
}

/** A DS record as the chain shows it. */
export function chainDelegation({ keyTag, algorithm, digestType }: DelegationData): ChainDelegation {
  return { keyTag, algorithm: algorithmName(algorithm), digest: digestName(digestType) };
}
