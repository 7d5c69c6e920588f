import { formatAddress, formatNetAddress, type HostPort } from "../address.ts";
import { type AddressInput, toAddress } from "../address_input.ts";
import { ByteReader } from "../byte_reader.ts";
import { Deadline, type WaitOptions } from "../deadline.ts";
import { NetworkError, ToucanError, UsageError } from "../errors.ts";
import { asciiHostName } from "../host_name.ts";
import { ipVersion } from "../ip.ts";
import { type HostAddress, lookup } from "../lookup.ts";
import { fromSystem } from "../system_error.ts";
import { tlsClient, type TlsOptions } from "../tls/client.ts";
import type { Trace } from "../trace.ts";
import { connectByName } from "./by_name.ts";
import { closeQuietly, Connection } from "./connection.ts";
import { httpConnect } from "./http_connect.ts";
import type { Proxy } from "./proxy.ts";
import { race } from "./race.ts";
import { socks5Connect } from "./socks5.ts";

/** How {@link dial} connects; `timeout` is for the whole of it: looking up, connecting, proxy and TLS handshake. */
export interface DialOptions extends WaitOptions {
  /** Only addresses of this family. Without it, both are raced. */
  readonly family?: 4 | 6;
  /** TLS, and how the server is trusted. */
  readonly tls?: TlsOptions;
  /**
   * Speaks to the server before TLS begins, for protocols that start it by a command (STARTTLS): it has to leave no byte
   * of the server unread, and says whether TLS follows. When it does not, the connection is handed out as it is. It is called
   * for every connection that is opened, and looking at a pinned server takes one of its own.
   */
  readonly beforeTls?: (plain: Connection) => Promise<boolean>;
  /** A proxy to go through. */
  readonly proxy?: Proxy;
  /** Takes what happens on the way. */
  readonly trace?: Trace;
  /** Called when a phase is over. Where a pin makes it connect twice, the first two come twice. */
  readonly onPhase?: (phase: DialPhase) => void;
}

/** What dialling does, in order: the name looked up, the connection made (to the proxy where there is one), the TLS handshake. */
export type DialPhase = "looked-up" | "connected" | "secured";

/**
 * Connects to an address: looks the name up, races its addresses (RFC 8305), goes through a proxy, starts TLS and
 * checks the server.
 *
 * Permissions: `--allow-net=HOST:PORT`, of the proxy where there is one; for a unix socket `--allow-net=unix:PATH`,
 * `--allow-read=PATH` and `--allow-write=PATH`.
 *
 * @throws {NetworkError} `name-not-found`, `connection-refused`, `network-unreachable`, `tls-…`, `pin-mismatch`, `proxy-…` and the like.
 * @throws {TimeoutError} When the time is over.
 * @throws {UsageError} For TLS or a proxy with a unix socket.
 * @example
 * ```ts
 * import { dial, parseAddress } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * using connection = await dial(parseAddress(`localhost:${listener.addr.port}`), { timeout: 5000 });
 * (await listener.accept()).close();
 * assertEquals(await connection.read(new Uint8Array(1)), null);
 * ```
 */
export function dial(to: AddressInput, options?: DialOptions): Promise<Connection>;
export async function dial(to: AddressInput, options: DialOptions = {}): Promise<Connection> {
  const address = toAddress(to);
  const peer = formatAddress(address);
  using deadline = new Deadline(options, `connect to ${peer}`);
  try {
    if (address.transport === "unix") return await dialUnix(address.path, peer, options, deadline);
    return await dialHost(address, peer, options, deadline);
  } catch (error) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    throw fromSystem(error, { doing: "connect to", what: peer });
  }
}

async function dialUnix(path: string, peer: string, options: DialOptions, deadline: Deadline): Promise<Connection> {
  if (options.tls || options.proxy) throw new UsageError("a unix socket goes neither with TLS nor with a proxy");
  const conn = await deadline.race(Deno.connect({ transport: "unix", path }));
  options.trace?.({ direction: "*", text: `connected to ${peer}` });
  return new Connection(conn, { peer, local: formatNetAddress(conn.localAddr), remote: peer });
}

