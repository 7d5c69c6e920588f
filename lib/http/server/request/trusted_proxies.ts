import { ipVersion, UsageError } from "../../../core/mod.ts";
import { inNetwork, type Network, parseNetwork } from "../../../core/address/network.ts";
import type { Fields } from "../../codec/fields/fields.ts";
import { type ForwardedElement, parseForwarded } from "../../codec/fields/forwarded.ts";
import type { Arrival } from "./request.ts";

/** Networks by name. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1"],
  private: [
    "127.0.0.0/8",
    "::1",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
  ],
};

/**
 * The proxies whose forwarding fields count. Of the addresses in X-Forwarded-For or Forwarded (RFC 7239), the client is the last one
 * that is not a trusted proxy: what a client writes there itself stands before it. Where both fields are present and name
 * different clients, one of them is the client's own, and neither counts.
 */
export class TrustedProxies {
  readonly #networks: readonly Network[];
  readonly #local: boolean;

  /**
   * Reads addresses, networks, `loopback` and `private`.
   *
   * @throws {UsageError} `invalid-network`.
   */
  constructor(trusted: readonly string[]) {
    const known = trusted.map((text) => Object.hasOwn(NAMED, text) ? NAMED[text] ?? [] : [text]).flat();
    this.#local = trusted.some((text) => Object.hasOwn(NAMED, text));
    this.#networks = known.map((text) => {
      const network = parseNetwork(text);
      if (network) return network;
      throw new UsageError(`"${text}" is not an address, a network such as 10.0.0.0/8, loopback or private`, {
        code: "invalid-network",
      });
    });
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
    const host = hostOf(peer);
    return this.#networks.some((network) => inNetwork(network, host));
  }
}

function list(value: string | undefined): string[] {
  return (value ?? "").split(",").map((text) => text.trim()).filter((text) => text !== "");
}

/** Returns the address of `192.0.2.7:80`, `[2001:db8::7]:80` and the like. */
function hostOf(text: string): string {
  return /^\[(.*)\](?::\w+)?$/.exec(text)?.[1] ?? (ipVersion(text) === 6 ? text : text.replace(/:\w+$/, ""));
}
