import type { ToucanError } from "../../core/mod.ts";
import type { TcpConnection } from "../connection/connection.ts";

/** Handles one connection; when it returns, the connection is closed gracefully. */
export type ConnectionHandler = (connection: TcpConnection) => void | Promise<void>;

/** Client that was not accepted, or whose handler failed. */
export interface FailedConnection {
  /** Address of the client. */
  readonly peer: string;
  /** Error of the TLS handshake, `too-many-connections`, or what the handler threw: itself, or `internal` with it as `cause`. */
  readonly error: ToucanError;
}
