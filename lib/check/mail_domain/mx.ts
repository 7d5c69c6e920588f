import { ipVersion } from "../../core/mod.ts";
import { asNameServer, formatNameServer } from "../../dns/internal.ts";
import { resolverConfig } from "../name/servers.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import { type Finding, found } from "../words/findings.ts";
import { bareName, type Looked, lookupsOf } from "./lookups.ts";

/** A domain whose mail is checked. */
export interface DomainInput {
  /** The domain in ASCII. */
  readonly domain: string;
}

/** A mail server that the domain names. */
export interface Exchange {
  /** Its name, or what stands in its place. */
  readonly host: string;
  /** Preference. */
  readonly preference: number;
  /** Its addresses. */
  readonly addresses: readonly string[];
  /** Name that it is an alias of. */
  readonly alias?: string;
  /** Why its addresses are not known. */
  readonly error?: string;
}

/** Mail servers of a domain, as far as they are known. */
export interface MxSeen {
  /** Mail servers, the most preferred first. */
  readonly exchanges: readonly Exchange[];
  /** Whether the domain has an MX record that says that it accepts no mail. */
  readonly nullMx: boolean;
  /** Whether it has no MX record, so that its own addresses stand for it. */
  readonly implicit: boolean;
  /** Whether the domain does not exist. */
  readonly missing: boolean;
  /** The name servers, if they say that of the root, too. */
  readonly denying?: readonly string[];
  /** Why nothing is known. */
  readonly error?: Looked["error"];
}

/** Mail servers that are looked at. */
const MAX_EXCHANGES = 20;

/** The MX records of a domain, and the addresses of its mail servers. */
export const mxProbe: Probe<DomainInput, MxSeen> = {
  name: "mx",
  layer: "name",
  async observe({ domain }, context) {
    const lookups = lookupsOf(context);
    const { records, missing, error } = await lookups.records(domain, "MX");
    // Name servers that say of everything that it does not exist tell nothing of the domain.
    const denying = missing && (await lookups.records(".", "NS")).missing ? await serversOf(context) : undefined;
    const named = records.map(({ fields: { preference, exchange } }) => ({
      host: bareName(exchange),
      preference: Number(preference),
    })).sort((a, b) => a.preference - b.preference);
    const nullMx = named.some(({ host }) => host === ".");
    const implicit = named.length === 0 && !missing && !error;
    const wanted = implicit ? [{ host: domain, preference: 0 }] : named.filter(({ host }) => host !== ".");
    const exchanges = await Promise.all(
      wanted.slice(0, MAX_EXCHANGES).map(async ({ host, preference }) => {
        if (ipVersion(host)) return { host, preference, addresses: [] };
        const [{ addresses, error }, aliases] = await Promise.all([
          lookups.addresses(host),
          lookups.records(host, "CNAME"),
        ]);
        const alias = implicit ? undefined : aliases.records[0]?.fields.target;
        return {
          ...{ host, preference, addresses },
          ...(alias !== undefined && { alias: bareName(alias) }),
          ...(error && { error: error.reason }),
        };
      }),
    );
    return { exchanges, nullMx, implicit, missing, ...(denying && { denying }), ...(error && { error }) };
  },
  judge,
  facts: ({ exchanges }) => ({ "mx": exchanges.length }),
  summary({ exchanges, nullMx, implicit }) {
    if (nullMx && exchanges.length === 0) return "accepts no mail";
    if (implicit) return "no MX";
    return exchanges.length === 1 ? `MX ${exchanges[0]?.host}` : exchanges.length === 0 ? "" : `${exchanges.length} MX`;
  },
};

/** Returns the name servers that a check asks. */
async function serversOf(context: ProbeContext): Promise<string[]> {
  const config = await resolverConfig(context);
  return config?.servers.map((server) => formatNameServer(asNameServer(server, config.tcp))) ?? [];
}

function judge({ exchanges, nullMx, implicit, missing, denying, error }: MxSeen, { domain }: DomainInput): Finding[] {
  if (error) {
    return [found(error.timedOut ? "mx-lookup-timed-out" : "mx-lookup-failed", { domain, reason: error.reason })];
  }
  if (denying) {
    const evidence = denying.map((server) => `${server}: NXDOMAIN for the root`);
    return [found("resolvers-without-root", { name: domain, status: "NXDOMAIN", servers: denying, evidence })];
  }
  if (missing) return [found("domain-not-found", { domain })];
  if (nullMx && exchanges.length === 0) return [found("mx-null", { domain })];
  const usable = exchanges.filter(({ addresses }) => addresses.length > 0);
  if (implicit) {
    return [usable.length > 0 ? found("mx-implicit", { domain }) : found("mx-missing", { domain })];
  }
  const findings = exchanges.flatMap(({ host, addresses, alias, error = "" }): Finding[] => {
    if (ipVersion(host)) return [found("mx-address", { domain, host })];
    if (alias !== undefined) return [found("mx-alias", { host, alias })];
    return addresses.length > 0 ? [] : [found("mx-without-address", { host, reason: error })];
  });
  if (nullMx) findings.push(found("mx-null-and-others", { domain }));
  const servers = exchanges.map(({ host, preference }) => `${preference} ${host}`);
  if (usable.length === 0) return [found("mx-none-usable", { domain, servers }), ...findings];
  return [found("mx-found", { domain, servers }), ...findings];
}
