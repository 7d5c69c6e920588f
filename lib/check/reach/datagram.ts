import { formatAddress, type HostAddress, TimeoutError, ToucanError } from "../../core/mod.ts";
import { sendDatagrams } from "../../udp/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { cut } from "../words/cut.ts";
import { found } from "../words/findings.ts";

/** A UDP port. */
export interface DatagramInput {
  readonly address: HostAddress;
  readonly port: number;
}

/** Result of the datagram. */
export interface DatagramSeen {
  /** Bytes of the first answer. */
  readonly bytes?: number;
  readonly ms: number;
  /** Why the datagram was not sent. */
  readonly reason?: string;
}

/** Most milliseconds to wait for an answer. */
const MAX_WAIT_MS = 1000;

/** Sends one datagram of two bytes, and waits for an answer. That nothing listens is reported by no system to this runtime. */
export const datagramProbe: Probe<DatagramInput, DatagramSeen> = {
  name: "datagram",
  layer: "reach",
  async observe({ address, port }, { signal, timeout, trace }) {
    const begin = performance.now();
    const to = formatAddress({ transport: "ip", host: address.address, port });
    const wait = Math.min(MAX_WAIT_MS, timeout / 2);
    try {
      const report = await sendDatagrams(to, { payloads: ["\r\n"], wait, replies: 1, signal, timeout, trace });
      const ms = performance.now() - begin;
      const [first] = report.received;
      if (report.error) return { ms, reason: cut(report.error.message) };
      return report.replies > 0 ? { ms, bytes: first?.bytes.length ?? 0 } : { ms };
    } catch (error) {
      if (signal.aborted || !(error instanceof ToucanError)) throw error;
      if (error instanceof TimeoutError) return { ms: performance.now() - begin };
      return { ms: performance.now() - begin, reason: cut(error.message) };
    }
  },
  judge({ bytes, ms, reason }, { address: { address }, port }) {
    if (reason !== undefined) return [found("datagram-not-sent", { address, port, reason })];
    if (bytes !== undefined) return [found("datagram-answered", { address, port, bytes })];
    return [found("datagram-unanswered", { address, port, ms: Math.round(ms) })];
  },
  facts: ({ bytes, ms }) => bytes === undefined ? {} : { connect: ms },
  summary: ({ bytes }) => bytes === undefined ? "no answer" : "answered",
  subject: ({ address }) => address.address,
};
