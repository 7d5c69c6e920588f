import { formatAddress, type HostPort } from "../address/address.ts";
import { ByteReader } from "../bytes/byte_reader.ts";
import { NetworkError, ToucanError, UsageError } from "../errors/errors.ts";
import { asciiHostName } from "../address/host_name.ts";
import { ipVersion } from "../address/ip.ts";
import { fromSystem } from "../errors/system_error.ts";
import { tlsClient } from "../tls/client/client.ts";
import { isOnlyPermittedByName } from "./by_name.ts";
import { connectByName, connectHost, connectTcp, lookedUp } from "./connect_host.ts";
import { closeQuietly, type Transport } from "./connection.ts";
import { httpConnect } from "./proxy/http_connect.ts";
import { proxyError } from "./proxy/proxy_error.ts";
import type { Proxy } from "./proxy/proxy.ts";
import { ruledTarget } from "./routes.ts";
import { socks5Connect } from "./proxy/socks5.ts";
import { connectFrom, type Ends } from "./source.ts";
import { type Dial, step } from "./step.ts";

/** TCP connection: its transport, and the runtime's own connection if that is the same. */
export interface Opened {
  readonly ends: Ends;
  readonly transport: Transport;
  readonly conn?: Deno.TcpConn;
}

function direct(conn: Deno.TcpConn): Opened {
  return { ends: conn, transport: conn, conn };
}

/** Opens a connection to the target, through the proxy if there is one. */
export async function openTcp(dial: Dial): Promise<Opened> {
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
    throw new NetworkError(`cannot connect to ${formatAddress(target)}: the proxy ${name} reports: ${message}`, {
      code,
      operation: "connect",
      peer: formatAddress(target),
      cause: error,
    });
  }
}

/** Opens a connection to a proxy, with TLS for an `https` proxy. */
async function openProxy(dial: Dial, proxy: Proxy): Promise<Opened> {
  const { trace } = dial.options;
  const { address } = proxy;
  const connect = () =>
    connectHost({ ...dial, address, options: { ...dial.options, family: undefined } }, connectTcp).catch((error) => {
      throw proxyError(fromSystem(error, { doing: "connect to", what: formatAddress(address) }), address);
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
    // The handshake requires a connection.
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

/** Returns the target in the form for a proxy that looks names up. */
function onTheWire(target: HostPort): HostPort {
  return ipVersion(target.host) ? target : { ...target, host: asciiHostName(target.host) };
}
