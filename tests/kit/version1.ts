import { pem } from "../../lib/core/mod.ts";
import { X509Certificate } from "../../lib/deps/x509.ts";

/** The version field of a certificate of version 3 (RFC 5280 §4.1). */
const VERSION_3 = [0xa0, 3, 2, 1, 2];

/** Returns a certificate (PEM) with its version set to 1, which parsers for version 3 reject. */
export function asVersion1(certificate: string): string {
  const der = new Uint8Array(new X509Certificate(certificate).rawData);
  const at = der.findIndex((_, index) => VERSION_3.every((byte, offset) => der[index + offset] === byte));
  return pem("CERTIFICATE", der.with(at + 4, 0));
}
