import { certificateFacts } from "../../core/mod.ts";
import { cut } from "../words/cut.ts";

/** A certificate that a server presented. */
export interface SeenCertificate {
  /** Subject, as `CN=example.test`. */
  readonly subject: string;
  /** Issuer, in the same form. */
  readonly issuer: string;
  /** DNS names and addresses that it is for. */
  readonly names: readonly string[];
  /** Start of its validity. */
  readonly notBefore: Date;
  /** End of its validity. */
  readonly notAfter: Date;
  /** Pin of its key. */
  readonly pin: string;
  /** Kind and size of its key: `RSA 2048`, `EC P-256`. */
  readonly key: string;
  /** Whether clients of today refuse a key of this size: RSA below 2048 bits, elliptic curves below 224 (NIST SP 800-131A). */
  readonly weak: boolean;
  /** Whether its RSA key is larger than clients accept: 8192 bits, with rustls, Go and BoringSSL. */
  readonly large: boolean;
  /** Hash of its signature: `SHA-256`; undefined if the algorithm has none. */
  readonly hash?: string;
  /** Whether it may issue certificates. */
  readonly authority: boolean;
  /** Whether it names itself as its issuer. */
  readonly selfIssued: boolean;
  /** The certificate and its public key (DER), for TLSA. */
  readonly der: Uint8Array<ArrayBuffer>;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

const [MIN_RSA_BITS, MAX_RSA_BITS] = [2048, 8192];
const WEAK_CURVE = /^(?:K|B|P|secp|prime|sect)-?(?:1\d\d)\D?/i;
const NAMES_LIMIT = 20;

/** Reads the certificates of a chain (DER); what cannot be read is left out. */
export async function readChain(chain: readonly Uint8Array<ArrayBuffer>[]): Promise<SeenCertificate[]> {
  const read = await Promise.allSettled(chain.map(readCertificate));
  return read.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
}

async function readCertificate(der: Uint8Array<ArrayBuffer>): Promise<SeenCertificate> {
  const { summary, rsaBits, curve, ...facts } = await certificateFacts(der);
  const { X509Certificate } = await import("../../deps/x509.ts");
  const { publicKey, signatureAlgorithm } = new X509Certificate(der);
  return {
    subject: cut(summary.subject || "(no subject)"),
    issuer: cut(summary.issuer || "(no issuer)"),
    names: summary.names.slice(0, NAMES_LIMIT).map(cut),
    notBefore: facts.notBefore,
    notAfter: facts.notAfter,
    pin: facts.pin,
    key: cut(
      rsaBits === undefined ? (curve === undefined ? publicKey.algorithm.name : `EC ${curve}`) : `RSA ${rsaBits}`,
    ),
    weak: (rsaBits ?? MIN_RSA_BITS) < MIN_RSA_BITS || WEAK_CURVE.test(curve ?? ""),
    large: (rsaBits ?? 0) > MAX_RSA_BITS,
    hash: hashOf(signatureAlgorithm),
    authority: facts.isAuthority,
    selfIssued: facts.selfIssued,
    der,
    publicKey: new Uint8Array(publicKey.rawData),
  };
}

function hashOf(algorithm: object): string | undefined {
  const hash: unknown = "hash" in algorithm ? algorithm.hash : undefined;
  if (typeof hash === "string") return hash;
  return typeof hash === "object" && hash !== null && "name" in hash ? String(hash.name) : undefined;
}

/** Returns the number of whole days from one date to another. */
export function daysBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / 86_400_000);
}
