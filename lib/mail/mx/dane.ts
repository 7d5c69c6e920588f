import { firstDateFault } from "../../core/tls/certificate/faults.ts";
import { certificateFacts, pinOf } from "../../core/tls/certificate/certificate.ts";
import { isChain, publicKeyOf } from "../../core/tls/certificate/issued.ts";
import { isFor } from "../../core/tls/certificate/names.ts";
import type { TlsaRecord } from "./codec/tlsa.ts";

/** Certificate as it was presented (DER). */
type Der = Uint8Array<ArrayBuffer>;

/**
 * Returns the pin of the key of a server, if a TLSA record is about its certificate (RFC 7672 §3.1): about that itself, whatever it says; or
 * about one of its authorities in the chain, which have to be valid now, and the certificate for one of the names. Whether the server has the
 * key is to be verified by the pin.
 *
 * @param chain Certificates that it has presented (DER), its own first.
 * @param names Name of the server, and domain of the recipients.
 */
export async function pinByTlsa(
  chain: readonly Uint8Array<ArrayBuffer>[],
  records: readonly TlsaRecord[],
  names: readonly string[],
): Promise<string | undefined> {
  const [leaf] = chain;
  const key = leaf && await publicKeyOf(leaf);
  if (!key) return undefined;
  for (const record of records) {
    const found = record.usage === "server"
      ? await matches(leaf, record)
      : await isServerFor(leaf, names) && await hasAuthority(chain, record);
    if (found) return await pinOf(key);
  }
  return undefined;
}

async function isServerFor(leaf: Der, names: readonly string[]): Promise<boolean> {
  const facts = await certificateFacts(leaf);
  return facts.otherPurpose === undefined && names.some((name) => isFor(facts, name));
}

async function hasAuthority(chain: readonly Der[], record: TlsaRecord): Promise<boolean> {
  for (const [i, certificate] of chain.entries()) {
    if (i === 0 || !await matches(certificate, record)) continue;
    const path = chain.slice(0, i + 1);
    if (await isChain(path) && !firstDateFault(await Promise.all(path.map((der) => certificateFacts(der))))) {
      return true;
    }
  }
  return false;
}

async function matches(certificate: Der, { selector, hash, data }: TlsaRecord): Promise<boolean> {
  const part = selector === "certificate" ? certificate : await publicKeyOf(certificate);
  if (!part) return false;
  const found = hash ? new Uint8Array(await crypto.subtle.digest(hash, part)) : part;
  return found.toHex() === data.toHex();
}
