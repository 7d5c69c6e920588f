import {
  Deadline,
  handshakeError,
  type SecuredClient,
  type ServerEngine,
  TimeoutError,
  type ToucanError,
  type Transport,
} from "../../../core/mod.ts";

/** TLS handshake on a control connection, which can be aborted. */
export class Handshake {
  #abort?: AbortController;

  /** Whether it is in progress. */
  get running(): boolean {
    return this.#abort !== undefined;
  }

  /** Whether it is in progress and not aborted. */
  get active(): boolean {
    return this.#abort?.signal.aborted === false;
  }

  /** Ends it with an error. */
  abort(error: ToucanError): void {
    this.#abort?.abort(error);
  }

  /**
   * Performs it, and closes the connection if it fails.
   *
   * @throws {NetworkError} `tls-…`.
   * @throws {TimeoutError} `client-too-slow`.
   */
  async run(
    engine: ServerEngine | undefined,
    conn: Transport,
    peer: string,
    timeout: number,
  ): Promise<SecuredClient> {
    if (!engine) throw new Error("TLS without a certificate");
    const abort = this.#abort = new AbortController();
    using deadline = new Deadline({ signal: abort.signal, timeout }, `TLS handshake with ${peer}`);
    try {
      return await engine.secure(conn, deadline.signal, peer);
    } catch (error) {
      throw error instanceof TimeoutError ? clientTimeout(peer) : handshakeError(error, peer);
    } finally {
      this.#abort = undefined;
    }
  }
}

/** Returns the error for a client that timed out. */
export function clientTimeout(peer: string): TimeoutError {
  return new TimeoutError(`${peer} timed out`, { code: "client-too-slow", peer });
}
