import { type HostPort, ipVersion, ruledAddresses, ruledTarget } from "../../core/mod.ts";
import { asNameServer, formatNameServer } from "../../dns/internal.ts";
import { resolverConfig } from "../name/servers.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import { type Finding, found } from "../words/findings.ts";
import { bareName, type Looked, type Lookups, lookupsOf } from "./lookups.ts";

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
  /** Its addresses, or those of the host that a rule names instead, of the family that the check is limited to. */
  readonly addresses: readonly string[];
  /** Port to connect to, if a rule names another one than that of mail. */
  readonly port?: number;
  /** Addresses of the other family, if it has no others. */
  readonly otherFamily?: readonly string[];
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
  /** Family that addresses are limited to. */
  readonly family?: 4 | 6;
  /** Whether the domain does not exist. */
  readonly missing: boolean;
  /** The name servers, if they say that of the root, too. */
  readonly denying?: readonly string[];
  /** Why nothing is known. */
  readonly error?: Looked["error"];
}

/** Port of mail between servers. */
export const MAIL_PORT = 25;

/** Mail servers that are looked at. */
const MAX_EXCHANGES = 20;

/** The MX records of a domain, and the addresses of its mail servers. */
export const mxProbe: Probe<DomainInput, MxSeen> = {
  name: "mx",
  layer: "name",
  async observe({ domain }, context) {
    const lookups = lookupsOf(context);
    const { family } = context.dial;
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
        const to = placeOf(host, context);
        const [{ addresses: all, error }, aliases] = await Promise.all([
          addressesAt(to, context),
          lookups.records(host, "CNAME"),
        ]);
        const alias = implicit ? undefined : aliases.records[0]?.fields.target;
        const wanted = family === undefined ? all : all.filter((address) => ipVersion(address) === family);
        const missed = wanted.length === 0 && all.length > 0;
        // The other family tells nothing of this one.
        const failed = missed ? (await lookups.records(to.host, family === 4 ? "A" : "AAAA")).error ?? error : error;
        return {
          ...{ host, preference, addresses: wanted },
          ...(to.port !== MAIL_PORT && { port: to.port }),
          ...(missed && !failed && { otherFamily: all }),
          ...(alias !== undefined && { alias: bareName(alias) }),
          ...(failed && { error: failed.reason }),
        };
      }),
    );
    const limited = family !== undefined && { family };
    return { exchanges, nullMx, implicit, missing, ...limited, ...(denying && { denying }), ...(error && { error }) };
  },
  judge,
  facts: ({ exchanges }) => ({ "mx": exchanges.length }),
  summary({ exchanges, nullMx, implicit }) {
    if (nullMx && exchanges.length === 0) return "accepts no mail";
    if (implicit) return "no MX";
    return exchanges.length === 1 ? `MX ${exchanges[0]?.host}` : exchanges.length === 0 ? "" : `${exchanges.length} MX`;
  },
};

/** Returns where connections to a mail server go: to its port of mail, or where a rule leads them. */
function placeOf(host: string, { dial: { connectTo } }: ProbeContext): HostPort {
  const to: HostPort = { transport: "ip", host, port: MAIL_PORT };
  return ruledTarget(to, connectTo) ?? to;
}

/** Returns the addresses of such a place: its own if it is one, those of a rule, or those that DNS has. */
function addressesAt(to: HostPort, context: ProbeContext): ReturnType<Lookups["addresses"]> {
  const ruled = ruledAddresses(to, context.dial.resolve)?.map(({ address }) => address);
  if (ruled) return Promise.resolve({ addresses: ruled });
  if (ipVersion(to.host)) return Promise.resolve({ addresses: [to.host] });
  return lookupsOf(context).addresses(to.host);
}

/** Returns the name servers that a check asks. */
async function serversOf(context: ProbeContext): Promise<string[]> {
  const { config } = await resolverConfig(context);
  return config?.servers.map((server) => formatNameServer(asNameServer(server, config.tcp))) ?? [];
}

function judge(seen: MxSeen, { domain }: DomainInput): Finding[] {
  const { exchanges, nullMx, implicit, missing, denying, error, family = 0 } = seen;
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
  const other = exchanges.find(({ otherFamily }) => otherFamily !== undefined);
  if (usable.length === 0 && other) {
    const { host, otherFamily = [] } = other;
    return [found("no-address-of-family", { name: host, family, addresses: otherFamily.slice(0, 8) })];
  }
  if (implicit) {
    return [usable.length > 0 ? found("mx-implicit", { domain }) : found("mx-missing", { domain })];
  }
  const findings = exchanges.flatMap(({ host, addresses, otherFamily, alias, error = "" }): Finding[] => {
    if (ipVersion(host)) return [found("mx-address", { domain, host })];
    if (alias !== undefined) return [found("mx-alias", { host, alias })];
    if (otherFamily) return [found("mx-of-other-family", { host, family, addresses: otherFamily.slice(0, 8) })];
    return addresses.length > 0 ? [] : [found("mx-without-address", { host, reason: error })];
  });
  if (nullMx) findings.push(found("mx-null-and-others", { domain }));
  const servers = exchanges.map(({ host, preference }) => `${preference} ${host}`);
  if (usable.length === 0) return [found("mx-none-usable", { domain, servers }), ...findings];
  return [found("mx-found", { domain, servers }), ...findings];
}
