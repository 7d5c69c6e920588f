import type { CertificateFacts } from "./certificate.ts";
import { NetworkError } from "../../errors/errors.ts";
import { isFor } from "./names.ts";

/** Reason to reject a certificate. */
export interface Fault {
  /** Stable, kebab-case name. */
  readonly code: string;
  /** Text for people. */
  readonly text: string;
}

/** Context of the verification of a chain. */
export interface Trusted {
  /** Whether a trusted authority has issued the server's certificate. */
  readonly authorized: boolean;
  /** Whether the server's own certificate is one of the trusted ones. */
  readonly very?: boolean;
  /** Name or address that the certificate must be for. */
  readonly name: string;
  /** Certificates that are trusted in addition to the usual authorities. */
  readonly caCerts: readonly CertificateFacts[];
  /** Current time. @default now */
  readonly now?: Date;
}

/** Returns the reason to reject the certificates that a server presented, its own first; undefined if they are trusted. */
export function faultOf(chain: readonly CertificateFacts[], trusted: Trusted): Fault | undefined {
  const [leaf] = chain;
  if (!leaf) return { code: "tls-bad-certificate", text: "the certificate cannot be read" };
  const { authorized, very = false, name, now } = trusted;
  const forName = isFor(leaf, name, { commonName: very }) ? undefined : nameFault(leaf, name);
  const purpose = leaf.otherPurpose === undefined ? undefined : purposeFault(leaf);
  // A certificate that is trusted itself is checked here; for one of an authority the runtime has checked all but the name.
  if (very) return dateFault(leaf, now) ?? purpose ?? forName;
  if (authorized) return forName;
  return firstDateFault(chain, now) ?? purpose ?? issuerFault(chain, trusted);
}

/** Returns the reason for an error code of the runtime about the server's certificate. */
export function faultByCode(code: string, chain: readonly CertificateFacts[], trusted: Trusted): Fault | undefined {
  const [leaf] = chain;
  if (!leaf) return undefined;
  if (trusted.very) return faultOf(chain, trusted) ?? keyFault(leaf, code);
  switch (code) {
    case "tls-expired":
    case "tls-not-yet-valid":
      return firstDateFault(chain, trusted.now);
    case "tls-name-mismatch":
      return nameFault(leaf, trusted.name);
    case "tls-bad-purpose":
      return purposeFault(leaf);
    case "tls-unknown-issuer":
    case "tls-authority-as-server":
      return issuerFault(chain, trusted);
    default:
      return keyFault(leaf, code);
  }
}

/** Returns the reason for the first certificate that is expired or not valid yet. */
export function firstDateFault(chain: readonly CertificateFacts[], now?: Date): Fault | undefined {
  return chain.map((certificate) => dateFault(certificate, now)).find(Boolean);
}

function dateFault({ summary, notBefore, notAfter }: CertificateFacts, now = new Date()): Fault | undefined {
  const which = summary.subject || "(empty subject)";
  if (now > notAfter) {
    return { code: "tls-expired", text: `the certificate of ${which} expired on ${summary.notAfter}` };
  }
  if (now >= notBefore) return undefined;
  return { code: "tls-not-yet-valid", text: `the certificate of ${which} is not valid before ${summary.notBefore}` };
}

function nameFault({ summary, commonNames }: CertificateFacts, name: string): Fault {
  if (summary.names.length > 0) {
    return {
      code: "tls-name-mismatch",
      text: `the certificate is for ${shortList(summary.names)}, not for ${name}`,
    };
  }
  const common = commonNames.length > 0 ? `, only the common name ${shortList(commonNames)}` : "";
  return { code: "tls-no-names", text: `the certificate has no subject alternative name${common}` };
}

function purposeFault({ otherPurpose }: CertificateFacts): Fault {
  return { code: "tls-bad-purpose", text: `the certificate is not for a server: ${otherPurpose ?? "other purpose"}` };
}

/** Returns the reason why the certificates that `sender` presented do not end at a trusted one. */
export function issuerFault(
  chain: readonly CertificateFacts[],
  { caCerts }: Pick<Trusted, "caCerts">,
  sender = "the server",
): Fault {
  const [leaf] = chain;
  const last = chain.at(-1);
  const code = "tls-unknown-issuer";
  if (leaf?.selfIssued) return { code, text: "the certificate is self-signed" };
  const issuer = last?.summary.issuer ?? "";
  if (caCerts.some(({ summary }) => summary.subject === issuer)) {
    return { code, text: `the certificate is not signed by the key of the trusted authority ${issuer}` };
  }
  if (last?.selfIssued) return { code, text: `the certificate is signed by an unknown authority, ${issuer}` };
  // Certificates of public authorities have the URL of their issuer's; the root of a private one must be trusted explicitly.
  if (last?.namesIssuerFile || caCerts.length > 0) {
    return {
      code: "tls-incomplete-chain",
      text: `${sender} did not send the intermediate certificate of ${issuer}`,
    };
  }
  return { code, text: `the certificate is signed by an unknown authority, ${issuer}` };
}

const MIN_RSA_BITS = 2048;

/** Returns the reason for a key that the TLS client cannot verify signatures of; the failure is a rejection by the server, or looks like a forgery. */
function keyFault({ rsaBits = MIN_RSA_BITS, curve }: CertificateFacts, code: string): Fault | undefined {
  if (code === "tls-handshake" && curve === "P-521") {
    return {
      code: "tls-unsupported-key",
      text: "the server's key is on the curve P-521, which the TLS client does not support with TLS 1.2",
    };
  }
  if (rsaBits >= MIN_RSA_BITS) return undefined;
  return {
    code: "tls-weak-key",
    text: `the server's RSA key has ${rsaBits} bits; the TLS client supports ${MIN_RSA_BITS} and more`,
  };
}

/** Maximum number of names in a message: some certificates have hundreds. */
const MAX_NAMES = 5;

function shortList(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  return names.slice(0, MAX_NAMES).join(", ") + more;
}

/** Returns the error for a reason. */
export function certificateFailure(
  peer: string,
  fault: Fault,
  chain: readonly CertificateFacts[],
  cause?: unknown,
): NetworkError {
  return new NetworkError(`cannot connect to ${peer}: ${fault.text}`, {
    code: fault.code,
    operation: "connect",
    peer,
    certificates: chain.length > 0 ? chain.map(({ summary }) => summary) : undefined,
    cause,
  });
}
