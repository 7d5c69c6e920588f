import { formatAddress, formatNetAddress } from "../address/address.ts";
import { type AddressInput, toAddress } from "../address/address_input.ts";
import { Deadline } from "../time/deadline.ts";
import { UsageError } from "../errors/errors.ts";
import { networkCall } from "../errors/network_call.ts";
import { tlsClient } from "../tls/client/client.ts";
import { Connection } from "./connection.ts";
import { dialError } from "./dial_direct.ts";
import { proxyError } from "./proxy/proxy_error.ts";
import { openTcp } from "./open_tcp.ts";
import type { DialOptions } from "./options.ts";
import { relay } from "./relay.ts";
import { type Dial, step, stepLimit } from "./step.ts";

/**
 * Connects to an address: looks the name up, races its addresses (RFC 8305), connects through a proxy, starts TLS and
 * verifies the server.
 *
 * Permissions: `--allow-net=HOST:PORT`, of the proxy if there is one; for a unix socket `--allow-net=unix:PATH`,
 * `--allow-read=PATH` and `--allow-write=PATH`.
 *
 * @param to The address.
 * @returns The connection.
 * @throws {NetworkError} `name-not-found`, `connection-refused`, `network-unreachable`, `tls-…`, `pin-mismatch`,
 * `proxy-…` and the like.
 * @throws {TimeoutError} When the connection is not established in time.
 * @throws {UsageError} When TLS or a proxy is combined with a unix socket.
 * @example Connect to a server
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
    const known = dialError(error, deadline, peer);
    throw options.toProxy && address.transport === "ip" ? proxyError(known, address) : known;
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
    // One of the two is defined.
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

/** Properties of a connection. */
type Facts = ConstructorParameters<typeof Connection>[1];

/** Leaves the TLS steps with a connection on which no TLS follows. */
class NoTls extends Error {
  override readonly name: string = "NoTls";

  constructor(readonly plain: Connection) {
    super("no TLS follows");
  }
}
