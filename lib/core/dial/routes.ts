import type { HostPort } from "../address/address.ts";
import { parsePort } from "../address/address.ts";
import { UsageError } from "../errors/errors.ts";
import { asciiHostName } from "../address/host_name.ts";
import { ipVersion } from "../address/ip.ts";
import type { HostAddress } from "../address/lookup.ts";

/** Addresses for a host and a port that replace a lookup. */
export interface ResolveRule {
  /** Host, or `*` for any without a rule of its own. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Addresses; an empty list cancels an earlier rule. */
  readonly addresses: readonly string[];
}

/** Host and port to connect to instead of others. TLS still verifies the name of the original host. */
export interface ConnectRule {
  /** Host that the rule is for; any if undefined. */
  readonly host?: string;
  /** Port that the rule is for; any if undefined. */
  readonly port?: number;
  /** Host to connect to; unchanged if undefined. */
  readonly toHost?: string;
  /** Port to connect to; unchanged if undefined. */
  readonly toPort?: number;
}

const HOST = String.raw`(\[[^\]]*\]|[^:[\]]*)`;
const RESOLVE = new RegExp(`^([+-]?)${HOST}:(\\d+)(?::(.*))?$`);
const CONNECT = new RegExp(`^${HOST}:(\\d*):${HOST}(?::(\\d*))?$`);

/**
 * Parses `HOST:PORT:ADDRESS[,ADDRESS]`, the format of curl: `*` means any host, IPv6 addresses may be in brackets, a
 * leading `+` is accepted, and `-HOST:PORT` cancels an earlier rule.
 *
 * @param text The rule.
 * @returns The rule, parsed.
 * @throws {UsageError} `invalid-rule` when the text is not of that form.
 * @example Use another address
 * ```ts
 * import { parseResolveRule } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(typeof parseResolveRule("a.test:80:127.0.0.1"), "object");
 * ```
 */
export function parseResolveRule(text: string): ResolveRule {
  const [, sign, host = "", port = "", list] = RESOLVE.exec(text) ?? [];
  const addresses = (list ?? "").split(",").map(unbracketed).filter((address) => address !== "");
  const wrong = addresses.find((address) => !ipVersion(address));
  if (host === "" || (sign === "-") !== (list === undefined) || wrong !== undefined) throw invalid(text);
  if (sign !== "-" && addresses.length === 0) throw invalid(text);
  return { host: normal(host), port: parsePort(port), addresses };
}

/**
 * Parses `HOST1:PORT1:HOST2:PORT2`, the format of curl: without HOST1 or PORT1 it is for any, without HOST2 or PORT2
 * that stays unchanged.
 *
 * @param text The rule.
 * @returns The rule, parsed.
 * @throws {UsageError} `invalid-rule` when the text is not of that form.
 * @example Connect to another host
 * ```ts
 * import { parseConnectRule } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(typeof parseConnectRule("a.test:80:127.0.0.1:8080"), "object");
 * ```
 */
export function parseConnectRule(text: string): ConnectRule {
  const [whole, host = "", port = "", toHost = "", toPort = ""] = CONNECT.exec(text) ?? [];
  if (whole === undefined) throw invalid(text);
  return {
    host: host === "" ? undefined : normal(host),
    port: port === "" ? undefined : parsePort(port),
    toHost: toHost === "" ? undefined : unbracketed(toHost),
    toPort: toPort === "" ? undefined : parsePort(toPort),
  };
}

/** Returns the addresses that rules define for a host and a port: the last rule wins, one for the host before one for any. */
export function ruledAddresses(
  { host, port }: HostPort,
  rules: readonly ResolveRule[] = [],
): HostAddress[] | undefined {
  const of = (name: string) => rules.findLast((rule) => rule.port === port && normal(rule.host) === name);
  const found = [of(normal(host)), of("*")].find((rule) => rule !== undefined && rule.addresses.length > 0);
  return found?.addresses.map((address) => ({ address, family: ipVersion(address) ?? 4 }));
}

/** Returns the host and port to connect to by the first rule for a host and a port; undefined if there is none. */
export function ruledTarget(address: HostPort, rules: readonly ConnectRule[] = []): HostPort | undefined {
  const name = normal(address.host);
  const rule = rules.find(({ host, port }) =>
    (host === undefined || normal(host) === name) && (port === undefined || port === address.port)
  );
  return rule && { ...address, host: rule.toHost ?? address.host, port: rule.toPort ?? address.port };
}

function unbracketed(text: string): string {
  return text.trim().replace(/^\[|\]$/g, "");
}

function normal(host: string): string {
  const bare = unbracketed(host).toLowerCase().replace(/\.$/, "");
  return bare === "*" || ipVersion(bare) ? bare : asciiHostName(bare);
}

function invalid(text: string): UsageError {
  return new UsageError(`invalid rule ${JSON.stringify(text)}`, { code: "invalid-rule" });
}
