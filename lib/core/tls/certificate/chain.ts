import type { DetailedPeerCertificate, TLSSocket } from "../../../deps/node/tls.ts";

/** A chain longer than this is cut: nobody has one. */
const MAX_CERTIFICATES = 10;

/** The certificates that a server presented (DER, its own first); where the runtime knows it, its authority's as well. */
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
