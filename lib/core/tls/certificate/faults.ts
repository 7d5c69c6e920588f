import type { CertificateFacts } from "./certificate.ts";
import { NetworkError } from "../../errors/errors.ts";
import { isFor } from "./names.ts";

/** What is wrong with a server's certificate. */
export interface Fault {
  /** Stable, kebab-case name. */
  readonly code: string;
  /** The same for people. */
  readonly text: string;
}

/** What is known beside the certificates. */
export interface Trusted {
  /** Whether an authority that is trusted has issued the server's certificate. */
  readonly authorized: boolean;
  /** Whether the server's very certificate was given as one to trust. */
  readonly very?: boolean;
  /** The name or address that the certificate has to be for. */
  readonly name: string;
  /** The certificates that are trusted beside the usual authorities. */
  readonly caCerts: readonly CertificateFacts[];
  /** The present. @default now */
  readonly now?: Date;
}

/** What is wrong with the certificates that a server presented, its own first; nothing when they can be trusted. */
export function faultOf(chain: readonly CertificateFacts[], trusted: Trusted): Fault | undefined {
  const [leaf] = chain;
  if (!leaf) return { code: "tls-bad-certificate", text: "the certificate cannot be read" };
  const { authorized, very = false, name, now } = trusted;
  const forName = isFor(leaf, name, { commonName: very }) ? undefined : nameFault(leaf, name);
  const purpose = leaf.otherPurpose === undefined ? undefined : purposeFault(leaf);
  // Whoever is trusted as such is checked here; what an authority has issued, the runtime has checked but for the name.
  if (very) return dateFault(leaf, now) ?? purpose ?? forName;
  if (authorized) return forName;
  return firstDateFault(chain, now) ?? purpose ?? issuerFault(chain, trusted);
}

/** The fault with the server's certificate that an error of the runtime names, in words of ours. */
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

/** The first of the certificates that is out of its dates. */
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

/** What keeps the certificates that `sender` presented from ending at a trusted one. */
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
  // A public authority's certificates say where its own can be had; a private one's root was given to be trusted.
  if (last?.namesIssuerFile || caCerts.length > 0) {
    return {
      code: "tls-incomplete-chain",
      text: `${sender} did not send the intermediate certificate of ${issuer}`,
    };
  }
  return { code, text: `the certificate is signed by an unknown authority, ${issuer}` };
}

const MIN_RSA_BITS = 2048;

/** A key that the TLS client cannot verify signatures with; the fault with that is the server's refusal, or looks like forgery. */
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

/** Names shown at most: some certificates have hundreds. */
const MAX_NAMES = 5;

function shortList(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  return names.slice(0, MAX_NAMES).join(", ") + more;
}

/** The error for a fault. */
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
