import {
  dialDirect,
  formatAddress,
  type HostPort,
  NegativeError,
  NetworkError,
  TimeoutError,
  type TlsOptions,
  type Trace,
  UsageError,
} from "../../core/mod.ts";
import { dnsName } from "../client/dns_name.ts";
import { formatName, parseName } from "../codec/name.ts";
import { type Transfer, type TransferConnection, type TransferOptions, transferZone } from "./transfer.ts";

/** A server from which a zone is transferred. */
export interface TransferServer {
  /** Protocol; over UDP no zone is transferred, so TCP is used instead. */
  readonly protocol: "udp" | "tcp" | "tls" | "https";
  /** Name or IP address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Name in the certificate, if it is not the host. */
  readonly tlsName?: string;
}

/** Options of {@link fetchZone}. */
export interface FetchZoneOptions extends TransferOptions {
  /** Verification of servers over TLS. */
  readonly tls?: TlsOptions;
}

/** A zone, and the server that it is from. */
export interface FetchedZone extends Transfer {
  /** Name of the zone, absolute. */
  readonly name: string;
  /** The server: `192.0.2.53:53`. */
  readonly server: string;
}

/**
 * Transfers a zone from the first of several servers that has it.
 *
 * Needs the net permission.
 *
 * @throws {NegativeError} When a server refuses, and no other has it.
 * @throws {NetworkError} When none can be reached, or what they send cannot be used.
 * @throws {TimeoutError} When it is not complete in time.
 * @throws {UsageError} `invalid-name`, or for a server over HTTPS.
 */
export async function fetchZone(
  zone: string,
  servers: readonly TransferServer[],
  options: FetchZoneOptions = {},
): Promise<FetchedZone> {
  const name = formatName(parseName(dnsName(zone)).labels);
  const failures: unknown[] = [];
  for (const server of servers) {
    try {
      const address: HostPort = { transport: "ip", host: server.host, port: server.port };
      const open = ({ signal }: { readonly signal: AbortSignal }) => openTransfer(server, address, signal, options);
      return { ...await transferZone(name, open, options), name, server: formatAddress(address) };
    } catch (error) {
      if (!isOfServer(error) || options.signal?.aborted) throw error;
      options.trace?.({ direction: "*", peer: server.host, text: error.message });
      failures.push(error);
    }
  }
  throw failures[0] ?? new UsageError("no server to transfer the zone from", { code: "no-server" });
}

function isOfServer(error: unknown): error is Error {
  return error instanceof NegativeError || error instanceof NetworkError || error instanceof TimeoutError;
}

async function openTransfer(
  server: TransferServer,
  address: HostPort,
  signal: AbortSignal,
  { tls, trace }: { readonly tls?: TlsOptions; readonly trace?: Trace },
): Promise<TransferConnection> {
  if (server.protocol === "https") throw new UsageError("zones cannot be transferred over HTTPS");
  if (server.protocol !== "tls") return await dialDirect(address, { signal });
  const { dial } = await import("../../core/dial/dial.ts");
  // RFC 9103 §7.1: the protocol is that of DNS over TLS.
  const secured = { ...tls, serverName: server.tlsName ?? tls?.serverName, alpn: ["dot"] };
  return await dial(address, { signal, tls: secured, trace });
}
