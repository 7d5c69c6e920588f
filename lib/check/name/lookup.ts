import { type HostAddress, ipVersion, lookup, ToucanError } from "../../core/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";

/** Subject of the lookup. */
export interface LookupInput {
  /** Name in ASCII, or address. */
  readonly host: string;
}

/** Answer of the system. */
export interface LookupSeen {
  /** Addresses in the system's order. */
  readonly addresses: readonly HostAddress[];
  /** Milliseconds that it took. */
  readonly ms: number;
  /** Code and message of the error, if there is no address. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** The addresses of a name as programs of this machine get them. */
export const lookupProbe: Probe<LookupInput, LookupSeen> = {
  name: "lookup",
  layer: "name",
  async observe({ host }, { signal, timeout, dial }) {
    const begin = performance.now();
    const ms = () => performance.now() - begin;
    try {
      const addresses = await lookup(host, { signal, timeout, family: dial.family });
      return { addresses, ms: ms() };
    } catch (error) {
      if (!(error instanceof ToucanError)) throw error;
      return { addresses: [], ms: ms(), error: { code: error.code, message: error.message } };
    }
  },
  judge({ addresses, error }, { host }) {
    if (ipVersion(host)) return [];
    if (error) return [found("name-not-found", { name: host, reason: error.message })];
    return [found("name-found", { name: host, addresses: addresses.map(({ address }) => address) })];
  },
  facts: ({ addresses, ms }) => ({ addresses: addresses.length, lookup: ms }),
  summary: ({ addresses }, { host }) => ipVersion(host) ? "an address, no name" : `${addresses.length} addresses`,
};
