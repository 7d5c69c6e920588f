import type { HelloResult, TlsPlace } from "./ask_hello.ts";
import type { SeenCertificate } from "./certificates.ts";

/** Where to start TLS. */
export interface HandshakeInput extends TlsPlace {
  /** Whether the server speaks HTTP over TLS, so that it can be asked for the time. */
  readonly http?: boolean;
}

/** Result of the handshake. */
export interface HandshakeSeen {
  /** Milliseconds of the handshake, and of the commands before it if TLS is started by one. */
  readonly ms: number;
  /** Application protocol chosen. */
  readonly alpn?: string;
  /** Why it failed. */
  readonly error?: HandshakeError;
}

/** Why a handshake failed, and what else was seen for that. */
export interface HandshakeError {
  /** Code of the error. */
  readonly code: string;
  /** Its message, without the peer. */
  readonly message: string;
  /** Certificates that the server presented, if they could be read. */
  readonly chain: readonly SeenCertificate[];
  /** Reply of the server to a hello of TLS 1.2. */
  readonly reply?: HelloResult;
  /** Time that the server tells, if the certificate is outside its dates. */
  readonly serverDate?: Date;
}
