import { dial, formatAddress, type HostAddress, TimeoutError, ToucanError } from "../../core/mod.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import { cut } from "../words/cut.ts";
import { judgeConnect } from "./judge_connect.ts";
import { milliseconds, spreadOf } from "./spread.ts";
import type { ConnectAttempt, ConnectInput, ConnectSeen } from "./connect_seen.ts";

/** Most addresses that are tried. */
export const MAX_ADDRESS_COUNT = 16;
/** Connections to each address that accepts. */
const CONNECTIONS = 3;
/** Part of the time for a step after which a connection is not repeated: further ones could outlast the check. */
const REPEATED_WITHIN = 0.25;

/** Connects to every address of both families, side by side, several times. */
export const connectProbe: Probe<ConnectInput, ConnectSeen> = {
  name: "connect",
  layer: "reach",
  async observe({ addresses, port, onOpen, repeatable }, context) {
    const tried = addresses.slice(0, MAX_ADDRESS_COUNT);
    const attempts = await Promise.all(tried.map((address) => attempt(address, { port, onOpen, repeatable }, context)));
    return { attempts, left: addresses.length - tried.length };
  },
  // The other connections come after the timed exchange.
  lasted: ({ attempts }) => Math.max(0, ...attempts.map(({ ms }) => ms)),
  judge: judgeConnect,
  facts({ attempts }) {
    const times = attempts.flatMap(({ times }) => times);
    const spread = spreadOf(times);
    return {
      "addresses-open": attempts.filter(({ result }) => result === "connected").length,
      ...(spread && { "connect": spread.min, "connect-median": spread.median, "connect-max": spread.max }),
    };
  },
  summary({ attempts }) {
    const open = attempts.filter(({ result }) => result === "connected");
    const spread = spreadOf(open.flatMap(({ times }) => times));
    if (!spread) return attempts.map(({ result }) => result).join(", ");
    const count = attempts.length === 1 ? "" : `${open.length} of ${attempts.length} addresses, `;
    return `${count}connect ${milliseconds(spread.median)} ms`;
  },
};

async function attempt(
  to: HostAddress,
  { port, onOpen, repeatable }: Omit<ConnectInput, "addresses">,
  context: ProbeContext,
): Promise<ConnectAttempt> {
  const begin = performance.now();
  const times: number[] = [];
  try {
    while (isRepeated(times, context.timeout)) {
      times.push(await timeConnection(to, port, context));
      if (times.length > 1) continue;
      onOpen?.(to);
      await repeatable;
    }
    return { ...to, result: "connected", ms: times[0] ?? 0, times };
  } catch (error) {
    // A server may accept only one connection at a time.
    if (times.length > 0) return { ...to, result: "connected", ms: times[0] ?? 0, times };
    return { ...to, ms: performance.now() - begin, times, ...failure(error, context.signal) };
  }
}

/** Returns whether one more connection is made after those that took these times. Pure. */
export function isRepeated(times: readonly number[], timeout: number): boolean {
  return times.length < CONNECTIONS && times.reduce((sum, ms) => sum + ms, 0) <= timeout * REPEATED_WITHIN;
}

async function timeConnection({ address }: HostAddress, port: number, context: ProbeContext): Promise<number> {
  const { signal, timeout, trace } = context;
  const begin = performance.now();
  using _connection = await dial(formatAddress({ transport: "ip", host: address, port }), { signal, timeout, trace });
  return performance.now() - begin;
}

function failure(error: unknown, signal: AbortSignal): Pick<ConnectAttempt, "result" | "reason"> {
  if (signal.aborted || !(error instanceof ToucanError) || error.code === "permission-missing") throw error;
  if (error instanceof TimeoutError) return { result: "filtered" };
  if (error.code === "connection-refused") return { result: "refused" };
  const reason = cut(error.message.replace(/^cannot connect to [^ ]+: /i, ""));
  return { result: error.code === "connection-reset" ? "reset" : "unreachable", reason };
}
