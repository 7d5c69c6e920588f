import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";
import { cut } from "../words/cut.ts";
import { lookupsOf } from "./lookups.ts";
import type { DomainInput } from "./mx.ts";
import { readTags } from "./tags.ts";

/** Records of a name, and the fault of the first. */
export interface RecordSeen {
  /** The records. */
  readonly records: readonly string[];
  /** Whether the records could not be looked up. */
  readonly unknown?: boolean;
  /** Fault of the first record. */
  readonly problem?: string;
}

/** Reports about TLS of senders (TLS-RPT, RFC 8460). */
export const tlsReportProbe: Probe<DomainInput, RecordSeen> = {
  name: "tls-rpt",
  layer: "application",
  observe: async ({ domain }, context) =>
    recordSeen(await lookupsOf(context).texts(`_smtp._tls.${domain}`), /^v=TLSRPTv1\b/, (tags) => {
      const uris = tags.get("rua")?.split(",").map((uri) => uri.trim()) ?? [];
      if (uris.length === 0) return "the address for reports (rua=) is missing";
      const wrong = uris.find((uri) => !/^(?:mailto:[^@\s]+@[^@\s]+|https:\/\/\S+)$/i.test(uri));
      return wrong === undefined ? undefined : `"${wrong}" is neither mailto: nor https:`;
    }),
  judge({ records: [record], problem, unknown }, { domain }) {
    if (unknown) return [];
    if (record === undefined) return [found("tls-rpt-missing", { domain })];
    if (problem !== undefined) return [found("tls-rpt-invalid", { domain, record, problem })];
    return [found("tls-rpt", { domain, record })];
  },
};

/** The logo of a domain (BIMI). */
export const bimiProbe: Probe<DomainInput, RecordSeen> = {
  name: "bimi",
  layer: "application",
  observe: async ({ domain }, context) =>
    recordSeen(await lookupsOf(context).texts(`default._bimi.${domain}`), /^v=BIMI1\b/i, (tags) => {
      const logo = tags.get("l");
      if (logo === undefined) return "the logo (l=) is missing";
      // Empty: the domain has no logo, and says so.
      return logo === "" || /^https:\/\/\S+$/i.test(logo) ? undefined : `the logo "${logo}" is not at an https: URL`;
    }),
  judge({ records: [record], problem }, { domain }) {
    if (record === undefined) return [];
    if (problem !== undefined) return [found("bimi-invalid", { domain, record, problem })];
    return [found("bimi", { domain, record })];
  },
};

function recordSeen(
  { texts, error }: { readonly texts: readonly string[]; readonly error?: unknown },
  pattern: RegExp,
  problemOf: (tags: ReadonlyMap<string, string>) => string | undefined,
): RecordSeen {
  const records = texts.filter((text) => pattern.test(text)).map(cut);
  const [record, second] = records;
  if (record === undefined) return { records, unknown: error !== undefined };
  const { tags, problems: [first] } = readTags(record);
  const problem = second === undefined ? first ?? problemOf(tags) : "there are several records";
  return { records, ...(problem !== undefined && { problem: cut(problem) }) };
}
