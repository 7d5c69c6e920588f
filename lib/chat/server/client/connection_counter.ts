import { NetworkError, type ToucanError } from "../../../core/mod.ts";
import type { ChatLimits } from "../options.ts";
import { countedNetwork } from "./peer_host.ts";

/** Counts connections, in total and per network, and rejects those above the limits. */
export class ConnectionCounter {
  /** Number of connections that are served. */
  count = 0;
  readonly #limits: ChatLimits;
  readonly #perAddress = new Map<string, number>();

  /** Creates a counter for the limits of a server. */
  constructor(limits: ChatLimits) {
    this.#limits = limits;
  }

  /** Counts a connection; returns the function that removes it again, once. */
  add(peer: string): () => void {
    const address = countedNetwork(peer);
    this.count++;
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    let counted = true;
    return () => {
      if (!counted) return;
      counted = false;
      this.count--;
      const rest = (this.#perAddress.get(address) ?? 1) - 1;
      if (rest === 0) this.#perAddress.delete(address);
      else this.#perAddress.set(address, rest);
    };
  }

  /** Returns the error for a new connection above a limit; undefined when it is within the limits. */
  refusal(peer: string): ToucanError | undefined {
    const { connections, perAddress } = this.#limits;
    if (this.count >= connections) {
      return new NetworkError(`too many connections (limit: ${connections})`, { code: "too-many-connections" });
    }
    const address = countedNetwork(peer);
    if (address === "" || (this.#perAddress.get(address) ?? 0) < perAddress) return undefined;
    return new NetworkError(`too many connections from ${address} (limit: ${perAddress})`, {
      code: "too-many-from-address",
    });
  }
}
