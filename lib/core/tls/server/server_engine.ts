import type { Transport } from "../../dial/connection.ts";
import type { CertificateSummary } from "../certificate/summary.ts";

/** Client whose TLS handshake is done. */
export interface SecuredClient {
  /** Transport of the data. */
  readonly transport: Transport;
  /** Application protocol negotiated (RFC 7301). */
  readonly alpn?: string;
  /** Verified certificate of the client, if one was requested. */
  readonly certificate?: CertificateSummary;
  /** SHA-256 of a certificate of the client (DER) in hex, whose key it has. */
  readonly fingerprint?: string;
}

/** Options of a handshake. */
export interface SecureOptions {
  /**
   * Whether session tickets are sent only with the first data of the server, or its end: a client that only sends may close
   * without reading them, and data on its way would be lost.
   * @default {false}
   */
  readonly holdsTickets?: boolean;
}

/** Server end of TLS for accepted connections. */
export interface ServerEngine extends Disposable {
  /** Does the handshake with a client. Closes the connection when that fails, or the signal fires first. */
  secure(conn: Transport, signal: AbortSignal, peer: string, options?: SecureOptions): Promise<SecuredClient>;
}
