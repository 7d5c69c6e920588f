import { SystemError, UsageError } from "../../errors/errors.ts";
import type { Transport } from "../../dial/connection.ts";
import type { CertificateSummary } from "../certificate/summary.ts";
import { NODE_TLS_PROVES_KEYS } from "../client/node_client.ts";
import { TlsEngine } from "../splice/engine.ts";
import { ClientVerifier } from "./client_verifier.ts";
import type { ServerTls } from "./options.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Client whose TLS handshake is done. */
export interface SecuredClient {
  /** Transport of the data. */
  readonly transport: Transport;
  /** Application protocol negotiated (RFC 7301). */
  readonly alpn?: string;
  /** Verified certificate of the client, if one was requested. */
  readonly certificate?: CertificateSummary;
}

/** Server end of TLS for accepted connections. */
export interface ServerEngine extends Disposable {
  /** Does the handshake with a client. Closes the connection when that fails, or the signal fires first. */
  secure(conn: Transport, signal: AbortSignal, peer: string): Promise<SecuredClient>;
}

/**
 * Creates the engine for the handshakes of a server.
 *
 * @throws {UsageError} When client certificates are required, but no authorities given.
 * @throws {SystemError} `tls-unsupported` if the runtime cannot verify client certificates.
 * @throws {Error} The runtime's, when certificate or key are unusable.
 */
export function serverEngine(tls: ServerTls, alpn?: readonly string[]): ServerEngine {
  if (tls.clientCa === undefined) return new TlsEngine(tls, alpn);
  if (!NODE_TLS_PROVES_KEYS) {
    throw new SystemError("client certificates require Deno 2.8 or later", { code: "tls-unsupported" });
  }
  const clientCa = tls.clientCa.flatMap((text) => text.match(CERTIFICATE) ?? []);
  // The runtime would use its default authorities.
  if (clientCa.length === 0) throw new UsageError("no certificate authority for client certificates");
  return new ClientVerifier({ ...tls, clientCa }, alpn);
}
