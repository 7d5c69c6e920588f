import { kind } from "./finding.ts";

/** Terms of a record that evidence shows. */
const SHOWN_TERMS = 15;

function shown(terms: readonly string[]): readonly string[] {
  return terms.length > SHOWN_TERMS
    ? [...terms.slice(0, SHOWN_TERMS), `… and ${terms.length - SHOWN_TERMS} more`]
    : terms;
}

/** Findings about SPF records. */
export const SPF_FINDINGS = {
  "spf-valid": kind<{ domain: string; record: string; lookups: number }>({
    layer: "application",
    mark: "good",
    means: "the SPF record is valid",
    says: ({ domain, lookups }) => `the SPF record of ${domain} is valid, with ${lookups} of at most 10 lookups`,
    evidence: ({ record }) => [record],
  }),
  "spf-lookup-failed": kind<{ domain: string; reason: string }>({
    layer: "application",
    mark: "fault",
    blame: "network",
    who: "the owner of the domain",
    means: "the SPF record cannot be looked up",
    says: ({ domain }) => `the SPF record of ${domain} cannot be looked up`,
    evidence: ({ reason }) => [reason],
  }),
  "spf-missing": kind<{ domain: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "the domain has no SPF record",
    says: ({ domain }) =>
      `${domain} has no SPF record: receivers cannot tell its mail from forged mail, and trust it less`,
  }),
  "spf-several": kind<{ domain: string; records: readonly string[] }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "the domain has several SPF records, so that none counts",
    says: ({ domain, records }) =>
      `${domain} has ${records.length} SPF records: receivers treat that as an error, and none of them counts. Join them into one`,
    evidence: ({ records }) => records,
  }),
  "spf-syntax": kind<{ domain: string; term: string; problem: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "the SPF record has a syntax error, so that it does not count",
    says: ({ domain, term, problem }) => `the SPF record of ${domain} is invalid at "${term}": ${problem}`,
  }),
  "spf-reference": kind<{ domain: string; term: string; problem: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "the SPF record refers to a record that cannot be used",
    says: ({ domain, term, problem }) => `the SPF record of ${domain} fails at "${term}": ${problem}`,
  }),
  "spf-too-many-lookups": kind<{ domain: string; count: number; terms: readonly string[] }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "the SPF record needs more than 10 lookups, so that it does not count",
    says: ({ domain, count }) =>
      `the SPF record of ${domain} needs ${count} DNS lookups, where 10 are permitted: receivers stop there with an error`,
    evidence: ({ terms }) => shown(terms),
  }),
  "spf-void-lookups": kind<{ domain: string; terms: readonly string[] }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "more than 2 terms of the SPF record find nothing, so that it does not count",
    says: ({ domain, terms }) =>
      `the SPF record of ${domain} names ${terms.length} hosts that do not exist, where 2 are permitted: remove them`,
    evidence: ({ terms }) => shown(terms),
  }),
  "spf-permits-all": kind<{ domain: string; record: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "the SPF record permits every host (+all)",
    says: ({ domain }) => `the SPF record of ${domain} permits every host of the Internet to send its mail (+all)`,
    evidence: ({ record }) => [record],
  }),
  "spf-neutral": kind<{ domain: string; record: string }>({
    layer: "application",
    mark: "note",
    who: "the owner of the domain",
    means: "the SPF record leaves open whether other hosts may send",
    says: ({ domain }) =>
      `the SPF record of ${domain} leaves open whether other hosts may send: it ends with neither -all nor ~all`,
    evidence: ({ record }) => [record],
  }),
  "spf-macros": kind<
    { domain: string; sender: string; forSender: readonly string[]; forClient: readonly string[] }
  >({
    layer: "application",
    mark: "note",
    means: "terms of the SPF record depend on the message: on its sender, or on the client that sends it",
    says: ({ domain, sender, forSender, forClient }) =>
      `terms of the SPF record of ${domain} depend on the message: ` + [
        ...(forSender.length > 0 ? [`${forSender.length} expanded for mail from ${sender}`] : []),
        ...(forClient.length > 0 ? [`${forClient.length} not expanded, as they depend on the client`] : []),
      ].join(", "),
    evidence: ({ forSender, forClient }) => shown([...forSender, ...forClient]),
  }),
  "spf-ptr": kind<{ domain: string; terms: readonly string[] }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "the SPF record has the term ptr, which should not be used (RFC 7208 §5.5)",
    says: ({ domain }) =>
      `the SPF record of ${domain} uses "ptr", which is slow, unreliable, and ignored by some receivers`,
    evidence: ({ terms }) => shown(terms),
  }),
};
