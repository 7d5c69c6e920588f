import type { DetailedPeerCertificate, TLSSocket } from "../../../deps/node/tls.ts";

/** Maximum number of certificates that are read from a chain. */
const MAX_CERTIFICATES = 10;

/** Returns the certificates that a server presented (DER, its own first); if the runtime knows it, that of its authority as well. */
export function peerChain(socket: TLSSocket): Uint8Array<ArrayBuffer>[] {
  const chain: Uint8Array<ArrayBuffer>[] = [];
  const seen = new Set<DetailedPeerCertificate>();
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw && !seen.has(next) && chain.length < MAX_CERTIFICATES) {
    seen.add(next);
    chain.push(new Uint8Array(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
}
