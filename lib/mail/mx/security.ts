import {
  ipVersion,
  NetworkError,
  type ResolveRule,
  ruledTarget,
  ToucanError,
  type WaitOptions,
} from "../../core/mod.ts";
import type { RequestOptions } from "../../http/internal.ts";
import { fitsStsPolicy, MAX_POLICY_BYTES, parseStsPolicy, parseStsRecord, type StsPolicy } from "./codec/sts_policy.ts";
import { tlsaPolicy, type TlsaRecord } from "./codec/tlsa.ts";
import type { MailLookups } from "./mail_dns.ts";
import type { MailRoute } from "./mail_routes.ts";

/** Policy of a domain for TLS, and what came of it. */
export interface RouteSecurity {
  /** Policy that applies to the mail server. */
  readonly policy: "dane" | "mta-sts" | "none";
  /** Keys of which the server must have one; with DANE. */
  readonly pins?: readonly string[];
  /** Records of which one must be about the certificate of the server, where it has none of these keys; with DANE. */
  readonly records?: readonly TlsaRecord[];
  /** Whether TLS is required. */
  readonly tls: boolean;
  /** Whether the certificate is verified for the name of the server. */
  readonly verify: boolean;
  /** Findings that do not stop the delivery. */
  readonly notes: readonly string[];
}

/** Options of {@link stsPolicyOf}. */
export interface StsOptions
  extends WaitOptions, Pick<RequestOptions, "tls" | "proxy" | "family" | "resolve" | "connectTo"> {}

/** Milliseconds in which a policy must arrive. */
const POLICY_TIMEOUT_MS = 20_000;

/**
 * Fetches the policy of a domain (MTA-STS, RFC 8461 §3.3). It is fetched in each run, and never stored.
 *
 * @returns The policy, if there is one, and why one that is announced cannot be used.
 */
export async function stsPolicyOf(
  domain: string,
  dns: MailLookups,
  options: StsOptions,
): Promise<{ readonly policy?: StsPolicy; readonly note?: string }> {
  if (domain.startsWith("[")) return {};
  try {
    const texts = await dns.records(`_mta-sts.${domain}`, "TXT");
    const id = parseStsRecord(texts.map(({ fields }) => Array.isArray(fields.strings) ? fields.strings.join("") : ""));
    if (id === undefined) return {};
    const addresses = dns.own ? await policyAddresses(domain, dns, options) : [];
    const url = `https://mta-sts.${domain}/.well-known/mta-sts.txt`;
    const { request } = await import("../../http/internal.ts");
    using response = await request(url, {
      timeout: POLICY_TIMEOUT_MS,
      ...options,
      resolve: addresses.concat(options.resolve ?? []),
    });
    if (response.status !== 200) return { note: `MTA-STS: the policy is not there (${response.status} from ${url})` };
    const policy = parseStsPolicy(await response.body.text(MAX_POLICY_BYTES));
    return policy ? { policy } : { note: `MTA-STS: the policy is invalid (${url})` };
  } catch (error) {
    if (!(error instanceof ToucanError) || options.signal?.aborted) throw error;
    return { note: `MTA-STS: ${error.message}` };
  }
}

/** Returns the addresses of the host of a policy, or of the one that a rule names instead, as the given name servers know them. */
async function policyAddresses(
  domain: string,
  dns: MailLookups,
  { family, connectTo }: StsOptions,
): Promise<ResolveRule[]> {
  const named = { transport: "ip", host: `mta-sts.${domain}`, port: 443 } as const;
  const { host, port } = ruledTarget(named, connectTo) ?? named;
  if (ipVersion(host)) return [];
  const types = family === undefined ? ["A", "AAAA"] as const : [family === 4 ? "A" : "AAAA"] as const;
  const found = await Promise.all(types.map((type) => dns.records(host, type)));
  const addresses = found.flat().map(({ fields }) => String(fields.address));
  return addresses.length === 0 ? [] : [{ host, port, addresses }];
}

/**
 * Returns what TLS a mail server must use: by DANE (RFC 7672) where both its name and its TLSA records are signed, else by MTA-STS.
 *
 * @throws {NetworkError} `dane-bogus`, `dane-unsupported`, `mta-sts-mismatch`: nothing may be sent to this server.
 */
export async function routeSecurity(
  route: MailRoute,
  { domain, port, dns, sts }: { domain: string; port: number; dns: MailLookups; sts: StsPolicy | undefined },
): Promise<RouteSecurity> {
  const notes: string[] = [];
  const dane = await daneOf(route, domain, port, dns, notes);
  if (dane) return { ...dane, notes };
  if (!sts || sts.mode === "none") return { policy: "none", tls: false, verify: false, notes };
  const fits = fitsStsPolicy(route.host, sts);
  if (sts.mode === "testing") {
    if (!fits) notes.push(`MTA-STS (testing): ${route.host} is not in the policy of ${domain}`);
    return { policy: "mta-sts", tls: false, verify: false, notes };
  }
  if (!fits) {
    throw new NetworkError(`cannot send to ${route.host}: it is not in the MTA-STS policy of ${domain}`, {
      code: "mta-sts-mismatch",
      peer: route.host,
    });
  }
  return { policy: "mta-sts", tls: true, verify: true, notes };
}

async function daneOf(
  { host, preference }: MailRoute,
  domain: string,
  port: number,
  dns: MailLookups,
  notes: string[],
): Promise<Omit<RouteSecurity, "notes"> | undefined> {
  if (domain.startsWith("[")) return undefined;
  // An MX record that is not signed could name any server.
  const mx = preference === undefined ? undefined : await dns.validated(domain, "MX");
  if (mx && mx.status !== "secure" && mx.status !== "bogus") return undefined;
  const name = `_${port}._tcp.${host}`;
  const found = mx?.status === "bogus" ? mx : await dns.validated(name, "TLSA");
  if (!found || found.status === "insecure") return undefined;
  if (found.status === "indeterminate") {
    notes.push(`DANE: not looked up (${found.reason?.code ?? "no answer"})`);
    return undefined;
  }
  if (found.status === "bogus") {
    // A server that does not know DNSSEC returns no signatures at all: then nothing is known, as without DANE.
    if (found.reason?.code === "no-signatures") {
      notes.push("DANE: not looked up (the name server returns no signatures)");
      return undefined;
    }
    throw new NetworkError(`cannot send to ${host}: the DNSSEC signatures of ${found.name} are not valid`, {
      code: "dane-bogus",
      peer: host,
    });
  }
  const records = found.answers.filter(({ type }) => type === "TLSA");
  if (records.length === 0) return undefined;
  const wanted = tlsaPolicy(records);
  if (wanted.kind === "known") {
    return { policy: "dane", pins: wanted.pins, records: wanted.records, tls: true, verify: true };
  }
  if (wanted.kind === "unusable") return { policy: "dane", tls: true, verify: false };
  throw new NetworkError(
    `cannot send to ${host}: its TLSA records have forms that are not supported: ${wanted.forms.join(", ")}`,
    {
      code: "dane-unsupported",
      peer: host,
      hint: "supported are the usages 2 and 3, the selectors 0 and 1, the matching types 0, 1 and 2",
    },
  );
}
