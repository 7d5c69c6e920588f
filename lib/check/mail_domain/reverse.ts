import { plainIP } from "../../core/mod.ts";
import { reverseName } from "../../dns/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";
import { bareName, lookupsOf } from "./lookups.ts";
import type { Exchange } from "./mx.ts";

/** Names of an address of a mail server. */
export interface ReverseSeen {
  /** The server. */
  readonly host: string;
  /** Its address. */
  readonly address: string;
  /** Names of the address. */
  readonly names: readonly string[];
  /** Whether one of them has this address. */
  readonly confirmed: boolean;
  /** Whether it could not be looked up. */
  readonly unknown: boolean;
}

/** Mail servers of a domain. */
export interface ReverseInput {
  /** The servers. */
  readonly exchanges: readonly Exchange[];
}

/** Addresses that are looked up, and names of each. */
const MAX_ADDRESSES = 10;
const MAX_NAMES = 5;

/** Names of the addresses of the mail servers: those that send, too, are rejected without one. */
export const reverseProbe: Probe<ReverseInput, readonly ReverseSeen[]> = {
  name: "mx-ptr",
  layer: "application",
  async observe({ exchanges }, context) {
    const lookups = lookupsOf(context);
    const wanted = exchanges.flatMap(({ host, addresses }) => addresses.map((address) => ({ host, address })));
    return await Promise.all(
      wanted.slice(0, MAX_ADDRESSES).map(async ({ host, address }) => {
        const { records, error } = await lookups.records(reverseName(address) ?? address, "PTR");
        const names = records.slice(0, MAX_NAMES).map(({ fields }) => bareName(fields.target));
        const back = await Promise.all(names.map((name) => lookups.addresses(name)));
        const confirmed = back.some(({ addresses }) => addresses.some((one) => plainIP(one) === plainIP(address)));
        return { host, address, names, confirmed, unknown: error !== undefined };
      }),
    );
  },
  judge: (seen) =>
    seen.flatMap(({ host, address, names, confirmed, unknown }) => {
      if (unknown) return [];
      if (names.length === 0) return [found("mx-ptr-missing", { host, address })];
      return [found(confirmed ? "mx-ptr" : "mx-ptr-unconfirmed", { host, address, names })];
    }),
};