async function dialHost(
  address: HostPort,
  peer: string,
  options: DialOptions,
  deadline: Deadline,
): Promise<Connection> {
  const { signal } = deadline;
  const { tls, trace, beforeTls } = options;
  let facts = { peer, local: "", remote: "" };
  const open = async () => {
    const conn = await openTcp(address, options, deadline);
    facts = { peer, local: formatNetAddress(conn.localAddr), remote: formatNetAddress(conn.remoteAddr) };
    return conn;
  };
  if (!tls) return new Connection(await open(), facts);
  const openForTls = async () => {
    const conn = await open();
    if (!beforeTls) return conn;
    const plain = new Connection(conn, facts);
    try {
      if (await deadline.race(beforeTls(plain))) return conn;
    } catch (error) {
      plain.close();
      throw error;
    }
    throw new NoTls(plain);
  };
  let secured;
  try {
    secured = await tlsClient({ host: address.host, peer, open: openForTls, signal }, tls);
  } catch (error) {
    if (error instanceof NoTls) return error.plain;
    throw error;
  }
  const { transport, security } = secured;
  options.onPhase?.("secured");
  const protocol = security.alpn === undefined ? "" : `, speaking ${security.alpn}`;
  trace?.({ direction: "*", text: `TLS with ${peer}, verified by ${security.verified}${protocol}` });
  return new Connection(transport, { ...facts, security });
}

/** Carries a connection on which no TLS follows past all that would start it. */
class NoTls extends Error {
  constructor(readonly plain: Connection) {
    super("no TLS follows");
  }
}

/** A connection to the target, through the proxy where there is one. */
async function openTcp(target: HostPort, options: DialOptions, deadline: Deadline): Promise<Deno.TcpConn> {
  const { proxy } = options;
  if (!proxy) {
    return await connectHost(target, options, deadline)
      .catch((error) => connectByName(error, target, options, deadline.signal));
  }
  const through = proxy.scheme === "socks5" ? await lookedUp(target, options, deadline) : onTheWire(target);
  const conn = await connectHost(proxy.address, { ...options, family: undefined }, deadline);
  const name = formatAddress(proxy.address);
  try {
    // Byte by byte, so that nothing is read that the target sends first.
    const reader = new ByteReader({ read: (into) => conn.read(into.subarray(0, 1)) }, `the proxy ${name}`);
    const ask = proxy.scheme === "http" ? httpConnect : socks5Connect;
    await deadline.race(ask(conn, reader, through, proxy));
    options.trace?.({ direction: "*", text: `the proxy ${name} has connected to ${formatAddress(through)}` });
    return conn;
  } catch (error) {
    closeQuietly(conn);
    if (!(error instanceof ToucanError) || error.operation !== "proxy") throw error;
    const { code, message } = error;
    throw new NetworkError(`cannot connect to ${formatAddress(target)}: the proxy ${name} says: ${message}`, {
      code,
      operation: "connect",
      peer: formatAddress(target),
      cause: error,
    });
  }
}

/** The target as a proxy that looks names up can be told it. */
function onTheWire(target: HostPort): HostPort {
  return ipVersion(target.host) ? target : { ...target, host: asciiHostName(target.host) };
}

async function lookedUp(target: HostPort, options: DialOptions, deadline: Deadline): Promise<HostPort> {
  const [first] = await lookup(target.host, { family: options.family, signal: deadline.signal });
  return first ? { ...target, host: first.address } : target;
}

async function connectHost(target: HostPort, options: DialOptions, deadline: Deadline): Promise<Deno.TcpConn> {
  const { host, port } = target;
  const { family, trace } = options;
  const { signal } = deadline;
  const addresses = await lookup(host, { family, signal });
  options.onPhase?.("looked-up");
  if (addresses.length > 1) {
    trace?.({ direction: "*", text: `${host} has ${addresses.map((a) => a.address).join(", ")}` });
  }
  const connect = async ({ address }: HostAddress, stop: AbortSignal) => {
    trace?.({ direction: "*", text: `connecting to ${formatAddress({ transport: "ip", host: address, port })}` });
    return await Deno.connect({ hostname: address, port, signal: stop });
  };
  try {
    const conn = await race(addresses, { connect, discard: closeQuietly, signal });
    options.onPhase?.("connected");
    trace?.({ direction: "*", text: `connected to ${formatNetAddress(conn.remoteAddr)}` });
    return conn;
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    throw allFailed(target, addresses, error);
  }
}

/** What all attempts failed with; the first one's reason stands for all, the others are in its cause. */
function allFailed(target: HostPort, addresses: readonly HostAddress[], failures: AggregateError): unknown {
  const peer = formatAddress(target);
  const first = fromSystem(failures.errors[0], { doing: "connect to", what: peer });
  if (addresses.length === 1 || !(first instanceof NetworkError)) return first;
  return new NetworkError(`${first.message} (all ${addresses.length} addresses failed)`, {
    code: first.code,
    operation: "connect",
    peer,
    cause: failures,
  });
}
