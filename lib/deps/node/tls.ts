/**
 * `node:tls`: the one client that shows a server's certificate, connects without trusting it, and has a certificate of
 * its own. What it can be believed about is in `lib/core/tls/certificate/provable.ts`.
 * Permissions at load: none; to connect: net, unless it is given a stream.
 * @module
 */
export {
  connect,
  type ConnectionOptions,
  createSecureContext,
  createServer,
  type DetailedPeerCertificate,
  type TLSSocket,
} from "node:tls";
