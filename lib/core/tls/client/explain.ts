import { NetworkError } from "../../errors/errors.ts";
import { fromSystem } from "../../errors/system_error.ts";
import type { TlsOptions } from "./options.ts";
import { certificateFailure, type Fault, faultByCode } from "../certificate/faults.ts";
import { fetchCertificates } from "./fetch_certificates.ts";
import { isSamePem, readCertificates } from "../certificate/read_certificates.ts";
import type { TlsTarget } from "./target.ts";

/** Failures that the server's certificates, or its request for a client certificate, may explain. */
const EXPLAINABLE = new Set([
  "tls-expired",
  "tls-not-yet-valid",
  "tls-name-mismatch",
  "tls-unknown-issuer",
  "tls-authority-as-server",
  "tls-bad-purpose",
  "tls-bad-certificate",
  "tls-unproved",
  "tls-handshake",
]);

/**
 * Returns the error of a handshake with the certificates that the server presented. The runtime's errors do not have them, so
 * a second connection reads them unless they are known; when that fails too, the first error is returned.
 */
export async function explained(error: unknown, target: TlsTarget, options: TlsOptions): Promise<unknown> {
  const { peer, name } = target;
  const known = fromSystem(error, { doing: "connect to", what: peer });
  if (!(known instanceof NetworkError) || known.certificates || !EXPLAINABLE.has(known.code)) return known;
  try {
    const { certificates, wantsCertificate } = await fetchCertificates({ ...target, trace: undefined });
    const chain = await readCertificates(certificates);
    const [leaf] = certificates;
    const { caCerts = [], clientCertificate } = options;
    const very = leaf !== undefined && caCerts.some((pem) => isSamePem(pem, leaf));
    const trusted = { authorized: false, very, name, caCerts: await readCertificates(caCerts) };
    const unasked = known.code === "tls-handshake" && wantsCertificate && !clientCertificate;
    const fault = unasked ? CLIENT_CERTIFICATE : faultByCode(known.code, chain, trusted);
    return certificateFailure(peer, fault ?? asBefore(known, peer), chain, known);
  } catch {
    return known;
  }
}

const CLIENT_CERTIFICATE: Fault = {
  code: "tls-client-certificate",
  text: "the server requires a client certificate",
};

function asBefore({ code, message }: NetworkError, peer: string): Fault {
  return { code, text: message.replace(`cannot connect to ${peer}: `, "") };
}
