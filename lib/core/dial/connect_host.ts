import { formatAddress, formatNetAddress, type HostPort } from "../address/address.ts";
import { NetworkError } from "../errors/errors.ts";
import { type HostAddress, lookup } from "../address/lookup.ts";
import { networkCall } from "../errors/network_call.ts";
import { Attempts } from "./attempts.ts";
import { closeQuietly } from "./connection.ts";
import { race } from "./race.ts";
import { ruledAddresses } from "./routes.ts";
import type { Ends } from "./source.ts";
import { type Dial, step } from "./step.ts";

/** Looks the host up; returns its first address. */
export async function lookedUp(dial: Dial): Promise<HostPort> {
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

/** Function that connects to one address. */
type ConnectTo<Conn> = (to: { readonly hostname: string; readonly port: number }, signal: AbortSignal) => Promise<Conn>;

/** Connects to one address by the runtime. */
export const connectTcp: ConnectTo<Deno.TcpConn> = (to, signal) => Deno.connect({ ...to, signal });

/** Looks the host up, and connects to the address that answers first. */
export async function connectHost<Conn extends Ends & { close(): void }>(
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

/** Connects with the runtime's own lookup of the name. */
export async function connectByName(dial: Dial): Promise<Deno.TcpConn> {
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
