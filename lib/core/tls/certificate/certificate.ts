import { UsageError } from "../../errors/errors.ts";
import type { CertificateSummary } from "./summary.ts";

/** Certificate with its private key, as PEM, and its pin. */
export interface KeyPair {
  /** Certificate, or the chain with the server's own first. */
  readonly cert: string;
  /** Private key, PKCS#8. */
  readonly key: string;
  /** Pin of the certificate's key: `sha256:…`. */
  readonly pin: string;
}

/** Properties of a certificate. */
export interface CertificateFacts {
  /** Summary for output and records. */
  readonly summary: CertificateSummary;
  /** Pin of its key. */
  readonly pin: string;
  /** DNS names that it is for. */
  readonly dnsNames: readonly string[];
  /** IP addresses that it is for. */
  readonly addresses: readonly string[];
  /** Common names of its subject, used if it has no other name. */
  readonly commonNames: readonly string[];
  /** Start of its validity. */
  readonly notBefore: Date;
  /** End of its validity. */
  readonly notAfter: Date;
  /** Whether it may issue certificates. */
  readonly isAuthority: boolean;
  /** Whether it names itself as its issuer. */
  readonly selfIssued: boolean;
  /** Whether it has the URL of its issuer's certificate, as those of public authorities do. */
  readonly namesIssuerFile: boolean;
  /** Purposes that it is restricted to (extended key usage), if any: `serverAuth`. */
  readonly purposes?: readonly string[];
  /** Restriction by its extensions that excludes a TLS server: `clientAuth`, or key usages. */
  readonly otherPurpose?: string;
  /** Length of its RSA key in bits. */
  readonly rsaBits?: number;
  /** Curve of its elliptic key: `P-256`. */
  readonly curve?: string;
}

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 86_400_000;

/** Default names of a self-signed certificate. */
export const LOOPBACK_NAMES: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/**
 * Creates a self-signed certificate in memory, valid for ten years. Its first name is a random one below `.invalid`
 * (RFC 6761), which no other certificate can have: that makes pinning it safe. The given names follow.
 *
 * @param names The names and IP addresses that the certificate is for.
 * @returns Certificate and key as PEM, and the pin.
 * @throws {Error} The runtime's, when it cannot create a key.
 * @example Create a certificate
 * ```ts
 * import { selfSigned } from "../../public.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const { cert } = await selfSigned(["localhost"]);
 * assertStringIncludes(cert, "BEGIN CERTIFICATE");
 * ```
 */
export function selfSigned(names?: readonly string[]): Promise<KeyPair>;
export async function selfSigned(names: readonly string[] = LOOPBACK_NAMES): Promise<KeyPair> {
  return await certify(await crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]), names);
}

/**
 * Creates a self-signed certificate for further names with the key of one that {@link selfSigned} created: its pin stays the same.
 * Returns undefined if the key is of another type.
 */
export async function reissue(key: string, names: readonly string[]): Promise<KeyPair | undefined> {
  try {
    const der = Uint8Array.fromBase64(key.replace(/-----[^-]+-----|\s+/g, ""));
    const privateKey = await crypto.subtle.importKey("pkcs8", der, ECDSA, true, ["sign"]);
    const { d: _, key_ops: __, ...open } = await crypto.subtle.exportKey("jwk", privateKey);
    const publicKey = await crypto.subtle.importKey("jwk", open, ECDSA, true, ["verify"]);
    return await certify({ privateKey, publicKey }, names);
  } catch {
    return undefined;
  }
}

