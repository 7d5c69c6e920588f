import type { Security, Transport } from "../../dial/connection.ts";
import type { Trace } from "../../trace.ts";

/** Where the connection beneath TLS comes from, and who is expected at its other end. */
export interface TlsTarget {
  /** Opens a connection on which the handshake is to begin; called once, but for a second look at a certificate. */
  readonly open: () => Promise<Deno.TcpConn>;
  /** Does a handshake under its time limit. */
  readonly handshake: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** The name or address that the certificate has to be for. */
  readonly name: string;
  /** The name sent to the server (SNI); none for an address. */
  readonly sni?: string;
  /** The server, for errors. */
  readonly peer: string;
  /** Takes what happens on the way. */
  readonly trace?: Trace;
}

/** A transport whose peer has proved itself. */
export interface Secured {
  /** Carries the bytes. */
  readonly transport: Transport;
  /** What was proved, and how. */
  readonly security: Security;
}
