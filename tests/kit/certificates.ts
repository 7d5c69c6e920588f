import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "../../lib/deps/x509.ts";
import { certificateFacts, type KeyPair, pem } from "../../lib/core/mod.ts";

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 86_400_000;

/** Properties of a certificate for a test. */
export interface CertificateWish {
  /** DNS names and addresses. @default ["localhost", "127.0.0.1"] */
  readonly names?: readonly string[];
  /** Start and end of its validity, in days from now. @default [-1, 30] */
  readonly days?: readonly [number, number];
  /** Whether it is a certificate authority. */
  readonly authority?: boolean;
  /** Its common name. @default a random one */
  readonly commonName?: string;
  /** Extended key usage, as object identifiers; any usage if omitted. */
  readonly purposes?: readonly string[];
  /** Its issuer; self-signed if omitted. */
  readonly issuer?: TestCertificate;
}

/** A certificate for a test. */
export interface TestCertificate extends KeyPair {
  /** Its keys. */
  readonly keys: CryptoKeyPair;
}

/** Creates a certificate. */
export async function makeCertificate(wish: CertificateWish = {}): Promise<TestCertificate> {
  const { names = ["localhost", "127.0.0.1"], days: [from, to] = [-1, 30], authority = false, issuer } = wish;
  const keys = await crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
  const subject = `CN=${wish.commonName ?? crypto.randomUUID()}`;
  const common = {
    notBefore: new Date(Date.now() + from * DAY),
    notAfter: new Date(Date.now() + to * DAY),
    signingAlgorithm: ECDSA,
    extensions: [
      new BasicConstraintsExtension(authority, undefined, true),
      ...wish.purposes ? [new ExtendedKeyUsageExtension([...wish.purposes])] : [],
      ...names.length === 0 ? [] : [
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? "ip" as const : "dns" as const, value })),
        ),
      ],
    ],
  };
  const certificate = issuer
    ? await X509CertificateGenerator.create({
      ...common,
      subject,
      issuer: new X509Certificate(issuer.cert).subject,
      publicKey: keys.publicKey,
      signingKey: issuer.keys.privateKey,
    })
    : await X509CertificateGenerator.createSelfSigned({ ...common, name: subject, keys });
  const cert = certificate.toString("pem") + "\n";
  const key = pem("PRIVATE KEY", new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey)));
  return { cert, key, keys, pin: (await certificateFacts(cert)).pin };
}
