import type { CertificateSummary, Connection, ToucanError } from "../../core/mod.ts";

/** How a connection ended. */
export type Ending =
  /** Both ends were done. */
  | "done"
  /** The peer reset it, or cut it short. */
  | "broken"
  /** Nothing crossed it for too long. */
  | "idle"
  /** We were asked to stop. */
  | "stopped"
  /** The peer did not read what others sent. */
  | "cut-off"
  /** There were as many connections as allowed. */
  | "turned-away"
  /** It never came about: the TLS handshake failed. */
  | "failed";

/** What is known of a connection that is over. */
export interface ConnectionReport {
  /** The other end, as an address. */
  readonly peer: string;
  /** Our end, as an address. */
  readonly local: string;
  /** Bytes received. */
  readonly bytesIn: number;
  /** Bytes sent. */
  readonly bytesOut: number;
  /** How long it was open, in milliseconds. */
  readonly ms: number;
  /** How it ended. */
  readonly ended: Ending;
  /** The protocol agreed on in the TLS handshake. */
  readonly alpn?: string;
  /** At a server that requires one: the client's certificate, which was verified. */
  readonly certificate?: CertificateSummary;
  /** What went wrong, where something did. */
  readonly error?: ToucanError;
}

/** Counts what crosses a connection. */
export class Meter {
  /** Bytes received so far. */
  bytesIn = 0;
  /** Bytes sent so far. */
  bytesOut = 0;
  readonly #start = performance.now();

  /** The report at the end. */
  report(connection: Connection, ended: Ending, error?: ToucanError): ConnectionReport {
    const { remote: peer, local, security } = connection;
    const { alpn, certificate } = security ?? {};
    const bytesOut = connection.sent ?? this.bytesOut;
    const ms = Math.round((performance.now() - this.#start) * 10) / 10;
    return { peer, local, bytesIn: this.bytesIn, bytesOut, ms, ended, alpn, certificate, error };
  }
}
