import { bindTcp, SystemError } from "../../../core/mod.ts";
import type { PortRange } from "../types.ts";

/** Ports tried at most for one data connection, if other programs use them: many in a row may. An attempt takes some microseconds. */
const MAX_ATTEMPTS = 256;

/** A link-local address (RFC 4291 §2.5.6) cannot be bound without its interface, which an accepted connection does not tell. */
const LINK_LOCAL = /^fe[89ab][0-9a-f]:/i;

/** Listeners for data connections, on ports of a range. */
export class PassivePorts {
  readonly #range?: PortRange;
  readonly #used = new Set<number>();

  /** Takes ports from a range; without one the system chooses. */
  constructor(range?: PortRange) {
    this.#range = range;
  }

  /**
   * Binds a free port of an IP address.
   *
   * @returns The listener; undefined if no port of the range is free.
   */
  bind(address: string): Deno.TcpListener | undefined {
    const host = LINK_LOCAL.test(address) ? "::" : address;
    if (!this.#range) return bindTcp({ transport: "ip", host, port: 0 });
    for (const port of this.#candidates(this.#range)) {
      try {
        const listener = bindTcp({ transport: "ip", host, port });
        this.#used.add(port);
        return listener;
      } catch (error) {
        if (!(error instanceof SystemError && error.code === "address-in-use")) throw error;
      }
    }
    return undefined;
  }

  /** Takes back the port of a listener that was closed. */
  free(port: number): void {
    this.#used.delete(port);
  }

  /** Free ports, from a random one on: a port that was used last may still be expected by another client. */
  *#candidates({ from, to }: PortRange): Generator<number> {
    const count = to - from + 1;
    const start = Math.floor(Math.random() * count);
    let attempts = 0;
    for (let i = 0; i < count && attempts < MAX_ATTEMPTS; i++) {
      const port = from + (start + i) % count;
      if (this.#used.has(port)) continue;
      attempts++;
      yield port;
    }
  }
}
