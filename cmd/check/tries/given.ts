import { familyOf } from "../../../lib/cli/mod.ts";
import type { CheckReport } from "../../../lib/check/internal.ts";
import { type ConnectRule, formatAddress, ipVersion, type ResolveRule } from "../../../lib/core/mod.ts";
import { formatNameServer } from "../../../lib/dns/internal.ts";
import type { CheckCall } from "../call.ts";

/** Options of a call of `check` that a command to try must have, too, so that it asks the same. */
export interface Given {
  /** Name servers, as `--server` takes them. */
  readonly servers: readonly string[];
  /** File of authorities. */
  readonly cacert?: string;
  /** IP version. */
  readonly family?: 4 | 6;
  /** Rules for addresses, as `--resolve` takes them. */
  readonly resolve: readonly string[];
  /** Rules for hosts and ports, as `--connect-to` takes them. */
  readonly connectTo: readonly string[];
  /** DKIM selectors. */
  readonly selectors: readonly string[];
  /** Address and port that the name of the target led to, where given servers or rules decided that. */
  readonly place?: { readonly address: string; readonly port: number };
}

/** Nothing was given. */
export const NOTHING_GIVEN: Given = { servers: [], resolve: [], connectTo: [], selectors: [] };

/** Returns what a call was given, and where that led the check of a target. */
export function givenOf({ options }: Pick<CheckCall, "options">, { probes }: Pick<CheckReport, "probes">): Given {
  const { server, cacert, resolve, "connect-to": connectTo, "dkim-selector": selectors } = options;
  const family = familyOf(options);
  const connected = probes.find(({ probe }) => probe === "connect")?.findings.find(({ code }) => code === "connected");
  const { address, port } = connected?.data ?? {};
  const led = server.length + resolve.length + connectTo.length > 0;
  return {
    servers: server.map(formatNameServer),
    ...(cacert !== undefined && { cacert }),
    ...(family !== undefined && { family }),
    resolve: resolve.map(resolveText),
    connectTo: connectTo.map(connectText),
    selectors,
    ...(led && typeof address === "string" && typeof port === "number" && { place: { address, port } }),
  };
}

function resolveText({ host, port, addresses }: ResolveRule): string {
  const place = `${bracketed(host)}:${port}`;
  return addresses.length === 0 ? `-${place}` : `${place}:${addresses.map(bracketed).join(",")}`;
}

function connectText({ host = "", port, toHost = "", toPort }: ConnectRule): string {
  return `${bracketed(host)}:${port ?? ""}:${bracketed(toHost)}:${toPort ?? ""}`;
}

function bracketed(host: string): string {
  return ipVersion(host) === 6 ? `[${host}]` : host;
}

/** Returns a place as tools take it. */
export function placeText({ address, port }: NonNullable<Given["place"]>): string {
  return formatAddress({ transport: "ip", host: address, port });
}
