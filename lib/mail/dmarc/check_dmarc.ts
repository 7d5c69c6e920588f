import type { TagFault } from "../dkim/codec/tags.ts";
import type { DkimOutcome } from "../dkim/types.ts";
import type { MailDnsLookup } from "../judge/lookup.ts";
import type { SpfOutcome } from "../spf/types.ts";
import { type DmarcAlignment, type DmarcPolicy, isDmarcRecord, parseDmarcRecord } from "./codec/record.ts";
import { organizationalDomain } from "./organizational_domain.ts";

/** Result of DMARC (RFC 7489 §11.2). */
export type DmarcResult = "none" | "pass" | "fail" | "temperror" | "permerror";

/** Question for {@link checkDmarc}. */
export interface DmarcQuestion {
  /** Domains of the addresses in From, in ASCII. */
  readonly from: readonly string[];
  /** Outcome of SPF. */
  readonly spf: Pick<SpfOutcome, "result" | "domain">;
  /** Outcomes of DKIM. */
  readonly dkim: readonly Pick<DkimOutcome, "result" | "domain">[];
}

/** Options of {@link checkDmarc}. */
export interface DmarcOptions {
  /** Looks records up. */
  readonly lookup: MailDnsLookup;
  /**
   * Returns the organizational domain of a domain, in lower case.
   *
   * @default {by the Public Suffix List: the public suffix and one label more}
   */
  readonly organizationalDomain?: (domain: string) => string | Promise<string>;
}

/** Outcome of {@link checkDmarc}. */
export interface DmarcOutcome {
  /** Result. */
  readonly result: DmarcResult;
  /** Reason in words. */
  readonly reason: string;
  /** Domain in From; empty when there is none, or several. */
  readonly domain: string;
  /** Domain whose record applies. */
  readonly recordDomain?: string;
  /** Policy of the record for mail that fails. */
  readonly policy?: DmarcPolicy;
  /** Domain of a valid signature that is aligned with that in From. */
  readonly dkim?: string;
  /** Domain for which SPF passed and that is aligned with that in From. */
  readonly spf?: string;
  /** Faults of the record. */
  readonly faults: readonly TagFault[];
}

/**
 * Checks whether the domain in From is confirmed by SPF or DKIM, and what it asks to be done with mail that is not (DMARC, RFC 7489). The
 * organizational domain is found with the Public Suffix List of `tldts`, with its private section; a name that is not below one of its
 * suffixes is its own organizational domain.
 *
 * Permissions: those of `lookup` in the options.
 *
 * @returns The result, with the policy of the domain.
 * @throws {Error} Not for failed lookups: their result is `temperror`.
 * @example Check a message
 * ```ts
 * import { checkDmarc } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const lookup = (name: string) => Promise.resolve(name === "_dmarc.example.com" ? ["v=DMARC1; p=reject"] : []);
 * const question = { from: ["news.example.com"], spf: { result: "pass", domain: "mail.example.com" }, dkim: [] } as const;
 * const { result, policy, recordDomain } = await checkDmarc(question, { lookup });
 * assertEquals([result, policy, recordDomain], ["pass", "reject", "example.com"]);
 * ```
 */
export async function checkDmarc({ from, spf, dkim }: DmarcQuestion, options: DmarcOptions): Promise<DmarcOutcome> {
  const domains = [...new Set(from.map(normal))];
  const [domain] = domains;
  const bare = { domain: "", faults: [] };
  if (domain === undefined) return { ...bare, result: "permerror", reason: "From has no address with a domain" };
  if (domains.length > 1) return { ...bare, result: "permerror", reason: `From has ${domains.length} domains` };
  const organization = async (name: string) =>
    normal(await (options.organizationalDomain ?? organizationalDomain)(normal(name)));
  const none = { domain, faults: [] };
  try {
    const own = await organization(domain);
    const found = await recordOf(domain, options.lookup) ??
      (own === domain ? undefined : await recordOf(own, options.lookup));
    if (!found) return { ...none, result: "none", reason: `${domain} has no DMARC record` };
    const { recordDomain } = found;
    if (found.count > 1) return { ...none, result: "none", reason: `${recordDomain} has ${found.count} DMARC records` };
    const { record, faults } = parseDmarcRecord(found.text);
    if (!record) {
      const why = faults.map(({ tag, problem }) => `${tag}: ${problem}`).slice(0, 5).join("; ");
      return {
        ...none,
        faults,
        recordDomain,
        result: "permerror",
        reason: `the DMARC record of ${recordDomain} is invalid: ${why}`,
      };
    }
    const policy = recordDomain === domain ? record.policy : record.subdomainPolicy;
    const aligned = async (name: string, mode: DmarcAlignment) =>
      mode === "strict" ? normal(name) === domain : await organization(name) === own;
    let signer: string | undefined;
    for (const { result, domain: name } of dkim) {
      if (signer === undefined && result === "pass" && await aligned(name, record.dkim)) signer = name;
    }
    const sender = spf.result === "pass" && await aligned(spf.domain, record.spf) ? spf.domain : undefined;
    const ways = [
      ...signer === undefined ? [] : [`DKIM (${signer})`],
      ...sender === undefined ? [] : [`SPF (${sender})`],
    ];
    const confirmed = ways.length > 0;
    return {
      ...{ domain, faults, recordDomain, policy, result: confirmed ? "pass" : "fail" },
      reason: confirmed
        ? `${domain} is confirmed by ${ways.join(" and ")}`
        : `neither DKIM nor SPF confirms ${domain}; policy of ${recordDomain}: ${policy}`,
      ...(signer !== undefined && { dkim: signer }),
      ...(sender !== undefined && { spf: sender }),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...none, result: "temperror", reason: `cannot look up the DMARC record of ${domain}: ${why}` };
  }
}

async function recordOf(domain: string, lookup: MailDnsLookup) {
  const texts = (await lookup(`_dmarc.${domain}`, "TXT")).filter(isDmarcRecord);
  const [text] = texts;
  return text === undefined ? undefined : { text, count: texts.length, recordDomain: domain };
}

function normal(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