async function certify(keys: CryptoKeyPair, names: readonly string[]): Promise<KeyPair> {
  const x509 = await import("../../../deps/x509.ts");
  const own = `${crypto.randomUUID()}.invalid`;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${own}`,
    keys,
    signingAlgorithm: ECDSA,
    // A clock that is slightly slow must not make it "not valid yet".
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 3650 * DAY),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: own },
        ...names.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? "ip" as const : "dns" as const, value })),
      ]),
    ],
  });
  const key = pem("PRIVATE KEY", new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey)));
  const cert = certificate.toString("pem") + "\n";
  return { cert, key, pin: (await certificateFacts(new Uint8Array(certificate.rawData))).pin };
}

/** Parses a certificate (DER, or the first of a PEM text). */
export async function certificateFacts(certificate: Uint8Array<ArrayBuffer> | string): Promise<CertificateFacts> {
  const x509 = await import("../../../deps/x509.ts");
  const parsed = new x509.X509Certificate(certificate);
  const { subject, issuer, notBefore, notAfter } = parsed;
  const names = parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  const pin = await pinOf(new Uint8Array(parsed.publicKey.rawData));
  const algorithm = parsed.publicKey.algorithm;
  const purposes = parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages.map(String);
  return {
    summary: {
      ...{ subject, issuer, pin },
      names: names.filter(({ type }) => type === "dns" || type === "ip").map(({ value }) => value),
      notBefore: formatTime(notBefore),
      notAfter: formatTime(notAfter),
    },
    ...{ pin, notBefore, notAfter },
    dnsNames: names.filter((name) => name.type === "dns").map((name) => name.value),
    addresses: names.filter((name) => name.type === "ip").map((name) => name.value),
    commonNames: parsed.subjectName.getField("CN"),
    isAuthority: parsed.getExtension(x509.BasicConstraintsExtension)?.ca ?? false,
    selfIssued: subject === issuer,
    namesIssuerFile: (parsed.getExtension(x509.AuthorityInfoAccessExtension)?.caIssuers.length ?? 0) > 0,
    purposes: purposes?.map((purpose) => PURPOSES[purpose] ?? purpose),
    otherPurpose: otherPurpose(
      purposes,
      parsed.getExtension(x509.KeyUsagesExtension)?.usages,
    ),
    rsaBits: "modulusLength" in algorithm ? Number(algorithm.modulusLength) : undefined,
    curve: "namedCurve" in algorithm ? String(algorithm.namedCurve) : undefined,
  };
}

/** Times in certificates have whole seconds. */
function formatTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

/** Key purposes (RFC 5280 §4.2.1.12) by object identifier. */
const PURPOSES: Readonly<Record<string, string>> = {
  "2.5.29.37.0": "anyExtendedKeyUsage",
  "1.3.6.1.5.5.7.3.1": "serverAuth",
  "1.3.6.1.5.5.7.3.2": "clientAuth",
  "1.3.6.1.5.5.7.3.3": "codeSigning",
  "1.3.6.1.5.5.7.3.4": "emailProtection",
  "1.3.6.1.5.5.7.3.8": "timeStamping",
  "1.3.6.1.5.5.7.3.9": "OCSPSigning",
};
const SERVER_PURPOSES: readonly string[] = ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"];
/** digitalSignature, keyEncipherment and keyAgreement (RFC 5280 §4.2.1.3): a TLS server requires one of them. */
const SERVER_USAGES = 0x01 | 0x04 | 0x10;

function otherPurpose(purposes: readonly string[] | undefined, usages: number | undefined): string | undefined {
  if (purposes && !purposes.some((purpose) => SERVER_PURPOSES.includes(purpose))) {
    return `extended key usage ${purposes.map((purpose) => PURPOSES[purpose] ?? purpose).join(", ")}`;
  }
  return usages !== undefined && (usages & SERVER_USAGES) === 0 ? "key usage without signatures" : undefined;
}

/** Returns the pin of a public key: `sha256:` and the Base64 of the SHA-256 of its SubjectPublicKeyInfo (RFC 7469 §2.4). */
export async function pinOf(subjectPublicKeyInfo: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", subjectPublicKeyInfo));
  return `sha256:${digest.toBase64()}`;
}

/**
 * Parses a pin in the form of the command line; curl's `sha256//` is accepted too.
 *
 * @throws {UsageError} When the text is not a pin.
 */
export function parsePin(text: string): string {
  const [, base64] = /^sha256(?::|\/\/)([A-Za-z0-9+/]{43}=)$/.exec(text) ?? [];
  if (base64 === undefined) throw new UsageError(`"${text}" is not a pin`);
  return `sha256:${base64}`;
}

/** Formats bytes as PEM (RFC 7468). */
export function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
