import { type NameServer, validate } from "../../dns/internal.ts";
import type { Probe } from "../probe/probe.ts";
import { cut } from "../words/cut.ts";
import { found } from "../words/findings.ts";

/** Name to validate, and through which servers. */
export interface DnssecInput {
  /** Name in ASCII. */
  readonly host: string;
  /** Servers that answer. */
  readonly servers: readonly NameServer[];
}

/** Result of the validation. */
export interface DnssecSeen {
  /** Status; `unavailable` if the servers return no signatures even for the root. */
  readonly status: "secure" | "insecure" | "bogus" | "indeterminate" | "unavailable";
  /** Code and sentence of the reason. */
  readonly reason?: string;
  readonly text?: string;
  /** The record at which it was decided. */
  readonly at?: string;
  /** Number of links that were verified. */
  readonly links: number;
}

/** Reasons for which the signatures of the root itself are not valid now: more likely the clock is wrong than the root. */
const OUTDATED = /^signature-(?:expired|not-yet-valid)$/;

/** Whether the addresses of the name are signed, and the signatures valid from the root down. */
export const dnssecProbe: Probe<DnssecInput, DnssecSeen> = {
  name: "dnssec",
  layer: "name",
  async observe({ host, servers }, { signal, timeout, anchors, now, trace, connections }) {
    const options = { servers, signal, timeout, anchors, time: now(), trace, connections };
    const { status, reason, at, chain } = await validate(host, "A", options);
    const links = chain.filter((link) => link.status === "secure").length;
    return {
      status: status === "bogus" && links === 0 ? "unavailable" : status,
      ...(reason && { reason: reason.code, text: cut(reason.text) }),
      ...(at && { at: cut(`${at.type} of ${at.name}`) }),
      links,
    };
  },
  judge({ status, reason = "", text = "", at = "" }, { host }) {
    const data = { name: host, reason, text, at };
    if (status === "secure") return [found("dnssec-secure", { name: host })];
    if (status === "bogus") return [found("dnssec-bogus", data)];
    if (status === "unavailable" && OUTDATED.test(reason)) return [found("dnssec-clock", data)];
    return [found(status === "insecure" ? "dnssec-insecure" : "dnssec-unavailable", data)];
  },
  facts: ({ status }) => ({ dnssec: status }),
  summary: ({ status }) => status === "secure" || status === "bogus" ? `DNSSEC ${status}` : "",
};
