import { LoginLimit, NetworkError, type ToucanError } from "../../../core/mod.ts";
import { SHARED_LIMITS } from "../flood/shared_limits.ts";
import type { ChatLimits } from "../options.ts";
import { countedNetwork } from "./peer_host.ts";

/** Counts connections, in total and per network, and new ones over time, and rejects those above the limits. */
export class ConnectionCounter {
  /** Number of connections that are served. */
  count = 0;
  readonly #limits: ChatLimits;
  readonly #perAddress = new Map<string, number>();
  readonly #recent: LoginLimit;

  /** Creates a counter for the limits of a server. */
  constructor(limits: ChatLimits) {
    this.#limits = limits;
    const { newConnections, connectionSeconds } = SHARED_LIMITS;
    this.#recent = new LoginLimit({
      burst: limits.perAddress * newConnections,
      interval: connectionSeconds * 1000 / limits.perAddress,
    });
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

  /** Counts a new client of an address; returns the error when there were too many in a short time. */
  arrival(peer: string): ToucanError | undefined {
    const address = countedNetwork(peer);
    if (address === "") return undefined;
    if (this.#recent.wait(peer) > 0) {
      return new NetworkError(`too many new connections from ${address}`, { code: "too-many-from-address" });
    }
    this.#recent.failed(peer);
    return undefined;
  }
}
