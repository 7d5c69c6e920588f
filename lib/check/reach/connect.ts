import { dial, formatAddress, type HostAddress, NetworkError, TimeoutError } from "../../core/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";

/** Addresses to connect to. */
export interface ConnectInput {
  /** Addresses, in the order in which they are raced. */
  readonly addresses: readonly HostAddress[];
  /** Port. */
  readonly port: number;
}

/** Result of an attempt. */
export interface ConnectAttempt extends HostAddress {
  /** Result. */
  readonly result: "connected" | "refused" | "filtered" | "unreachable" | "reset";
  /** Milliseconds. */
  readonly ms: number;
  /** Words of the system, if it failed. */
  readonly reason?: string;
}

/** Result of the probe: an attempt per address. */
export interface ConnectSeen {
  readonly attempts: readonly ConnectAttempt[];
}

/** Connects to every address of both families. */
export const connectProbe: Probe<ConnectInput, ConnectSeen> = {
  name: "connect",
  layer: "reach",
  async observe({ addresses, port }, { signal, timeout }) {
    return { attempts: await Promise.all(addresses.map((address) => attempt(address, port, signal, timeout))) };
  },
  judge({ attempts }, { port }) {
    return attempts.map(({ address, result, ms, reason = "" }) => {
      if (result === "connected") return found("connected", { address, port, ms: Math.round(ms * 10) / 10 });
      if (result === "filtered") return found("port-filtered", { address, port, ms: Math.round(ms) });
      if (result === "refused") return found("port-refused", { address, port });
      return found("host-unreachable", { address, port, reason });
    });
  },
  facts({ attempts }) {
    const connected = attempts.filter(({ result }) => result === "connected").map(({ ms }) => ms);
    return connected.length === 0 ? {} : { connect: Math.min(...connected) };
  },
};

async function attempt(to: HostAddress, port: number, signal: AbortSignal, timeout: number): Promise<ConnectAttempt> {
  const begin = performance.now();
  const ended = (result: ConnectAttempt["result"], reason?: string) => ({
    ...to,
    result,
    ms: performance.now() - begin,
    ...(reason === undefined ? {} : { reason }),
  });
  try {
    using _connection = await dial(formatAddress({ transport: "ip", host: to.address, port }), { signal, timeout });
    return ended("connected");
  } catch (error) {
    if (error instanceof TimeoutError) return ended("filtered");
    if (!(error instanceof NetworkError)) throw error;
    if (error.code === "connection-refused") return ended("refused");
    return ended(error.code === "connection-reset" ? "reset" : "unreachable", error.message);
  }
}
