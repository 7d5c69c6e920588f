import { type CertificateFacts, pinOf } from "../certificate/certificate.ts";
import type { Security } from "../../dial/connection.ts";
import type { NetworkError } from "../../errors/errors.ts";
import { peerChain } from "../certificate/chain.ts";
import type { TlsOptions } from "./options.ts";
import { certificateFailure, faultOf } from "../certificate/faults.ts";
import { isSamePem, readCertificates } from "../certificate/read_certificates.ts";
import { nodeTls } from "./node_client.ts";
import type { NodeTlsSocket } from "./node_socket.ts";
import { provableKey } from "../certificate/provable.ts";
import type { Secured, TlsTarget } from "./target.ts";
import { tlsFailure } from "../failure.ts";

/**
 * Connects by `node:tls`, which exposes the server's certificate, and verifies that on the same connection that transfers
 * the data. Nothing is sent before.
 */
export async function verifiedClient(target: TlsTarget, options: TlsOptions): Promise<Secured> {
  const { sni } = target;
  const { caCerts: ca, alpn, clientCertificate } = options;
  const conn = await target.open();
  const transport = await target.handshake((signal) => nodeTls(conn, { sni, ca, alpn, clientCertificate, signal }))
    .catch((error) => Promise.reject(handshakeFailure(error, target)));
  try {
    const { verified, pin, chain } = await verify(transport, target, options);
    const alpn = transport.socket.alpnProtocol || undefined;
    return { transport, security: { verified, alpn, pin, ...(chain && { chain }) } };
  } catch (error) {
    transport.close();
    throw error;
  }
}

const UNPROVED =
  "the handshake signature of the server cannot be verified: it does not have the key of its certificate, " +
  "or uses one that the TLS client does not support (RSA below 2048 bits)";

/** No certificate is rejected in this handshake: an error that names one means that the server's signature is not of its key. */
function handshakeFailure(error: unknown, target: TlsTarget): unknown {
  const code = error instanceof Error ? tlsFailure(error)?.[0] : undefined;
  if (code !== "tls-unknown-issuer" && code !== "tls-bad-certificate") return error;
  return failed(target, "tls-unproved", UNPROVED);
}

async function verify(
  transport: NodeTlsSocket,
  target: TlsTarget,
  options: TlsOptions,
): Promise<Pick<Security, "verified" | "pin" | "chain">> {
  const [leaf, ...issuers] = peerChain(transport.socket);
  const traced = target.trace !== undefined;
  if (options.insecure && !traced && !options.reportPin && !options.reportChain) return { verified: "nothing" };
  if (!leaf) throw failed(target, "tls-bad-certificate", "it presented no certificate");
  // The runtime completes the chain with trusted certificates, which were not presented.
  const presented = issuers.filter((der) => !options.caCerts?.some((pem) => isSamePem(pem, der)));
  const facts = await readCertificates([leaf, ...presented]);
  facts.forEach((certificate, index) => trace(target, certificate, index));
  const pin = facts[0]?.pin;
  if (options.insecure) {
    return { verified: "nothing", pin, ...(options.reportChain && { chain: [leaf, ...presented] }) };
  }
  if (options.pin !== undefined) {
    await verifyPin(leaf, facts, options.pin, target);
    return { verified: "pin", pin };
  }
  const trusted = { authorized: isAuthorized(transport), very: options.caCerts?.some((pem) => isSamePem(pem, leaf)) };
  const fault = faultOf(facts, {
    ...trusted,
    name: target.name,
    caCerts: await readCertificates(options.caCerts ?? []),
  });
  if (fault) throw certificateFailure(target.peer, fault, facts);
  if (!provableKey(leaf)) throw unverifiable(target, facts);
  return { verified: "authority", pin };
}

/** Whether the runtime found a trusted authority; a resumed session would have skipped that. */
function isAuthorized({ socket }: NodeTlsSocket): boolean {
  return socket.authorized && !socket.isSessionReused();
}

async function verifyPin(
  leaf: Uint8Array<ArrayBuffer>,
  facts: readonly CertificateFacts[],
  pin: string,
  target: TlsTarget,
): Promise<void> {
  const key = provableKey(leaf);
  const seen = key ? await pinOf(key) : facts[0]?.pin;
  if (seen !== pin) {
    throw failed(target, "pin-mismatch", `the key of the server is not the pinned one, but ${seen}`, facts);
  }
  if (!key) throw unverifiable(target, facts);
}

function unverifiable(target: TlsTarget, facts: readonly CertificateFacts[]): NetworkError {
  const text =
    "the certificate is not X.509 version 3 in strict DER: whether the server has its key cannot be verified";
  return failed(target, "tls-unverifiable-key", text, facts);
}

function trace({ trace }: TlsTarget, { summary }: CertificateFacts, index: number): void {
  const { subject, issuer, names, notBefore, notAfter, pin } = summary;
  const text = `certificate ${index}: subject ${subject || "(empty)"}; issuer ${issuer || "(empty)"}; names ` +
    `${names.join(", ") || "(none)"}; valid ${notBefore} to ${notAfter}; pin ${pin}`;
  trace?.({ direction: "*", text });
}

function failed(target: TlsTarget, code: string, text: string, facts: readonly CertificateFacts[] = []): NetworkError {
  return certificateFailure(target.peer, { code, text }, facts);
}
