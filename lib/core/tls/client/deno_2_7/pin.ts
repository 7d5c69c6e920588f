import { type CertificateFacts, certificateFacts, pem } from "../../certificate/certificate.ts";
import type { NetworkError } from "../../../errors/errors.ts";
import { certificateFailure } from "../../certificate/faults.ts";
import { fetchCertificates } from "../fetch_certificates.ts";
import { startTls } from "../start.ts";
import type { Secured, TlsTarget } from "../target.ts";
import { nodeTls } from "./node_tls.ts";

/** Options of {@link pinnedTls}. */
export interface PinOptions {
  /** Pin of the server's key. */
  readonly pin: string;
  /** Certificate authorities that may have issued the certificate, as PEM. */
  readonly caCerts?: readonly string[];
  /** Application protocols to offer. */
  readonly alpn?: readonly string[];
}

/**
 * Connects to a server that has the pinned key, with a certificate of any authority and name.
 *
 * A first connection only reads the certificate, which proves nothing about the peer, sends nothing, and is closed
 * when the pin does not match. A second one then trusts only that certificate, so that the handshake itself proves the key, and
 * nothing is sent before.
 */
export async function pinnedTls(target: TlsTarget, options: PinOptions): Promise<Secured> {
  const { certificates } = await fetchCertificates(target);
  const [leaf = new Uint8Array()] = certificates;
  const facts = await certificateFacts(leaf);
  if (facts.pin !== options.pin) throw mismatch(target.peer, facts);
  const own = ownName(facts);
  if (own === undefined) return await secondByFingerprint(target, options, certificates);
  const caCerts = [pem("CERTIFICATE", leaf)];
  return await startTls(target, { name: own, caCerts, alpn: options.alpn, verified: "pin" });
}

/**
 * Returns a name that only the server's own certificate can have, since no authority may issue one for it (RFC 6761): with
 * that name, the handshake succeeds only with the certificate that was read, although the system's authorities stay trusted.
 */
function ownName(facts: CertificateFacts): string | undefined {
  if (!facts.selfIssued || facts.isAuthority) return undefined;
  return facts.dnsNames.find((name) => /^[\w.-]+\.(?:invalid|test|example)$/.test(name));
}

/**
 * For other certificates: that of this connection is compared again, with the handshake having proved that the server
 * has its key. Deno 2.7 proves that only for a certificate issued by one of `ca`: others are rejected.
 */
async function secondByFingerprint(
  target: TlsTarget,
  options: PinOptions,
  seen: readonly Uint8Array[],
): Promise<Secured> {
  const { sni, peer } = target;
  const ca = [...seen.map((der) => pem("CERTIFICATE", der)), ...options.caCerts ?? []];
  const conn = await target.open();
  const transport = await target.handshake((signal) => nodeTls(conn, { sni, alpn: options.alpn, signal, ca }))
    .catch((error) => Promise.reject(unproved(peer, error)));
  try {
    const raw = transport.socket.getPeerCertificate(true)?.raw;
    if (!raw || !transport.socket.authorized) throw unproved(peer);
    const facts = await certificateFacts(new Uint8Array(raw));
    if (facts.pin !== options.pin) throw mismatch(peer, facts);
    const { alpnProtocol } = transport.socket;
    return { transport, security: { verified: "pin", alpn: alpnProtocol || undefined } };
  } catch (error) {
    transport.close();
    throw error;
  }
}

function unproved(peer: string, cause?: unknown): NetworkError {
  const text = "Deno 2.7 cannot verify that the server has the key of such a certificate (Deno 2.8 can)";
  return certificateFailure(peer, { code: "tls-unsupported", text }, [], cause);
}

function mismatch(peer: string, facts: CertificateFacts): NetworkError {
  const text = `the key of the server is not the pinned one, but ${facts.pin}`;
  return certificateFailure(peer, { code: "pin-mismatch", text }, [facts]);
}
