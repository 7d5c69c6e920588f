import { closeQuietly, NetworkError, ToucanError } from "../../core/mod.ts";
import { clientTimeout } from "./client_timeout.ts";
import { SinkConnection } from "./connection.ts";
import type { SinkHost } from "./host.ts";

/** Milliseconds that messages on their way have after a shutdown. */
const SHUTDOWN_TIMEOUT_MS = 5000;

/** Clients of a sink, on all of its ports: together they are limited, timed out, and let go at the end. */
export class SinkClients {
  readonly #host: SinkHost;
  readonly #clients = new Map<SinkConnection, Promise<void>>();
  readonly #sweeper: ReturnType<typeof setInterval>;

  /** Starts to look for clients that have timed out. */
  constructor(host: SinkHost) {
    this.#host = host;
    const { idleTime, dataTime } = host.limits;
    this.#sweeper = setInterval(() => this.#sweep(), Math.min(1000, Math.ceil(Math.min(idleTime, dataTime) / 4)));
  }

  /** Serves a client, or rejects it when there are too many. */
  admit(conn: Deno.Conn, implicitTls: boolean): void {
    const client = new SinkConnection(conn, this.#host, implicitTls);
    const { peer } = client;
    if (this.#clients.size >= this.#host.limits.connections && !this.#makeRoom()) {
      if (implicitTls) closeQuietly(conn);
      else client.cut(new NetworkError("", { code: "too-many-connections" }), "421 4.7.0 Too many connections");
      this.#host.report(
        peer,
        new NetworkError(`connection from ${peer} rejected: too many connections`, {
          code: "too-many-connections",
          peer,
        }),
      );
      return;
    }
    const served = client.serve().catch((error) => this.#host.report(peer, error)).finally(() =>
      this.#clients.delete(client)
    );
    this.#clients.set(client, served);
  }

  /** Lets all clients go: those between messages at once, others after the current one. */
  leave(): void {
    for (const client of this.#clients.keys()) client.leave();
  }

  /** Resolves when all clients have gone; those that take too long are cut. */
  async drain(): Promise<void> {
    if (this.#clients.size > 0) {
      const impatient = setTimeout(() => {
        for (const client of this.#clients.keys()) {
          client.cut(clientTimeout(client.peer), "421 4.3.2 Service not available, closing transmission channel");
        }
      }, SHUTDOWN_TIMEOUT_MS);
      await Promise.all(this.#clients.values());
      clearTimeout(impatient);
    }
    clearInterval(this.#sweeper);
  }

  /** Closes the oldest TLS handshake, so that silent clients do not block others. */
  #makeRoom(): boolean {
    for (const client of this.#clients.keys()) {
      if (!client.inHandshake) continue;
      const { peer } = client;
      const message = `TLS handshake with ${peer} dropped: too many connections`;
      client.cut(new NetworkError(message, { code: "too-many-connections", peer }), "");
      return true;
    }
    return false;
  }

  #sweep(): void {
    const now = performance.now();
    for (const client of this.#clients.keys()) {
      if (client.deadline < now) client.cut(clientTimeout(client.peer), "421 4.4.2 Timeout exceeded");
    }
  }
}

/** Returns the error of a client that could not be served. */
export function clientError(peer: string, error: unknown): ToucanError {
  if (error instanceof ToucanError) return error;
  return new NetworkError(`cannot serve ${peer}`, { code: "client-failed", peer, cause: error });
}
