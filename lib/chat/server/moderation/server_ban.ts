import { inNetwork, type Network, parseNetwork } from "../../../core/address/network.ts";
import { fullMask } from "../../codec/mask.ts";
import { foldName } from "../../codec/names.ts";
import { peerHost } from "../client/peer_host.ts";
import type { Session } from "../client/session.ts";

/** Ban from the whole server. */
export interface ServerBan {
  /** Target: an address, a network, a mask `nick!user@host` or the name of an account. */
  readonly target: string;
  /** Reason, which the banned client is told. */
  readonly reason: string;
  /** Operator that set it. */
  readonly by: string;
  /** Time at which it was set, in milliseconds since 1970. */
  readonly at: number;
  /** Time at which it ends, in milliseconds since 1970; without it, it stays until it is removed. */
  readonly until?: number;
}

/** Target of a ban, as it is compared with clients. */
export type BanTarget =
  | { readonly kind: "network"; readonly network: Network }
  | { readonly kind: "mask"; readonly mask: string }
  | { readonly kind: "account"; readonly account: string };

/** Parses a target: what contains `!` or `@` is a mask, an address or network is one, anything else is an account. */
export function parseTarget(text: string): BanTarget {
  const network = parseNetwork(text);
  if (network) return { kind: "network", network };
  if (/[!@]/.test(text)) return { kind: "mask", mask: fullMask(text) };
  return { kind: "account", account: foldName(text) };
}

/** Returns whether a target concerns a client. */
export function concerns(target: BanTarget, session: Session): boolean {
  switch (target.kind) {
    case "network":
      return inNetwork(target.network, peerHost(session.info.peer));
    case "mask":
      return session.matches(target.mask);
    case "account":
      return session.account !== undefined && foldName(session.account) === target.account;
  }
}

/** Returns what a banned client is told. */
export function banText({ reason }: ServerBan): string {
  return `Banned: ${reason}`;
}

/** Encodes a ban for the file of the history. */
export function formatServerBan(ban: ServerBan): string {
  return JSON.stringify(ban);
}

/** Parses a stored ban; undefined for anything else. */
export function parseServerBan(text: string): ServerBan | undefined {
  try {
    const { target, reason, by, at, until }: Readonly<Record<string, unknown>> = JSON.parse(text);
    if (typeof target !== "string" || typeof reason !== "string" || typeof by !== "string" || typeof at !== "number") {
      return undefined;
    }
    return { target, reason, by, at, ...(typeof until === "number" ? { until } : {}) };
  } catch {
    return undefined;
  }
}
