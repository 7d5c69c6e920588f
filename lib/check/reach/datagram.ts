import { formatAddress, type HostAddress, TimeoutError, ToucanError } from "../../core/mod.ts";
import { sendDatagrams } from "../../udp/mod.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import { cut } from "../words/cut.ts";
import { type Finding, found } from "../words/findings.ts";
import { MAX_ADDRESS_COUNT } from "./connect.ts";

/** A UDP port. */
export interface DatagramInput {
  /** Addresses, in the order in which they would be tried. */
  readonly addresses: readonly HostAddress[];
  /** Port. */
  readonly port: number;
  /** Payload of the datagrams. @default a line end */
  readonly payload?: Uint8Array<ArrayBuffer>;
  /** Called with the first address that answers, while the others are still waited for. */
  readonly onAnswer?: (address: HostAddress) => void;
}

/** Result of the datagrams to an address. */
export interface DatagramAttempt extends HostAddress {
  /** Bytes of the first answer. */
  readonly bytes?: number;
  /** Milliseconds until the answer, or until the end of the wait. */
  readonly ms: number;
  /** Why nothing was sent. */
  readonly reason?: string;
}

/** Result of the probe: an attempt per address. */
export interface DatagramSeen {
  readonly attempts: readonly DatagramAttempt[];
  /** Number of addresses to which nothing was sent, since there are too many. */
  readonly left: number;
}

/** Most milliseconds to wait for an answer to all datagrams, and their number: one may be lost. */
const [MAX_WAIT_MS, DATAGRAMS] = [1000, 2];

/** Sends a datagram to every address of both families, side by side, and waits for an answer. That nothing listens is reported by no system to this runtime. */
export const datagramProbe: Probe<DatagramInput, DatagramSeen> = {
  name: "datagram",
  layer: "reach",
  async observe(input, context) {
    const { addresses } = input;
    const tried = addresses.slice(0, MAX_ADDRESS_COUNT);
    const attempts = await Promise.all(tried.map((address) => attempt(address, input, context)));
    return { attempts, left: addresses.length - tried.length };
  },
  judge: judgeDatagrams,
  facts({ attempts }) {
    const times = attempts.filter(({ bytes }) => bytes !== undefined).map(({ ms }) => ms);
    return times.length === 0 ? {} : { connect: Math.min(...times) };
  },
  summary({ attempts }) {
    const answered = attempts.filter(({ bytes }) => bytes !== undefined).length;
    if (attempts.length > 1) return `${answered} of ${attempts.length} addresses answer${answered === 1 ? "s" : ""}`;
    return answered === 0 ? "no answer" : "answered";
  },
};

async function attempt(to: HostAddress, input: DatagramInput, context: ProbeContext): Promise<DatagramAttempt> {
  const { port, payload = "\r\n", onAnswer } = input;
  const { signal, timeout, trace } = context;
  const begin = performance.now();
  const ended = (rest: Partial<DatagramAttempt> = {}) => ({ ...to, ms: performance.now() - begin, ...rest });
  const peer = formatAddress({ transport: "ip", host: to.address, port });
  const wait = Math.min(MAX_WAIT_MS, timeout / 2) / DATAGRAMS;
  try {
    for (let sent = 0; sent < DATAGRAMS; sent++) {
      const options = { payloads: [payload], wait, replies: 1, signal, timeout, trace };
      const { error, replies, received: [first] } = await sendDatagrams(peer, options);
      if (error) return ended({ reason: cut(error.message) });
      if (replies === 0) continue;
      onAnswer?.(to);
      return ended({ bytes: first?.bytes.length ?? 0 });
    }
    return ended();
  } catch (error) {
    if (signal.aborted || !(error instanceof ToucanError)) throw error;
    return ended(error instanceof TimeoutError ? {} : { reason: cut(error.message) });
  }
}

/** Judges the answers: an address without one is worth a warning only if another answers. Pure. */
export function judgeDatagrams({ attempts, left }: DatagramSeen, { port }: DatagramInput): Finding[] {
  const others = attempts.some(({ bytes }) => bytes !== undefined);
  const unsent = attempts.every(({ reason }) => reason !== undefined);
  const findings = attempts.map(({ address, bytes, ms, reason }) => {
    if (bytes !== undefined) return found("datagram-answered", { address, port, bytes });
    if (reason !== undefined) {
      return unsent
        ? found("datagram-not-sent", { address, port, reason })
        : found("address-unreachable", { address, reason });
    }
    return found(others ? "address-unanswered" : "datagram-unanswered", { address, port, ms: Math.round(ms) });
  });
  return left === 0 ? findings : [...findings, found("addresses-left", { count: left })];
}
