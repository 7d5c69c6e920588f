import { SystemError, UsageError } from "../../errors/errors.ts";
import type { Transport } from "../../dial/connection.ts";
import type { CertificateSummary } from "../certificate/summary.ts";
import { NODE_TLS_PROVES_KEYS } from "../client/node_client.ts";
import { TlsEngine } from "../splice/engine.ts";
import { ClientVerifier } from "./client_verifier.ts";
import type { ServerTls } from "./options.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** A client whose TLS handshake is done. */
export interface SecuredClient {
  /** Carries the bytes. */
  readonly transport: Transport;
  /** The application protocol agreed on (RFC 7301). */
  readonly alpn?: string;
  /** The client's certificate, where one was requested and verified. */
  readonly certificate?: CertificateSummary;
}

/** The server end of TLS for accepted connections. */
export interface ServerEngine extends Disposable {
  /** Does the handshake with a client. Closes its connection when that fails, or the signal comes first. */
  secure(conn: Transport, signal: AbortSignal, peer: string): Promise<SecuredClient>;
}

/**
 * Returns what does the handshakes of a server.
 *
 * @throws {UsageError} When there are to be client certificates, but no authorities.
 * @throws {SystemError} `tls-unsupported` where the runtime cannot verify client certificates.
 * @throws {Error} The runtime's, when certificate or key cannot be used.
 */
export function serverEngine(tls: ServerTls, alpn?: readonly string[]): ServerEngine {
  if (tls.clientCa === undefined) return new TlsEngine(tls, alpn);
  if (!NODE_TLS_PROVES_KEYS) {
    throw new SystemError("client certificates require Deno 2.8 or later", { code: "tls-unsupported" });
  }
  const clientCa = tls.clientCa.flatMap((text) => text.match(CERTIFICATE) ?? []);
  // The runtime would take its usual authorities.
  if (clientCa.length === 0) throw new UsageError("no certificate authority for client certificates");
  return new ClientVerifier({ ...tls, clientCa }, alpn);
}
