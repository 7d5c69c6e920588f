import { type HostAddress, ipVersion, lookup, ruledAddresses, ToucanError } from "../../core/mod.ts";
import { addressesOf } from "../../dns/internal.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import { cut, cutList } from "../words/cut.ts";
import { found } from "../words/findings.ts";
import { givenServers } from "./servers.ts";

/** Subject of the lookup. */
export interface LookupInput {
  /** Name in ASCII, or address. */
  readonly host: string;
  /** Port, for rules. */
  readonly port: number;
  /** Whether no name server is asked for the name, so that no other probe judges that it has no address. @default false */
  readonly alone?: boolean;
}

/** Answer of the system. */
export interface LookupSeen {
  /** Where the addresses come from: the name is one, a rule given, the servers given, or the system as programs ask it. */
  readonly by: "literal" | "rule" | "servers" | "system";
  /** Addresses in the system's order. */
  readonly addresses: readonly HostAddress[];
  /** Addresses of a rule, if all are of the family that is not wanted. */
  readonly otherFamily?: readonly string[];
  /** Milliseconds that it took. */
  readonly ms: number;
  /** Code and message of the error, if there is no address. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** The addresses of a name as programs of this machine get them. */
export const lookupProbe: Probe<LookupInput, LookupSeen> = {
  name: "lookup",
  layer: "name",
  async observe(input, context) {
    const begin = performance.now();
    const ruled = ruledAddresses({ transport: "ip", ...input }, context.dial.resolve);
    const by = ipVersion(input.host)
      ? "literal"
      : ruled
      ? "rule"
      : context.servers && !input.alone
      ? "servers"
      : "system";
    if (ruled) {
      const { family } = context.dial;
      const addresses = ruled.filter((address) => family === undefined || address.family === family);
      const others = addresses.length === 0 && { otherFamily: cutList(ruled.map(({ address }) => address)) };
      return { by, addresses, ms: performance.now() - begin, ...others };
    }
    try {
      const addresses = await (by === "servers" ? addressesFromServers : fromSystem)(input.host, context);
      return { by, addresses, ms: performance.now() - begin };
    } catch (error) {
      if (context.signal.aborted || !(error instanceof ToucanError)) throw error;
      const { code, message } = error;
      return { by, addresses: [], ms: performance.now() - begin, error: { code, message: cut(message) } };
    }
  },
  judge({ by, addresses, otherFamily, error }, { host, alone }) {
    if (otherFamily) {
      const [first = ""] = otherFamily;
      const family = ipVersion(first) === 4 ? 6 : 4;
      return [found("no-address-of-family", { name: host, family, addresses: otherFamily })];
    }
    if (alone && addresses.length === 0) {
      const reason = error?.message ?? "no address was found";
      const version = ipVersion(host);
      if (version) {
        return [found("no-address-of-family", { name: host, family: version === 4 ? 6 : 4, addresses: [host] })];
      }
      return [found("name-not-found", { name: host, reason })];
    }
    if (by === "literal" || addresses.length === 0) return [];
    return [found("name-found", { name: host, addresses: cutList(addresses.map(({ address }) => address)) })];
  },
  facts: ({ addresses, ms }) => ({ addresses: addresses.length, lookup: ms }),
  summary({ by, addresses }) {
    if (by === "literal") return "an address, no name";
    return addresses.length === 1 ? addresses[0]?.address ?? "" : `${addresses.length} addresses`;
  },
};

async function fromSystem(host: string, { signal, timeout, dial }: ProbeContext): Promise<HostAddress[]> {
  return await lookup(host, { signal, timeout, family: dial.family });
}

/**
 * Returns the addresses that the servers given for the check have for a name.
 *
 * @throws {ToucanError} When there are none, and the servers tell why.
 */
export async function addressesFromServers(host: string, context: ProbeContext): Promise<HostAddress[]> {
  const { servers = [], signal, timeout, dial, connections } = context;
  const config = givenServers(servers, timeout);
  const { answers, error } = await addressesOf(host, {
    ...{ config, signal, timeout, connections },
    family: dial.family,
  });
  const addresses = answers.flatMap(({ data }): HostAddress[] => {
    const family = ipVersion(data);
    return family ? [{ address: data, family }] : [];
  });
  if (addresses.length === 0 && error) throw error;
  return addresses;
}
