import { fitsStsPolicy, MailDns, type StsPolicy, stsPolicyOf } from "../../mail/internal.ts";
import type { Probe } from "../probe/probe.ts";
import { type Finding, found } from "../words/findings.ts";
import { cut } from "../words/cut.ts";
import { lookupsOf } from "./lookups.ts";

/** A domain, and its mail servers, which its policy must name. */
export interface StsInput {
  /** The domain. */
  readonly domain: string;
  /** Names of its mail servers. */
  readonly hosts: readonly string[];
}

/** MTA-STS of a domain, as far as it is known. */
export interface StsSeen {
  /** Whether the records could not be looked up. */
  readonly unknown?: boolean;
  /** Records that announce a policy. */
  readonly records: readonly string[];
  /** The policy. */
  readonly policy?: StsPolicy;
  /** Why the policy that is announced cannot be used. */
  readonly problem?: string;
}

/** Whether senders must use TLS: the policy of the domain (MTA-STS, RFC 8461), fetched over HTTPS. */
export const stsProbe: Probe<StsInput, StsSeen> = {
  name: "mta-sts",
  layer: "application",
  async observe({ domain }, context) {
    const { signal, timeout, servers, trace, connections } = context;
    const { texts, error } = await lookupsOf(context).texts(`_mta-sts.${domain}`);
    const records = texts.filter((text) => /^v=STSv1\b/i.test(text));
    if (records.length === 0) return { records, unknown: error !== undefined };
    const dns = new MailDns({ servers, signal, timeout, trace, connections });
    const { policy, note } = await stsPolicyOf(domain, dns, { signal, timeout, ...context.dial });
    const invalid = note ?? "the record is invalid, or there are several";
    return {
      records: records.map(cut),
      ...(policy ? { policy } : { problem: cut(invalid.replace(/^MTA-STS: /, "")) }),
    };
  },
  judge,
  facts: ({ policy }) => policy ? { "mta-sts": policy.mode } : {},
  summary: ({ policy }) => policy ? `MTA-STS ${policy.mode}` : "",
};

function judge({ records, policy, problem = "", unknown }: StsSeen, { domain, hosts }: StsInput): Finding[] {
  if (unknown) return [];
  if (records.length === 0) return [found("mta-sts-missing", { domain })];
  if (!policy) return [found("mta-sts-unusable", { domain, problem })];
  const { mode, mx } = policy;
  const patterns = mx.slice(0, 20);
  const others = hosts.filter((host) => !fitsStsPolicy(host, policy));
  if (mode === "none" || others.length === 0) return [found("mta-sts", { domain, mode, patterns })];
  const code = mode === "enforce" ? "mta-sts-mismatch" : "mta-sts-mismatch-testing";
  return others.map((host) => found(code, { host, patterns }));
}
