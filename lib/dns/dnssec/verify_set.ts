import { isSubdomain } from "../codec/canonical.ts";
import { algorithmName, verifierOf } from "./algorithms.ts";
import type { ChainSignature, SecurityReason } from "./chain.ts";
import { ancestor, equalNames, wildcardOf } from "./names.ts";
import { moment, reason, serialDifference, serialTime, span } from "./reasons.ts";
import type { RecordSet } from "./rrset.ts";
import type { KeyData, SignatureData } from "./security_data.ts";
import { signedData, signedLabels } from "./signed_data.ts";
import { MAX_SAME_TAG, MAX_TRIES, type Work } from "./work.ts";

/** Time and limits of a verification. */
export interface VerifyContext {
  /** The time of validation, in seconds since 1970. */
  readonly now: number;
  readonly work: Work;
}

/** The zone that has to have signed, and the keys of it that are trusted. */
export interface Signer {
  readonly zone: string;
  readonly keys: readonly KeyData[];
}

/** Result of the verification of a set. */
export interface SetCheck {
  /** Why no signature is valid; absent when one is. */
  readonly reason?: SecurityReason;
  readonly signatures: readonly ChainSignature[];
  /** Where the set was made from a wildcard: that wildcard. */
  readonly wildcard?: string;
}

/** Flags of a DNSKEY: a key that signs a zone, and one that was revoked (RFC 4034 §2.1.1, RFC 5011 §3). */
const ZONE_KEY = 0x0100;
const REVOKED = 0x0080;
const DNSSEC = 3;

/** Order in which the reasons of several signatures are told. */
const RANKS = [
  "too-much-work",
  "signature-invalid",
  "signature-expired",
  "signature-not-yet-valid",
  "dnskey-missing",
  "unsupported-algorithm",
];

/** Verifies a set with the keys of a zone: one valid signature is enough (RFC 4035 §5.3, RFC 6840 §5.4). */
export async function verifySet(set: RecordSet, signer: Signer, context: VerifyContext): Promise<SetCheck> {
  const seen: ChainSignature[] = [];
  let tries = 0;
  let wildcard: string | undefined;
  let valid = false;
  for (const signature of set.signatures.slice(0, MAX_TRIES * 2)) {
    const shown = describe(signature, context.now);
    if (valid) {
      seen.push(shown);
      continue;
    }
    let wrong = unusable(set, signature, signer, context.now);
    if (!wrong) {
      const keys = candidates(signer.keys, signature).slice(0, MAX_SAME_TAG);
      if (keys.length === 0) wrong = noKey(set, signature, signer);
      else if ((tries += keys.length) > MAX_TRIES) {
        wrong = reason("too-much-work", `${set.type} has too many signatures`);
      } else if (!await anyVerifies(set, signature, keys, context.work)) wrong = mismatch(set, signature);
    }
    valid = !wrong;
    seen.push({ ...shown, valid, reason: wrong });
    if (valid && signature.labels < signedLabels(set.name)) wildcard = wildcardOf(ancestor(set.name, signature.labels));
  }
  return { reason: valid ? undefined : worst(set, seen), signatures: seen, wildcard };
}

/** Keys of a zone that may have made a signature. */
function candidates(keys: readonly KeyData[], { keyTag, algorithm }: SignatureData): KeyData[] {
  return keys.filter((key) => key.tag === keyTag && key.algorithm === algorithm && isZoneKey(key));
}

/** Whether a key signs the data of its zone. */
export function isZoneKey({ flags, protocol }: KeyData): boolean {
  return (flags & ZONE_KEY) !== 0 && (flags & REVOKED) === 0 && protocol === DNSSEC;
}

async function anyVerifies(set: RecordSet, signature: SignatureData, keys: readonly KeyData[], work: Work) {
  const data = signedData(set, signature);
  for (const key of keys) {
    work.signature();
    if (await verifierOf(key.algorithm)?.(key.publicKey, signature.signature, data)) return true;
  }
  return false;
}

/** Why a signature cannot count, whatever key it is of (RFC 4035 §5.3.1). */
function unusable(set: RecordSet, signature: SignatureData, { zone }: Signer, now: number): SecurityReason | undefined {
  const { inception, expiration, labels, algorithm } = signature;
  const what = subject(set, signature);
  if (!equalNames(signature.signer, zone) || !isSubdomain(set.name, zone)) {
    return reason("signature-invalid", `${what} is by ${signature.signer}, not by the zone ${zone}`);
  }
  if (labels > signedLabels(set.name)) {
    return reason("signature-invalid", `${what} is of a name with ${labels} labels`);
  }
  if (serialDifference(expiration, inception) < 0) {
    return reason("signature-invalid", `${what} expires before it becomes valid`);
  }
  const [late, early] = [serialDifference(now, expiration), serialDifference(inception, now)];
  if (late > 0) {
    return reason("signature-expired", `${what} expired ${span(late)} ago (${moment(serialTime(expiration, now))})`);
  }
  if (early > 0) {
    const text = `${what} is valid in ${span(early)} (from ${moment(serialTime(inception, now))})`;
    return reason("signature-not-yet-valid", text);
  }
  if (!verifierOf(algorithm)) {
    return reason("unsupported-algorithm", `${what} has an unsupported algorithm, ${algorithmName(algorithm)}`);
  }
  return undefined;
}

function noKey(set: RecordSet, signature: SignatureData, { zone, keys }: Signer): SecurityReason {
  const unusable = keys.some(({ tag, algorithm }) => tag === signature.keyTag && algorithm === signature.algorithm);
  const has = unusable ? "it is revoked or not a zone key" : "the zone has no such DNSKEY";
  return reason("dnskey-missing", `${subject(set, signature)} cannot be verified: ${has} (${zone})`);
}

function mismatch(set: RecordSet, signature: SignatureData): SecurityReason {
  return reason("signature-invalid", `${subject(set, signature)} does not match the data`);
}

function subject({ type }: RecordSet, { keyTag, algorithm }: SignatureData): string {
  return `the signature of ${type} by key ${keyTag} (${algorithmName(algorithm)})`;
}

function worst(set: RecordSet, signatures: readonly ChainSignature[]): SecurityReason {
  const reasons = signatures.flatMap((signature) => signature.reason ?? []);
  const rank = ({ code }: SecurityReason) => (RANKS.indexOf(code) + RANKS.length + 1) % (RANKS.length + 1);
  const [first] = reasons.sort((a, b) => rank(a) - rank(b));
  return first ?? reason("rrsigs-missing", `${set.type} of ${set.name} has no signature (RRSIG)`);
}

function describe(signature: SignatureData, now: number): ChainSignature {
  return {
    keyTag: signature.keyTag,
    algorithm: algorithmName(signature.algorithm),
    signer: signature.signer,
    inception: serialTime(signature.inception, now),
    expiration: serialTime(signature.expiration, now),
  };
}
