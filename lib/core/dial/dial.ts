import { formatAddress, formatNetAddress, type HostPort } from "../address.ts";
import { type AddressInput, toAddress } from "../address_input.ts";
import { ByteReader } from "../byte_reader.ts";
import { Deadline, type WaitOptions } from "../deadline.ts";
import { NetworkError, type Phase, TimeoutError, ToucanError, UsageError } from "../errors.ts";
import { asciiHostName } from "../host_name.ts";
import { ipVersion } from "../ip.ts";
import { type HostAddress, lookup } from "../lookup.ts";
import { networkCall } from "../network_call.ts";
import { fromSystem } from "../system_error.ts";
import { tlsClient } from "../tls/client/client.ts";
import type { TlsOptions } from "../tls/client/options.ts";
import type { Trace } from "../trace.ts";
import { Attempts } from "./attempts.ts";
import { isOnlyPermittedByName } from "./by_name.ts";
import { closeQuietly, Connection, type Transport } from "./connection.ts";
import { httpConnect } from "./http_connect.ts";
import { ofProxy } from "./of_proxy.ts";
import type { Proxy } from "./proxy.ts";
import { race } from "./race.ts";
import { relay } from "./relay.ts";
import { type ConnectRule, type ResolveRule, ruledAddresses, ruledTarget } from "./routes.ts";
import { socks5Connect } from "./socks5.ts";
import { connectFrom, type Ends, type SourceAddress } from "./source.ts";

/**
 * How {@link dial} connects. `timeout` limits the whole of it (lookup, connecting, proxy, TLS handshake), `connectTimeout`
 * each step.
 */
export interface DialOptions extends WaitOptions {
  /**
   * Milliseconds for each of these: the lookup, an attempt at one address, the proxy's dialogue, and the TLS handshake.
   * @default `timeout` where that is given, else 10000
   */
  readonly connectTimeout?: number;
  /** Only addresses of this family. Without it, both are raced. */
  readonly family?: 4 | 6;
  /** TLS, and how the server is trusted. */
  readonly tls?: TlsOptions;
  /**
   * Speaks to the server before TLS begins, for protocols that start it by a command (STARTTLS): it has to leave no byte
   * of the server unread, and says whether TLS follows. When it does not, the connection is handed out as it is. It limits its
   * own waits, and is called for every connection that is opened: to tell why a certificate was rejected takes a second one.
   */
  readonly beforeTls?: (plain: Connection) => Promise<boolean>;
  /** The address and port of this machine to connect from; not with a proxy, and slower. @default the system's choice */
  readonly from?: SourceAddress;
  /** A proxy to go through. */
  readonly proxy?: Proxy;
  /** Whether the address itself is that of a proxy, to which requests for others are sent: errors name it as one. @default false */
  readonly toProxy?: boolean;
  /** Addresses of hosts, in place of a lookup. A proxy that looks names up does so without them. */
  readonly resolve?: readonly ResolveRule[];
  /** Other places to connect to, of which the first for a host and port counts; TLS verifies the name of the host all the same. */
  readonly connectTo?: readonly ConnectRule[];
  /** Takes what happens on the way. */
  readonly trace?: Trace;
  /** Called when a step of connecting begins: what a timeout then names. */
  readonly onStep?: (phase: Phase) => void;
  /** Called when a phase is over. Where it has to connect twice, the first two come twice. */
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
  using deadline = new Deadline(options, `connect to ${peer}`, "connect");
  try {
    if (address.transport === "unix") return await dialUnix(address.path, peer, options, deadline);
    return await dialHost({ address, peer, options, deadline, limit: stepLimit(options) });
  } catch (error) {
    const { signal } = deadline;
    // The error of a timeout may know more than the signal's reason: the addresses that were tried.
    const late = error instanceof TimeoutError && signal.reason instanceof TimeoutError;
    const known = signal.aborted && !late ? signal.reason : fromSystem(error, { doing: "connect to", what: peer });
    throw options.toProxy && address.transport === "ip" ? ofProxy(known, address) : known;
  }
}

/** Milliseconds for a step of connecting where nothing else is said. */
const CONNECT_TIMEOUT_MS = 10_000;

function stepLimit({ connectTimeout, timeout }: DialOptions): number {
  return connectTimeout ?? timeout ?? CONNECT_TIMEOUT_MS;
}

/** What all steps of one dial share. */
interface Dial {
  readonly address: HostPort;
  readonly peer: string;
  readonly options: DialOptions;
  readonly deadline: Deadline;
  /** Milliseconds for each step. */
  readonly limit: number;
}

