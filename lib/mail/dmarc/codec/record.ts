import { parseTags, type TagFault } from "../../dkim/codec/tags.ts";

/** Policy of a domain for mail that fails (RFC 7489 §6.3). */
export type DmarcPolicy = "none" | "quarantine" | "reject";

/** Alignment: the very domain, or one with the same organizational domain (RFC 7489 §3.1). */
export type DmarcAlignment = "relaxed" | "strict";

/** DMARC record by its tags (RFC 7489 §6.3). */
export interface DmarcRecord {
  /** Policy of the domain. */
  readonly policy: DmarcPolicy;
  /** Policy of its subdomains. */
  readonly subdomainPolicy: DmarcPolicy;
  /** Alignment of the domain of DKIM. */
  readonly dkim: DmarcAlignment;
  /** Alignment of the domain of SPF. */
  readonly spf: DmarcAlignment;
  /** Percentage of messages to which the policy applies. */
  readonly percent: number;
  /** Addresses for aggregate reports (URIs). */
  readonly aggregateReports: readonly string[];
  /** Addresses for failure reports (URIs). */
  readonly failureReports: readonly string[];
}

const POLICIES: ReadonlySet<string> = new Set(["none", "quarantine", "reject"]);
const MAX_RECORD = 8192;
const URI = /^[a-z][a-z0-9+.-]*:[!#-~]+?(?:!\d{1,15}[kmgt]?)?$/i;

/** Returns whether a TXT record is a DMARC record (RFC 7489 §6.6.3). */
export function isDmarcRecord(text: string): boolean {
  return /^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);
}

/**
 * Parses a DMARC record (RFC 7489 §6.3), and names all of its faults. A fault in another tag than "v" and "p" leaves the record valid:
 * the default applies.
 *
 * @param text The record, its strings joined.
 * @returns The record unless it is invalid, and the faults.
 * @example Find an error
 * ```ts
 * import { parseDmarcRecord } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { record, faults } = parseDmarcRecord("v=DMARC1; p=reject; adkim=x");
 * assertEquals([record?.policy, record?.dkim], ["reject", "relaxed"]);
 * assertEquals(faults, [{ tag: "adkim", problem: "not r or s" }]);
 * ```
 */
export function parseDmarcRecord(
  text: string,
): { readonly record?: DmarcRecord; readonly faults: readonly TagFault[] } {
  if (text.length > MAX_RECORD) return { faults: [{ tag: "", problem: `longer than ${MAX_RECORD} characters` }] };
  const { values, faults: syntax } = parseTags(text);
  const faults = [...syntax];
  const fault = (tag: string, problem: string) => void faults.push({ tag, problem });
  if (!isDmarcRecord(text)) return { faults: [{ tag: "v", problem: "the record does not begin with v=DMARC1" }] };
  const choice = (tag: string, accepted: ReadonlySet<string>, names: string) => {
    const value = values.get(tag)?.toLowerCase();
    if (value === undefined || accepted.has(value)) return value;
    fault(tag, `not ${names}`);
    return undefined;
  };
  const policyOf = (tag: string): DmarcPolicy | undefined => {
    const value = choice(tag, POLICIES, "none, quarantine or reject");
    if (value === undefined || value === "quarantine" || value === "reject") return value;
    return "none";
  };
  const alignment = (tag: string) =>
    choice(tag, new Set(["r", "s"]), "r or s") === "s" ? "strict" as const : "relaxed" as const;
  const uris = (tag: string) => {
    const given = values.get(tag)?.split(",").map((uri) => uri.trim()) ?? [];
    const valid = given.filter((uri) => URI.test(uri));
    if (valid.length < given.length) fault(tag, "not a list of URIs");
    return valid;
  };
  const percentText = values.get("pct");
  const percent = percentText === undefined ? 100 : /^\d{1,3}$/.test(percentText) ? Number(percentText) : NaN;
  if (!(percent <= 100)) fault("pct", "not a number from 0 to 100");
  const policy = policyOf("p");
  const aggregateReports = uris("rua");
  if (!values.has("p")) fault("p", "missing");
  else if ([...values.keys()][1] !== "p") fault("p", "not second");
  const subdomainPolicy = policyOf("sp");
  const [dkim, spf] = ["adkim", "aspf"].map(alignment);
  const failureReports = uris("ruf");
  if (values.has("fo") && !/^[01ds](?:[ \t]*:[ \t]*[01ds])*$/i.test(values.get("fo") ?? "")) {
    fault("fo", "not 0, 1, d or s");
  }
  if (values.has("ri") && !/^\d{1,10}$/.test(values.get("ri") ?? "")) fault("ri", "not a number");
  // With an address for reports, a record without a valid policy only asks for these (§6.6.3).
  const applied: DmarcPolicy | undefined = policy ?? (aggregateReports.length > 0 ? "none" : undefined);
  if (applied === undefined || !dkim || !spf) return { faults };
  const record: DmarcRecord = {
    ...{ policy: applied, subdomainPolicy: subdomainPolicy ?? applied, dkim, spf },
    ...{ percent: percent <= 100 ? percent : 100, aggregateReports, failureReports },
  };
  return { record, faults };
}
