import { ipVersion, NegativeError } from "../../core/mod.ts";
import type { MailLookups } from "./mail_dns.ts";

/** A mail server of a domain. */
export interface MailRoute {
  /** Its name, or the address that the recipient names. */
  readonly host: string;
  /** Preference of the MX record; undefined where the domain has none. */
  readonly preference?: number;
}

/** Mail servers of a domain that are tried. */
const MAX_ROUTES = 20;

/**
 * Returns the mail servers of a domain, the most preferred first (RFC 5321 §5.1); those of the same preference in random order. A domain
 * without MX records is its own mail server. A domain may be an address literal, such as `[192.0.2.1]`.
 *
 * @throws {NegativeError} `null-mx` for a domain that accepts no mail (RFC 7505).
 * @throws {NetworkError} When that cannot be told.
 */
export async function mailRoutes(domain: string, dns: MailLookups): Promise<MailRoute[]> {
  const literal = /^\[(?:IPv6:)?(.*)\]$/i.exec(domain)?.[1];
  if (literal !== undefined && ipVersion(literal) !== undefined) return [{ host: literal }];
  const records = await dns.records(domain, "MX");
  const routes = records.map(({ fields: { preference, exchange } }) => ({
    host: String(exchange).replace(/(?<=.)\.$/, ""),
    preference: Number(preference),
  }));
  const servers = routes.filter(({ host }) => host !== ".");
  if (servers.length === 0 && routes.length > 0) {
    throw new NegativeError(`${domain} accepts no mail (null MX)`, { code: "null-mx", peer: domain });
  }
  if (servers.length === 0) return [{ host: domain }];
  const shuffled = servers.map((route) => ({ route, at: Math.random() }));
  shuffled.sort((a, b) => a.route.preference - b.route.preference || a.at - b.at);
  return shuffled.slice(0, MAX_ROUTES).map(({ route }) => route);
}
