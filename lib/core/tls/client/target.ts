import type { Security, Transport } from "../../dial/connection.ts";
import type { Trace } from "../../trace.ts";

/** Connection beneath TLS, and the expected server. */
export interface TlsTarget {
  /** Opens a connection for a handshake; called once, or again to fetch certificates. */
  readonly open: () => Promise<Deno.TcpConn>;
  /** Does a handshake under its time limit. */
  readonly handshake: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Name or address that the certificate must be for. */
  readonly name: string;
  /** Server name to send (SNI); none for an address. */
  readonly sni?: string;
  /** Server, for errors. */
  readonly peer: string;
  /** Receives trace events. */
  readonly trace?: Trace;
}

/** Transport with a verified peer. */
export interface Secured {
  /** Transport of the data. */
  readonly transport: Transport;
  /** Security of the connection. */
  readonly security: Security;
}
