/** Extensions (RFC 5280 §4.2.1) that are read here: key usage, alternative names, basic constraints, extended key usage. */
const READ_EXTENSIONS = new Set(["2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37"]);
/** keyCertSign (RFC 5280 §4.2.1.3). */
const KEY_CERT_SIGN = 0x20;
const HASHES = new Set(["SHA-256", "SHA-384", "SHA-512"]);

/**
 * Returns whether each certificate of a chain (DER) is issued by the next one, which is an authority that may do so. Dates, names and
 * revocation are not looked at; a chain with critical extensions that are not known here is not accepted.
 */
export async function isChain(certificates: readonly Uint8Array<ArrayBuffer>[]): Promise<boolean> {
  const { BasicConstraintsExtension, KeyUsagesExtension, X509Certificate } = await import("../../../deps/x509.ts");
  try {
    const chain = certificates.map((der) => new X509Certificate(der));
    for (const [i, issuer] of chain.entries()) {
      if (issuer.extensions.some(({ critical, type }) => critical && !READ_EXTENSIONS.has(type))) return false;
      const issued = chain[i - 1];
      if (!issued) continue;
      const { ca = false, pathLength = Infinity } = issuer.getExtension(BasicConstraintsExtension) ?? {};
      const usages = issuer.getExtension(KeyUsagesExtension)?.usages ?? KEY_CERT_SIGN;
      if (!ca || i - 1 > pathLength || (usages & KEY_CERT_SIGN) === 0 || issued.issuer !== issuer.subject) return false;
      const { hash } = issued.signatureAlgorithm;
      if (hash && !HASHES.has(hash.name)) return false;
      if (!await issued.verify({ publicKey: issuer.publicKey, signatureOnly: true })) return false;
    }
    return chain.length > 0;
  } catch {
    // A certificate that cannot be read, or a signature of another kind.
    return false;
  }
}

/** Returns the SubjectPublicKeyInfo (DER) of a certificate (DER); undefined if it cannot be read. */
export async function publicKeyOf(certificate: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { X509Certificate } = await import("../../../deps/x509.ts");
  try {
    return new Uint8Array(new X509Certificate(certificate).publicKey.rawData);
  } catch {
    return undefined;
  }
}
