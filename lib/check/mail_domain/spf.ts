import type { Probe } from "../probe/probe.ts";
import { type Finding, found } from "../words/findings.ts";
import { lookupsOf } from "./lookups.ts";
import { type SpfSeen, SpfTree } from "./spf_tree.ts";

/** Lookups that receivers make for one record, and those of them that may find nothing (RFC 7208 §4.6.4). */
const MAX_LOOKUPS = 10;
const MAX_NOTHING = 2;

/** A domain, and the local part of a sender. */
export interface SpfInput {
  /** The domain. */
  readonly domain: string;
  /** Local part of the sender that macros are expanded for. @default postmaster */
  readonly local?: string;
}

/** The SPF record of a domain, with all records that it refers to: the hosts that may send its mail. */
export const spfProbe: Probe<SpfInput, SpfSeen> = {
  name: "spf",
  layer: "application",
  observe: ({ domain, local }, context) => new SpfTree(lookupsOf(context), local).gather(domain),
  judge,
  facts: ({ records, lookups, all }) => ({
    "spf": records.length === 1,
    "spf-lookups": lookups.length,
    ...(all !== undefined && { "spf-all": all }),
  }),
  summary: ({ records, lookups, error }) =>
    error
      ? ""
      : records.length === 0
      ? "no SPF"
      : `SPF with ${lookups.length} lookup${lookups.length === 1 ? "" : "s"}`,
};

function judge(seen: SpfSeen, { domain }: SpfInput): Finding[] {
  const { records, lookups, nothing, problems, broken, all, ptr, sender, forSender, forClient, error } = seen;
  const [record = ""] = records;
  if (error) return [found("spf-lookup-failed", { domain, reason: error.reason })];
  if (records.length === 0) return [found("spf-missing", { domain })];
  if (records.length > 1) return [found("spf-several", { domain, records })];
  const terms = lookups.map(({ domain, term }) => `${term} of ${domain}`);
  const faults = [
    ...problems.map((problem) => found("spf-syntax", { ...problem })),
    ...broken.map((problem) => found("spf-reference", { ...problem })),
    ...(lookups.length > MAX_LOOKUPS ? [found("spf-too-many-lookups", { domain, count: lookups.length, terms })] : []),
    ...(nothing.length > MAX_NOTHING
      ? [found("spf-void-lookups", { domain, terms: nothing.map(({ domain, term }) => `${term} of ${domain}`) })]
      : []),
  ];
  return [
    ...faults,
    ...(faults.length === 0 ? [found("spf-valid", { domain, record, lookups: lookups.length })] : []),
    ...(all === "pass" ? [found("spf-permits-all", { domain, record })] : []),
    ...(all === "neutral" || (all === undefined && faults.length === 0)
      ? [found("spf-neutral", { domain, record })]
      : []),
    ...(forSender.length + forClient.length > 0 ? [found("spf-macros", { domain, sender, forSender, forClient })] : []),
    ...(ptr.length > 0 ? [found("spf-ptr", { domain, terms: ptr })] : []),
  ];
}
