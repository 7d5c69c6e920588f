import { dial, formatAddress, type HostAddress, ipVersion, NetworkError, TimeoutError } from "../../core/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { type Finding, found } from "../words/findings.ts";
import { cut } from "../words/cut.ts";
import { type Exchange, MAIL_PORT } from "./mx.ts";

/** Mail servers to connect to. */
export interface MxReachInput {
  /** The domain. */
  readonly domain: string;
  /** Its mail servers. */
  readonly exchanges: readonly Exchange[];
}

/** An attempt to connect to an address of a mail server. */
export interface MxAttempt extends HostAddress {
  /** Name of the server. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Result. */
  readonly result: "connected" | "refused" | "silent" | "unreachable";
  /** Milliseconds. */
  readonly ms: number;
  /** Words of the system, if it failed. */
  readonly reason: string;
}

/** Addresses that are tried, of all servers. */
const MAX_ADDRESSES = 20;

/** Connections to the mail servers of a domain. */
export const mxReachProbe: Probe<MxReachInput, readonly MxAttempt[]> = {
  name: "mx-connect",
  layer: "reach",
  async observe({ exchanges }, { signal, timeout, dial: { proxy } }) {
    const wanted = exchanges.flatMap(({ host, addresses, port = MAIL_PORT }) =>
      [...new Set(addresses)].map((address) => ({ host, address, port }))
    );
    return await Promise.all(
      wanted.slice(0, MAX_ADDRESSES).map(async ({ host, address, port }): Promise<MxAttempt> => {
        const to = { host, address, port, family: ipVersion(address) ?? 4 };
        const begin = performance.now();
        const ended = (result: MxAttempt["result"], reason = "") => ({
          ...{ ...to, result, reason: cut(reason) },
          ms: Math.round((performance.now() - begin) * 10) / 10,
        });
        try {
          const peer = formatAddress({ transport: "ip", host: address, port });
          using _connection = await dial(peer, { proxy, signal, timeout });
          return ended("connected");
        } catch (error) {
          if (signal.aborted) throw error;
          if (error instanceof TimeoutError) return ended("silent");
          if (!(error instanceof NetworkError)) throw error;
          return ended(error.code === "connection-refused" ? "refused" : "unreachable", error.message);
        }
      }),
    );
  },
  judge,
  facts(attempts) {
    const connected = attempts.filter(({ result }) => result === "connected").map(({ ms }) => ms);
    return connected.length === 0 ? {} : { connect: Math.min(...connected) };
  },
  summary(attempts) {
    const connected = attempts.filter(({ result }) => result === "connected").length;
    return `port ${portsOf(attempts).join(", ")} on ${connected} of ${attempts.length} address${
      attempts.length === 1 ? "" : "es"
    }`;
  },
};

function judge(attempts: readonly MxAttempt[], { domain }: MxReachInput): Finding[] {
  const all = (results: readonly MxAttempt["result"][]) => attempts.every(({ result }) => results.includes(result));
  if (attempts.length === 0) return [];
  // Another port, to which a rule leads, is not blocked everywhere as that of mail is.
  if (all(["silent", "unreachable"]) && attempts.every(({ port }) => port === MAIL_PORT)) {
    return [found("mx-port-blocked", { hosts: [...new Set(attempts.map(({ host }) => host))] })];
  }
  const shown = attempts.map(({ host, address, result }) => `${host} (${address}): ${result}`);
  const ports = portsOf(attempts);
  if (all(["silent"])) return [found("mx-all-silent", { domain, ports, attempts: shown })];
  const connected = attempts.some(({ result }) => result === "connected");
  const findings = attempts.flatMap(({ host, address, port, result, ms, reason }): Finding | readonly Finding[] => {
    const ruled = port === MAIL_PORT ? {} : { port };
    if (result === "connected") return found("mx-reached", { host, address, ms });
    if (result === "refused") return found("mx-refused", { host, address, ...ruled });
    if (result === "unreachable") return found("mx-unreachable", { host, address, reason });
    // It says that others of the domain answer.
    return connected ? found("mx-silent", { host, address, ...ruled }) : [];
  });
  return connected ? findings : [found("mx-none-reached", { domain, ports, attempts: shown }), ...findings];
}

/** Returns the ports of the attempts, as texts. */
function portsOf(attempts: readonly MxAttempt[]): string[] {
  return [...new Set(attempts.map(({ port }) => String(port)))];
}