/** Runs a step of connecting under its own limit, and under that of the whole. */
async function step<T>(dial: Dial, phase: Phase, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { address, options, deadline, limit } = dial;
  deadline.phase = phase;
  options.onStep?.(phase);
  using own = new Deadline(
    { signal: deadline.signal, timeout: limit },
    `connect to ${formatAddress(address)}`,
    phase,
  );
  try {
    return await own.race(work(own.signal));
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error;
  }
}

async function dialUnix(path: string, peer: string, options: DialOptions, deadline: Deadline): Promise<Connection> {
  if (options.tls || options.proxy) throw new UsageError("a unix socket cannot be combined with TLS or a proxy");
  if (options.from) throw new UsageError("a unix socket cannot be combined with a source address");
  const conn = await deadline.race(networkCall(() => Deno.connect({ transport: "unix", path })));
  options.trace?.({ direction: "*", text: `connected to ${peer}` });
  return new Connection(conn, { peer, local: formatNetAddress(conn.localAddr), remote: peer });
}

async function dialHost(dial: Dial): Promise<Connection> {
  const { address, peer, options } = dial;
  const { tls, trace, beforeTls } = options;
  let facts: Facts = { peer, local: "", remote: "" };
  const open = async () => {
    const opened = await openTcp(dial);
    const { localAddr, remoteAddr } = opened.ends;
    facts = { peer, local: formatNetAddress(localAddr), remote: formatNetAddress(remoteAddr) };
    return opened;
  };
  if (!tls) {
    return new Connection((await open()).transport, facts);
  }
  const openForTls = async () => {
    const { conn: direct, transport } = await open();
    const beneath = direct ? undefined : await relay(transport);
    const conn = direct ?? beneath?.conn;
    // One of the two is there.
    if (!conn) throw new TypeError("no connection");
    facts = { ...facts, beneath };
    if (!beforeTls) return conn;
    const plain = new Connection(conn, facts);
    try {
      dial.deadline.phase = "first-byte";
      options.onStep?.("first-byte");
      if (await dial.deadline.race(beforeTls(plain))) return conn;
    } catch (error) {
      plain.close();
      throw error;
    }
    throw new NoTls(plain);
  };
  const handshake = <T>(work: (signal: AbortSignal) => Promise<T>) => step(dial, "tls", work);
  let secured;
  try {
    secured = await tlsClient({ host: address.host, peer, open: openForTls, handshake, trace }, tls);
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

/** What is known of a connection. */
type Facts = ConstructorParameters<typeof Connection>[1];

/** A TCP connection: what carries bytes, and the runtime's own connection where that is the same. */
interface Opened {
  readonly ends: Ends;
  readonly transport: Transport;
  readonly conn?: Deno.TcpConn;
}

function direct(conn: Deno.TcpConn): Opened {
  return { ends: conn, transport: conn, conn };
}

/** Carries a connection on which no TLS follows past all that would start it. */
class NoTls extends Error {
  constructor(readonly plain: Connection) {
    super("no TLS follows");
  }
}

/** A connection to the target, through the proxy where there is one. */
async function openTcp(dial: Dial): Promise<Opened> {
  const ruled = ruledTarget(dial.address, dial.options.connectTo);
  if (!ruled) return await openTarget(dial);
  dial.options.trace?.({
    direction: "*",
    text: `${formatAddress(dial.address)}: connecting to ${formatAddress(ruled)}`,
  });
  return await openTarget({ ...dial, address: ruled });
}

async function openTarget(dial: Dial): Promise<Opened> {
  const { address: target, options } = dial;
  const { proxy } = options;
  if (options.from) {
    const { from } = options;
    if (proxy) throw new UsageError("a source address cannot be combined with a proxy");
    const ofSource = ipVersion(from.host ?? "") || undefined;
    const family = options.family ?? ofSource;
    if (ofSource && family !== ofSource) {
      throw new UsageError(`the source address ${from.host} is not an IPv${family} address`);
    }
    const bound = await connectHost(
      { ...dial, options: { ...options, family } },
      (to, signal) => connectFrom(to, from, signal),
    );
    return { ends: bound, transport: bound };
  }
  if (!proxy) {
    const conn = await connectHost(dial, connectTcp).catch((error) => {
      if (options.family || !isOnlyPermittedByName(error, target)) throw error;
      return connectByName(dial);
    });
    return direct(conn);
  }
  const through = proxy.scheme === "socks5" ? await lookedUp(dial) : onTheWire(target);
  const opened = await openProxy(dial, proxy);
  const name = formatAddress(proxy.address);
  const spoken = opened.transport;
  try {
    // Byte by byte, so that nothing is read that the target sends first.
    const reader = new ByteReader({ read: (into) => spoken.read(into.subarray(0, 1)) }, `the proxy ${name}`);
    const ask = proxy.scheme === "http" || proxy.scheme === "https" ? httpConnect : socks5Connect;
    await step(dial, "proxy", () => ask(spoken, reader, through, proxy));
    options.trace?.({ direction: "*", text: `the proxy ${name} has connected to ${formatAddress(through)}` });
    return opened;
  } catch (error) {
    closeQuietly(spoken);
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

/** A connection to a proxy, with TLS where that is how it is spoken to. */
async function openProxy(dial: Dial, proxy: Proxy): Promise<Opened> {
  const { trace } = dial.options;
  const { address } = proxy;
  const connect = () =>
    connectHost({ ...dial, address, options: { ...dial.options, family: undefined } }, connectTcp).catch((error) => {
      throw ofProxy(fromSystem(error, { doing: "connect to", what: formatAddress(address) }), address);
    });
  if (proxy.scheme !== "https") return direct(await connect());
  const peer = formatAddress(address);
  let conn: Deno.TcpConn | undefined;
  const open = async () => conn = await connect();
  const handshake = <T>(work: (signal: AbortSignal) => Promise<T>) => step(dial, "proxy", work);
  try {
    const options = { ...proxy.tls, alpn: ["http/1.1"] };
    const { transport, security } = await tlsClient({ host: address.host, peer, open, handshake, trace }, options);
    trace?.({ direction: "*", text: `TLS with the proxy ${peer}, verified by ${security.verified}` });
    // The handshake has a connection, or it would have failed.
    return { ends: conn ?? await connect(), transport };
  } catch (caught) {
    const error = fromSystem(caught, { doing: "connect to", what: peer });
    if (!(error instanceof NetworkError) || conn === undefined) throw error;
    const target = formatAddress(dial.address);
    throw new NetworkError(`cannot connect to ${target}: no TLS with the proxy ${peer}: ${error.message}`, {
      code: "proxy-tls",
      operation: "connect",
      peer: target,
      cause: error,
    });
  }
}

/** The target as a proxy that looks names up can be told it. */
function onTheWire(target: HostPort): HostPort {
  return ipVersion(target.host) ? target : { ...target, host: asciiHostName(target.host) };
}

async function lookedUp(dial: Dial): Promise<HostPort> {
  const [first] = await resolve(dial);
  return first ? { ...dial.address, host: first.address } : dial.address;
}

async function resolve(dial: Dial): Promise<HostAddress[]> {
  const { address, options } = dial;
  const ruled = ruledAddresses(address, options.resolve);
  if (ruled) return ruledOfFamily(ruled, address, options.family);
  return await step(dial, "resolve", (signal) => lookup(address.host, { family: options.family, signal }));
}

function ruledOfFamily(ruled: HostAddress[], { host }: HostPort, family: 4 | 6 | undefined): HostAddress[] {
  const found = ruled.filter((address) => family === undefined || address.family === family);
  if (found.length > 0) return found;
  throw new NetworkError(`cannot look up ${host}: the rule has no IPv${family} address`, {
    code: "name-not-found",
    operation: "resolve",
    peer: host,
  });
}

/** Connects to one address. */
type ConnectTo<Conn> = (to: { readonly hostname: string; readonly port: number }, signal: AbortSignal) => Promise<Conn>;

const connectTcp: ConnectTo<Deno.TcpConn> = (to, signal) => Deno.connect({ ...to, signal });

async function connectHost<Conn extends Ends & { close(): void }>(
  dial: Dial,
  connectTo: ConnectTo<Conn>,
): Promise<Conn> {
  const { address: { host, port }, options: { trace, onPhase }, deadline } = dial;
  const addresses = await resolve(dial);
  onPhase?.("looked-up");
  const attempts = new Attempts(host, port, addresses, trace);
  const connect = async (to: HostAddress, stop: AbortSignal) => {
    attempts.started(to);
    return await step(
      dial,
      "connect",
      (own) => {
        const signal = AbortSignal.any([stop, own]);
        return networkCall(() => connectTo({ hostname: to.address, port }, signal), signal);
      },
    );
  };
  deadline.phase = "connect";
  try {
    const conn = await race(addresses, {
      connect,
      discard: closeQuietly,
      signal: deadline.signal,
      lost: (to, error) => attempts.ended(to, error),
    });
    onPhase?.("connected");
    trace?.({ direction: "*", text: `connected to ${formatNetAddress(conn.remoteAddr)}` });
    return conn;
  } catch (error) {
    throw attempts.failure(error);
  }
}

/** Connects by the means of the runtime, which looks the name up itself. */
async function connectByName(dial: Dial): Promise<Deno.TcpConn> {
  const { address, options: { trace, onPhase } } = dial;
  const { host: hostname, port } = address;
  trace?.({ direction: "*", text: `connecting to ${formatAddress(address)} by its name` });
  const conn = await step(
    dial,
    "connect",
    (signal) => networkCall(() => Deno.connect({ hostname, port, signal }), signal),
  );
  onPhase?.("connected");
  return conn;
}
