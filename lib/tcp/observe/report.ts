import type { CertificateSummary, Connection, ToucanError } from "../../core/mod.ts";

/** Reason for the end of a connection. */
export type EndReason =
  /** Both sides were closed. */
  | "done"
  /** The peer reset it, or closed it early. */
  | "broken"
  /** No data was transferred in time. */
  | "idle"
  /** It was stopped. */
  | "stopped"
  /** The peer did not read the data of others. */
  | "cut-off"
  /** The maximum number of connections was reached. */
  | "turned-away"
  /** The TLS handshake failed. */
  | "failed";

/** Report about a connection that has ended. */
export interface ConnectionReport {
  /** Address of the peer. */
  readonly peer: string;
  /** Local address. */
  readonly local: string;
  /** Number of received bytes. */
  readonly bytesIn: number;
  /** Number of sent bytes. */
  readonly bytesOut: number;
  /** Duration in milliseconds. */
  readonly ms: number;
  /** Reason for the end. */
  readonly ended: EndReason;
  /** Application protocol negotiated in the TLS handshake (ALPN). */
  readonly alpn?: string;
  /** Verified certificate of the client, at a server that requires one. */
  readonly certificate?: CertificateSummary;
  /** Error, if there was one. */
  readonly error?: ToucanError;
}

/** Counts the bytes of a connection. */
export class ByteCounter {
  /** Number of received bytes so far. */
  bytesIn = 0;
  /** Number of sent bytes so far. */
  bytesOut = 0;
  readonly #start = performance.now();

  /** Returns the report at the end. */
  report(connection: Connection, ended: EndReason, error?: ToucanError): ConnectionReport {
    const { remote: peer, local, security } = connection;
    const { alpn, certificate } = security ?? {};
    const bytesOut = connection.sent ?? this.bytesOut;
    const ms = Math.round((performance.now() - this.#start) * 10) / 10;
    return { peer, local, bytesIn: this.bytesIn, bytesOut, ms, ended, alpn, certificate, error };
  }
}
