import type { ToucanError } from "../../core/mod.ts";
import type { TcpConnection } from "../connection/connection.ts";

/** Handles one connection; when it returns, the connection is ended. */
export type ConnectionHandler = (connection: TcpConnection) => void | Promise<void>;

/** A client that was not accepted, or whose handler failed. */
export interface FailedConnection {
  /** The client's address. */
  readonly peer: string;
  /** What the TLS handshake failed with, `too-many-connections`, or what the handler has thrown: itself, or `internal` with it as `cause`. */
  readonly error: ToucanError;
}
