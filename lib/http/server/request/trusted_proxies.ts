import { ipVersion } from "../../../core/mod.ts";
import { isNamedNetwork, NetworkList } from "../../../core/address/network_list.ts";
import type { Fields } from "../../codec/fields/fields.ts";
import { type ForwardedElement, parseForwarded } from "../../codec/fields/forwarded.ts";
import type { Arrival } from "./arrival.ts";

/**
 * The proxies whose forwarding fields count. Of the addresses in X-Forwarded-For or Forwarded (RFC 7239), the client is the last one
 * that is not a trusted proxy: what a client writes there itself stands before it. Where both fields are present and name
 * different clients, one of them is the client's own, and neither counts.
 */
export class TrustedProxies {
  readonly #networks: NetworkList;
  readonly #local: boolean;

  /**
   * Reads addresses, networks, `loopback` and `private`.
   *
   * @throws {UsageError} `invalid-network`.
   */
  constructor(trusted: readonly string[]) {
    this.#local = trusted.some(isNamedNetwork);
    this.#networks = new NetworkList(trusted);
  }

  /** Returns how a request came to the first trusted proxy; as it came here where no trusted proxy has sent it. */
  arrival(headers: Fields, direct: Arrival): Arrival {
    if (!this.#trusts(direct.peer)) return direct;
    const chain = list(headers.get("x-forwarded-for")).map((by): ForwardedElement => ({ for: by }));
    const standard = parseForwarded(headers.get("forwarded"));
    const [ours, theirs] = [this.#client(chain, direct.peer), this.#client(standard, direct.peer)];
    if (chain.length > 0 && standard.length > 0 && ours.peer !== theirs.peer) return direct;
    const { peer, at } = chain.length > 0 ? ours : theirs;
    const element = standard[at] ?? standard[0];
    const proto = list(headers.get("x-forwarded-proto"))[0] ?? element?.proto;
    const authority = list(headers.get("x-forwarded-host"))[0] ?? element?.host;
    const prefix = headers.get("x-forwarded-prefix")?.replace(/\/+$/, "");
    return {
      peer,
      secure: proto === undefined ? direct.secure : /^(?:https|wss)$/i.test(proto),
      authority: authority !== undefined && /^[\w.~%!$&'()*+,;=:[\]-]+$/.test(authority) ? authority : undefined,
      prefix: prefix !== undefined && /^(?:\/[\w.~%!$&'()*+,;=:@-]+)+$/.test(prefix) ? prefix : undefined,
    };
  }

  /** Returns the last address that is not a trusted proxy, and its place. */
  #client(chain: readonly ForwardedElement[], direct: string): { readonly peer: string; readonly at: number } {
    let found = { peer: direct, at: chain.length };
    for (let at = chain.length - 1; at >= 0; at--) {
      const host = hostOf(chain[at]?.for ?? "");
      // What is not an address (unknown, a hidden name) ends what is known of the way.
      if (ipVersion(host) === undefined) break;
      found = { peer: host, at };
      if (!this.#trusts(host)) break;
    }
    return found;
  }

  #trusts(peer: string): boolean {
    if (peer.startsWith("unix")) return this.#local;
    return this.#networks.has(hostOf(peer));
  }
}

function list(value: string | undefined): string[] {
  return (value ?? "").split(",").map((text) => text.trim()).filter((text) => text !== "");
}

/** Returns the address of `192.0.2.7:80`, `[2001:db8::7]:80` and the like. */
function hostOf(text: string): string {
  return /^\[(.*)\](?::\w+)?$/.exec(text)?.[1] ?? (ipVersion(text) === 6 ? text : text.replace(/:\w+$/, ""));
}
