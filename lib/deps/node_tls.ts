/**
 * `node:tls`: the one client that shows a server's certificate, and that connects without trusting it. What it can
 * be believed about is in `lib/core/tls/pin.ts`.
 * Permissions at load: none; to connect: net.
 * @module
 */
export { connect, type ConnectionOptions, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
