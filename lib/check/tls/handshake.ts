import {
  type CertificateSummary,
  type Connection,
  dial,
  formatAddress,
  type HostAddress,
  NetworkError,
  TimeoutError,
} from "../../core/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";

/** Where to start TLS. */
export interface HandshakeInput {
  /** Name to verify. */
  readonly host: string;
  /** Address that accepted a connection. */
  readonly address: HostAddress;
  /** Port. */
  readonly port: number;
  /** Application protocols to offer. */
  readonly alpn?: readonly string[];
  /** What is said before TLS, where a command starts it; returns whether TLS follows. */
  readonly beforeTls?: (plain: Connection) => Promise<boolean>;
}

/** Result of the handshake. */
export interface HandshakeSeen {
  /** Milliseconds of connection and handshake. */
  readonly ms: number;
  /** Application protocol chosen. */
  readonly alpn?: string;
  /** Why it failed. */
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly certificates: readonly CertificateSummary[];
  };
}

/** The handshake as a client of today does it. */
export const handshakeProbe: Probe<HandshakeInput, HandshakeSeen> = {
  name: "handshake",
  layer: "tls",
  async observe({ host, address, port, alpn, beforeTls }, { signal, timeout, dial: options }) {
    const begin = performance.now();
    try {
      using connection = await dial(formatAddress({ transport: "ip", host: address.address, port }), {
        signal,
        timeout,
        tls: { ...options.tls, serverName: host, alpn },
        beforeTls,
      });
      return { ms: performance.now() - begin, alpn: connection.security?.alpn };
    } catch (error) {
      if (!(error instanceof NetworkError || error instanceof TimeoutError)) throw error;
      const { code, message, certificates = [] } = error;
      return { ms: performance.now() - begin, error: { code, message, certificates } };
    }
  },
  judge({ error }, { host }) {
    return [error ? found("tls-failed", { reason: error.message }) : found("tls-trusted", { name: host })];
  },
  facts: ({ ms, error }) => error ? {} : { tls: ms },
};
