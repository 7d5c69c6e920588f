import { MailDns, tlsaPolicy, type TlsaRecord } from "../../mail/internal.ts";
import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";
import { MAIL_PORT } from "./mx.ts";

/** A mail server, for its TLSA records. */
export interface DaneInput {
  /** Its name. */
  readonly host: string;
}

/** TLSA records of a mail server. */
export interface DaneSeen {
  /** Whether the records are signed: `unknown` if that could not be told. */
  readonly status: "secure" | "insecure" | "bogus" | "unknown";
  /** Number of TLSA records. */
  readonly count: number;
  /** Keys of servers that they name. */
  readonly pins: readonly string[];
  /** Records that name certificates or authorities instead. */
  readonly records: readonly TlsaRecord[];
  /** Why the signatures are not valid. */
  readonly reason?: string;
}

/** TLSA records of a mail server, which name the keys that it must have, where they are signed (RFC 7672). */
export const daneProbe: Probe<DaneInput, DaneSeen> = {
  name: "mx-dane",
  layer: "tls",
  async observe({ host }, { servers, anchors, signal, timeout, trace, connections }) {
    const dns = new MailDns({ servers, anchors, signal, timeout, trace, connections });
    const found = await dns.validated(`_${MAIL_PORT}._tcp.${host}`, "TLSA");
    const records = found?.answers.filter(({ type }) => type === "TLSA") ?? [];
    const wanted = records.length === 0 ? undefined : tlsaPolicy(records);
    const unsigned = found?.reason?.code === "no-signatures";
    return {
      // A name server that does not know DNSSEC returns no signatures at all.
      status: !found || found.status === "indeterminate" || unsigned ? "unknown" : found.status,
      count: records.length,
      ...(wanted?.kind === "known" ? { pins: wanted.pins, records: wanted.records } : { pins: [], records: [] }),
      ...(found?.reason && { reason: found.reason.code }),
    };
  },
  judge({ status, count, reason = "" }, { host }) {
    if (status === "bogus") return [found("mx-dane-bogus", { host, reason })];
    if (count === 0 || status === "unknown") return [];
    return status === "secure" ? [found("mx-dane", { host, count })] : [found("mx-dane-unsigned", { host })];
  },
  subject: ({ host }) => host,
};
