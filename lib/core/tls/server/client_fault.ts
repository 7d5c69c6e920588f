import { NetworkError } from "../../errors/errors.ts";
import type { CertificateFacts } from "../certificate/certificate.ts";
import { type Fault, firstDateFault, issuerFault } from "../certificate/faults.ts";
import { provableKey } from "../certificate/provable.ts";
import { tlsFailure } from "../failure.ts";

/** Context of the verification of a client's certificates. */
export interface ClientTrust {
  /** Whether the runtime found a trusted authority that has issued the client's certificate. */
  readonly authorized: boolean;
  /** Whether the client's own certificate is one of the trusted ones. */
  readonly very: boolean;
  /** Trusted certificates. */
  readonly authorities: readonly CertificateFacts[];
}

const CLIENT_PURPOSES: readonly string[] = ["clientAuth", "anyExtendedKeyUsage"];

/** Returns the reason to reject the certificates that a client presented, its own first (DER); undefined if they are trusted. */
export function clientFault(
  leaf: Uint8Array<ArrayBuffer> | undefined,
  chain: readonly CertificateFacts[],
  { authorized, very, authorities }: ClientTrust,
): Fault | undefined {
  const [own] = chain;
  if (!leaf) return NO_CERTIFICATE;
  if (!own) return { code: "tls-bad-certificate", text: "the client certificate cannot be read" };
  if (!provableKey(leaf)) {
    const text = "the client certificate is not X.509 version 3 in strict DER: " +
      "whether the client has its key cannot be verified";
    return { code: "tls-unverifiable-key", text };
  }
  const fault = firstDateFault(very ? [own] : chain) ?? purposeFault(own);
  if (fault || authorized || very) return fault;
  // A foreign authority and a missing intermediate certificate cannot be told apart, unless the issuer's name is trusted.
  const issuer = chain.at(-1)?.summary.issuer;
  return issuerFault(chain, { caCerts: authorities.filter(({ summary }) => summary.subject === issuer) }, "the client");
}

/** Reason to reject a client without a certificate. */
export const NO_CERTIFICATE: Fault = {
  code: "tls-client-certificate-missing",
  text: "the client did not present a certificate",
};

function purposeFault({ purposes }: CertificateFacts): Fault | undefined {
  if (!purposes || purposes.some((purpose) => CLIENT_PURPOSES.includes(purpose))) return undefined;
  return {
    code: "tls-bad-purpose",
    text: `the certificate is not for a client: extended key usage ${purposes.join(", ")}`,
  };
}

/** Returns the error of a failed handshake that concerns the client's certificate: none is rejected in it for its content. */
export function handshakeFailure(error: unknown, peer: string): unknown {
  if (!(error instanceof Error)) return error;
  if (/PEER_DID_NOT_RETURN_A_CERTIFICATE/.test(`${"code" in error ? error.code : ""} ${error.message}`)) {
    return clientRejected(peer, NO_CERTIFICATE, [], error);
  }
  const code = tlsFailure(error)?.[0];
  if (code !== "tls-unknown-issuer" && code !== "tls-bad-certificate") return error;
  return clientRejected(peer, UNPROVED, [], error);
}

const UNPROVED: Fault = {
  code: "tls-unproved",
  text: "the handshake signature cannot be verified: the client does not have the key of its certificate, " +
    "or uses one that is not supported (RSA below 2048 bits)",
};

/** Returns the error for a client that is rejected. */
export function clientRejected(
  peer: string,
  { code, text }: Fault,
  chain: readonly CertificateFacts[] = [],
  cause?: unknown,
): NetworkError {
  return new NetworkError(`cannot accept ${peer}: ${text}`, {
    code: code.replace(/^tls-(?!client-)/, "tls-client-"),
    operation: "accept",
    peer,
    certificates: chain.length > 0 ? chain.map(({ summary }) => summary) : undefined,
    cause,
  });
}
