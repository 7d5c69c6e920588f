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
}

/** Server end of TLS for accepted connections. */
export interface ServerEngine extends Disposable {
  /** Does the handshake with a client. Closes the connection when that fails, or the signal fires first. */
  secure(conn: Transport, signal: AbortSignal, peer: string): Promise<SecuredClient>;
}
