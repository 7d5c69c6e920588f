import type { ResourceRecord } from "../../../dns/mod.ts";

/** Requirements of TLSA records for the certificate of a mail server (RFC 7672 §3.1). */
export type TlsaPolicy =
  /** One of these keys, whatever the certificate says. */
  | { readonly kind: "pins"; readonly pins: readonly string[] }
  /** Records that are usable for mail, but of forms that are not known here. */
  | { readonly kind: "unknown"; readonly forms: readonly string[] }
  /** No usable record: TLS is required, the certificate is not verified (RFC 7672 §2.2). */
  | { readonly kind: "unusable" };

/** Uses of certificates for mail: an authority of the domain, and the server's own (RFC 7672 §3.1). */
const DANE_TA = 2;
const DANE_EE = 3;
const SUBJECT_PUBLIC_KEY = 1;
const SHA256 = 1;

/** Returns what TLSA records ask for. */
export function tlsaPolicy(records: readonly ResourceRecord[]): TlsaPolicy {
  const usable = records.filter(({ fields }) => fields.usage === DANE_TA || fields.usage === DANE_EE);
  if (usable.length === 0) return { kind: "unusable" };
  const pins = usable.flatMap(({ fields }) => {
    const { usage, selector, matchingType, associationData } = fields;
    const known = usage === DANE_EE && selector === SUBJECT_PUBLIC_KEY && matchingType === SHA256;
    if (!known || typeof associationData !== "string" || !/^[0-9a-f]{64}$/i.test(associationData)) return [];
    return [`sha256:${Uint8Array.fromHex(associationData).toBase64()}`];
  });
  if (pins.length > 0) return { kind: "pins", pins };
  return {
    kind: "unknown",
    forms: usable.map(({ fields }) => `${fields.usage} ${fields.selector} ${fields.matchingType}`),
  };
}
