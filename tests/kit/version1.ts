import { pem } from "../../lib/core/mod.ts";
import { X509Certificate } from "../../lib/deps/x509.ts";

/** The version field of a certificate of version 3 (RFC 5280 §4.1). */
const VERSION_3 = [0xa0, 3, 2, 1, 2];

/** A certificate (PEM) that says of itself that it has version 1, where parsers that want version 3 give up. */
export function asVersion1(certificate: string): string {
  const der = new Uint8Array(new X509Certificate(certificate).rawData);
  const at = der.findIndex((_, index) => VERSION_3.every((byte, offset) => der[index + offset] === byte));
  return pem("CERTIFICATE", der.with(at + 4, 0));
}
