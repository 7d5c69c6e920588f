import type { ResourceRecord } from "../../../dns/mod.ts";

/** TLSA record of a known form (RFC 6698 §2.1). */
export interface TlsaRecord {
  /** Subject of the record: an authority of the certificate of the server, or that certificate itself. */
  readonly usage: "authority" | "server";
  /** Part of the certificate. */
  readonly selector: "certificate" | "key";
  /** Hash of that part; undefined for the part itself. */
  readonly hash?: "SHA-256" | "SHA-512";
  /** The hash, or the part. */
  readonly data: Uint8Array;
}

/** Requirements of TLSA records for the certificate of a mail server (RFC 7672 §3.1). */
export type TlsaPolicy =
  /** One of these pins of the server's key, or a certificate that one of the records is about. */
  | { readonly kind: "known"; readonly pins: readonly string[]; readonly records: readonly TlsaRecord[] }
  /** Records that are usable for mail, but of forms that are not known here. */
  | { readonly kind: "unknown"; readonly forms: readonly string[] }
  /** No usable record: TLS is required, the certificate is not verified (RFC 7672 §2.2). */
  | { readonly kind: "unusable" };

/** Uses of certificates for mail (RFC 7672 §3.1): those of the authorities of the web are of none. */
const USAGES = new Map<unknown, TlsaRecord["usage"]>([[2, "authority"], [3, "server"]]);
const SELECTORS = new Map<unknown, TlsaRecord["selector"]>([[0, "certificate"], [1, "key"]]);
const HASHES = new Map<unknown, TlsaRecord["hash"]>([[0, undefined], [1, "SHA-256"], [2, "SHA-512"]]);
const HASH_BYTES = { "SHA-256": 32, "SHA-512": 64 } as const;

/** Returns what TLSA records ask for. */
export function tlsaPolicy(records: readonly ResourceRecord[]): TlsaPolicy {
  const usable = records.filter(({ fields }) => USAGES.has(fields.usage));
  if (usable.length === 0) return { kind: "unusable" };
  const known = usable.flatMap((record) => tlsaRecord(record) ?? []);
  if (known.length === 0) {
    const forms = usable.map(({ fields }) => `${fields.usage} ${fields.selector} ${fields.matchingType}`);
    return { kind: "unknown", forms };
  }
  // A pin is verified on the connection itself; what the others ask for has to be looked up in the certificates first.
  const pins = known.filter(isPin).map(({ data }) => `sha256:${data.toBase64()}`);
  return { kind: "known", pins, records: known.filter((record) => !isPin(record)) };
}

function isPin({ usage, selector, hash }: TlsaRecord): boolean {
  return usage === "server" && selector === "key" && hash === "SHA-256";
}

function tlsaRecord({ fields }: ResourceRecord): TlsaRecord | undefined {
  const { matchingType, associationData: text } = fields;
  const [usage, selector] = [USAGES.get(fields.usage), SELECTORS.get(fields.selector)];
  if (!usage || !selector || !HASHES.has(matchingType)) return undefined;
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})+$/i.test(text)) return undefined;
  const hash = HASHES.get(matchingType);
  const data = Uint8Array.fromHex(text);
  return hash && data.length !== HASH_BYTES[hash] ? undefined : { usage, selector, data, ...(hash && { hash }) };
}
