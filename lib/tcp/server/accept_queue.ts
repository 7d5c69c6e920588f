import { type Acceptor, Connection, type ToucanError } from "../../core/mod.ts";

/** Options of an {@link AcceptQueue}. */
export interface AcceptQueueOptions {
  /** Whether a client must do a TLS handshake first. */
  readonly tls: boolean;
  /** Maximum number of clients in their handshake or waiting after it. */
  readonly limit: number;
  /** Called for each client whose handshake failed. */
  readonly refused: (peer: string, error: ToucanError) => void;
  /** Called for each client beyond the limit. */
  readonly overLimit: (connection: Connection) => void;
}

/**
 * Accepts clients that are served one after the other. While one is awaited, handshakes run concurrently: a
 * silent client does not block others.
 */
export class AcceptQueue {
  readonly #acceptor: Acceptor;
  readonly #options: AcceptQueueOptions;
  readonly #over = new AbortController();
  readonly #ready: Connection[] = [];
  #wake = Promise.withResolvers<void>();
  #shaking = 0;
  #wanted = false;
  #accepting = false;
  #ended = false;

  /** Accepts the clients of a listener. */
  constructor(acceptor: Acceptor, options: AcceptQueueOptions) {
    this.#acceptor = acceptor;
    this.#options = options;
  }

  /** Returns the next client; undefined once the listener is closed. */
  async next(): Promise<Connection | undefined> {
    this.#wanted = true;
    try {
      while (true) {
        const connection = this.#ready.shift();
        if (connection) return connection;
        if (this.#ended) return undefined;
        if (!this.#accepting) void this.#accept();
        await this.#wake.promise;
      }
    } finally {
      this.#wanted = false;
    }
  }

  /** Closes all waiting clients. */
  close(): void {
    this.#ended = true;
    this.#over.abort();
    for (const connection of this.#ready.splice(0)) connection.close();
    this.#notify();
  }

  /** Accepts while a client is awaited; all others stay in the backlog. */
  async #accept(): Promise<void> {
    this.#accepting = true;
    while (this.#wanted && this.#ready.length === 0) {
      const conn = await this.#acceptor.accept();
      if (!conn) {
        this.close();
        break;
      }
      const full = this.#shaking + this.#ready.length >= this.#options.limit;
      if (this.#ended) conn.close();
      else if (!this.#options.tls) this.#arrived(this.#acceptor.plain(conn));
      else if (full && !this.#acceptor.makeRoom()) this.#options.overLimit(this.#acceptor.plain(conn));
      else void this.#admit(conn);
    }
    this.#accepting = false;
  }

  async #admit(conn: Deno.Conn): Promise<void> {
    this.#shaking++;
    const { signal } = this.#over;
    const admitted = await this.#acceptor.admit(conn, signal);
    this.#shaking--;
    if (!(admitted instanceof Connection)) {
      if (!signal.aborted) this.#options.refused(admitted.peer, admitted.error);
    } else if (signal.aborted) admitted.close();
    else this.#arrived(admitted);
  }

  #arrived(connection: Connection): void {
    this.#ready.push(connection);
    this.#notify();
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
