import { UsageError } from "../errors/errors.ts";
import { inNetwork, type Network, parseNetwork } from "./network.ts";

/** Networks by name. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ["loopback", ["127.0.0.0/8", "::1"]],
  ["private", [
    "127.0.0.0/8",
    "::1",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
  ]],
]);
/** Number of addresses whose verdict is kept. */
const MAX_KEPT = 10_000;

/** Returns whether a text is an address, a network such as `10.0.0.0/8`, or the name of several: `loopback`, `private`. */
export function isNetwork(text: string): boolean {
  return NAMED.has(text) || parseNetwork(text) !== undefined;
}

/** Returns whether a text is the name of networks that belong to this machine or its local network. */
export function isNamedNetwork(text: string): boolean {
  return NAMED.has(text);
}

/** Addresses, networks, `loopback` and `private`: which addresses are among them. */
export class NetworkList {
  readonly #networks: readonly Network[];
  readonly #verdicts = new Map<string, boolean>();

  /**
   * Parses the networks.
   *
   * @throws {UsageError} `invalid-network`.
   */
  constructor(texts: readonly string[]) {
    this.#networks = texts.flatMap((text) => NAMED.get(text) ?? [text]).map((text) => {
      const network = parseNetwork(text);
      if (network) return network;
      throw new UsageError(`"${text}" is not an address, a network such as 10.0.0.0/8, loopback or private`, {
        code: "invalid-network",
      });
    });
  }

  /** Returns whether an address is in one of the networks. */
  has(address: string): boolean {
    const known = this.#verdicts.get(address);
    if (known !== undefined) return known;
    const verdict = this.#networks.some((network) => inNetwork(network, address));
    if (this.#verdicts.size >= MAX_KEPT) this.#verdicts.clear();
    this.#verdicts.set(address, verdict);
    return verdict;
  }
}
