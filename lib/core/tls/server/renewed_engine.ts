import type { Transport } from "../../dial/connection.ts";
import type { KeyPair } from "../certificate/certificate.ts";
import type { CertificateRenewals } from "./options.ts";
import type { SecuredClient, SecureOptions, ServerEngine } from "./server_engine.ts";

/** Engine with the number of its handshakes in progress. */
interface UsedEngine {
  readonly engine: ServerEngine;
  uses: number;
}

/** Creates an engine for a certificate. */
export type CreateEngine = (pair: Pick<KeyPair, "cert" | "key">) => ServerEngine;

/** Server end of TLS whose certificate is renewed while it runs: handshakes that have begun end with the one before. */
export class RenewedEngine implements ServerEngine {
  #current: UsedEngine;
  readonly #subscription: Disposable;

  /** Creates an engine for the first certificate, and for each renewed one. */
  constructor(first: Pick<KeyPair, "cert" | "key">, renewals: CertificateRenewals, start: CreateEngine) {
    this.#current = { engine: start(first), uses: 0 };
    this.#subscription = renewals.subscribe((pair) => {
      const before = this.#current;
      this.#current = { engine: start(pair), uses: 0 };
      if (before.uses === 0) before.engine[Symbol.dispose]();
    });
  }

  /** Does the handshake with a client. Closes the connection when that fails, or the signal fires first. */
  async secure(conn: Transport, signal: AbortSignal, peer: string, options?: SecureOptions): Promise<SecuredClient> {
    const used = this.#current;
    used.uses++;
    try {
      return await used.engine.secure(conn, signal, peer, options);
    } finally {
      used.uses--;
      if (used.uses === 0 && used !== this.#current) used.engine[Symbol.dispose]();
    }
  }

  /** Stops; handshakes in progress fail. */
  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.#current.engine[Symbol.dispose]();
  }
}
