import type { Probe } from "../probe/probe.ts";
import { type Finding, found } from "../words/findings.ts";
import { cut } from "../words/cut.ts";
import { type Looked, type Lookups, lookupsOf } from "./lookups.ts";
import type { DomainInput } from "./mx.ts";
import { readTags } from "./tags.ts";

/** DMARC policy of a domain, as far as it is known. */
export interface DmarcSeen {
  /** Domain whose record applies: it, or one above it. */
  readonly at?: string;
  /** DMARC records there; more than one is as none. */
  readonly records: readonly string[];
  /** Syntax errors. */
  readonly problems: readonly string[];
  /** Policy for mail that fails. */
  readonly policy?: string;
  /** Domains elsewhere that reports are to be sent to, without a record that they accept them. */
  readonly unauthorised: readonly string[];
  /** Whether any reports are asked for. */
  readonly reports: boolean;
  /** Why nothing is known. */
  readonly error?: Looked["error"];
}

const POLICIES = ["none", "quarantine", "reject"];
/** Values that some tags may have. */
const VALUES: Readonly<Record<string, RegExp>> = {
  p: /^(?:none|quarantine|reject)$/i,
  sp: /^(?:none|quarantine|reject)$/i,
  np: /^(?:none|quarantine|reject)$/i,
  adkim: /^[rs]$/i,
  aspf: /^[rs]$/i,
  pct: /^(?:\d|[1-9]\d|100)$/,
  ri: /^\d{1,10}$/,
  fo: /^[01ds](?:\s*:\s*[01ds])*$/i,
};
/** Names that are asked: the domain, and those above it. */
const MAX_STEPS = 8;
const MAX_DESTINATIONS = 10;

/** The DMARC record, which tells receivers how to treat mail that is not genuine (RFC 7489). */
export const dmarcProbe: Probe<DomainInput, DmarcSeen> = {
  name: "dmarc",
  layer: "application",
  async observe({ domain }, context) {
    const lookups = lookupsOf(context);
    const found = await recordOf(domain, lookups);
    const [record] = found.records;
    if (record === undefined || found.records.length > 1) {
      return { ...found, problems: [], unauthorised: [], reports: false };
    }
    const { tags, problems } = readTags(record);
    // The record of a domain above has a policy of its own for those below (RFC 7489 §6.3).
    const policy = (found.at === domain ? tags.get("p") : tags.get("sp") ?? tags.get("p"))?.toLowerCase();
    const uris = ["rua", "ruf"].flatMap((tag) => tags.get(tag)?.split(",") ?? []).map((uri) => uri.trim());
    const elsewhere = [...new Set(uris.flatMap((uri) => destinationOf(uri) ?? []))]
      .filter((host) => !sameOrganisation(host, found.at ?? domain)).slice(0, MAX_DESTINATIONS);
    const accepted = await Promise.all(elsewhere.map(async (host) => {
      const { texts, error } = await lookups.texts(`${found.at}._report._dmarc.${host}`);
      return error !== undefined || texts.some((text) => /^v=DMARC1\b/i.test(text));
    }));
    return {
      ...found,
      records: found.records.map(cut),
      problems: [...problems, ...problemsOf(tags, uris)].map(cut),
      ...(policy !== undefined && POLICIES.includes(policy) && { policy }),
      unauthorised: elsewhere.filter((_, index) => !accepted[index]),
      reports: uris.length > 0,
    };
  },
  judge,
  facts: ({ policy }) => policy === undefined ? {} : { dmarc: policy },
  summary: ({ policy }) => policy === undefined ? "" : `DMARC ${policy}`,
};

function judge(seen: DmarcSeen, { domain }: DomainInput): Finding[] {
  const { at = domain, records, problems, policy, unauthorised, reports, error } = seen;
  const [record = ""] = records;
  if (error) return [found("dmarc-lookup-failed", { domain, reason: error.reason })];
  if (records.length === 0) return [found("dmarc-missing", { domain })];
  if (records.length > 1) return [found("dmarc-several", { domain: at, records })];
  const findings = problems.map((problem): Finding => found("dmarc-syntax", { domain: at, record, problem }));
  if (findings.length === 0 && policy !== undefined) {
    findings.push(found("dmarc-valid", { domain: at, record, policy }));
  }
  if (policy === "none") findings.push(found("dmarc-policy-none", { domain: at }));
  for (const host of unauthorised) {
    findings.push(found("dmarc-report-unauthorised", { host, name: `${at}._report._dmarc.${host}` }));
  }
  if (!reports && problems.length === 0) findings.push(found("dmarc-without-reports", { domain: at }));
  return findings;
}

/** Looks for the record of a domain, or of the next one above it. */
async function recordOf(domain: string, lookups: Lookups): Promise<Pick<DmarcSeen, "at" | "records" | "error">> {
  const labels = domain.split(".");
  for (let step = 0; step < Math.min(MAX_STEPS, Math.max(1, labels.length - 1)); step++) {
    const at = labels.slice(step).join(".");
    const { texts, error } = await lookups.texts(`_dmarc.${at}`);
    if (error) return { records: [], error };
    const records = texts.filter((text) => /^\s*v\s*=\s*DMARC1\b/i.test(text));
    if (records.length > 0) return { at, records };
  }
  return { records: [] };
}

function problemsOf(tags: ReadonlyMap<string, string>, uris: readonly string[]): string[] {
  const problems: string[] = [];
  const [first] = tags.keys();
  if (first !== "v" || tags.get("v") !== "DMARC1") problems.push('the record does not begin with "v=DMARC1"');
  if (!tags.has("p")) problems.push('the policy is missing: "p=none", "p=quarantine" or "p=reject"');
  for (const [tag, value] of tags) {
    const pattern = VALUES[tag];
    if (pattern && !pattern.test(value)) problems.push(`invalid value of ${tag}: "${value}"`);
  }
  for (const uri of uris) {
    if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(uri)) problems.push(`"${uri}" is not a URI: mailto: is missing`);
  }
  return problems;
}

function destinationOf(uri: string): string | undefined {
  return /^mailto:[^@]+@([^!?]+)/i.exec(uri)?.[1]?.toLowerCase().replace(/\.$/, "");
}

/** Whether two domains are of one organisation: the same, or one within the other. */
function sameOrganisation(a: string, b: string): boolean {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left === right || left.endsWith(`.${right}`) || right.endsWith(`.${left}`);
}
