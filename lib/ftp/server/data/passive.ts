import { acceptNext, closeQuietly, NetworkError } from "../../../core/mod.ts";
import type { PassivePorts } from "./ports.ts";

/**
 * Port on which one data connection is expected: the first one from the address of the control connection. Others are closed,
 * and change nothing. The port is free again as soon as the connection has come, or the time is over.
 */
export class Passive {
  /** Number of the port. */
  readonly port: number;
  /** The connection; rejects if none came in time, or the port was closed. */
  readonly connection: Promise<Deno.TcpConn>;
  readonly #listener: Deno.TcpListener;
  readonly #ports: PassivePorts;
  readonly #timer: ReturnType<typeof setTimeout>;
  #open = true;
  #closed = false;
  #accepted?: Deno.TcpConn;

  /** Accepts on a listener of `ports` a connection from `host`. */
  constructor(listener: Deno.TcpListener, ports: PassivePorts, host: string, timeout: number) {
    this.port = listener.addr.port;
    this.#listener = listener;
    this.#ports = ports;
    this.#timer = setTimeout(() => this.#stop(), timeout);
    this.connection = this.#accept(host);
    // It may never be waited for.
    this.connection.catch(() => {});
  }

  async #accept(host: string): Promise<Deno.TcpConn> {
    try {
      for (;;) {
        const conn = await acceptNext(this.#listener, () => !this.#open);
        if (!conn) throw new NetworkError("no data connection was opened", { code: "data-connection" });
        if (plainHost(conn.remoteAddr.hostname) === host && !this.#closed) return this.#accepted = conn;
        closeQuietly(conn);
      }
    } finally {
      this.#stop();
      this.#ports.free(this.port);
    }
  }

  /** Stops listening. */
  #stop(): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#timer);
    closeQuietly(this.#listener);
  }

  /** Stops listening, and closes the connection that was accepted. Resolves when the port can be used again. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stop();
    if (this.#accepted) closeQuietly(this.#accepted);
    await this.connection.catch(() => {});
  }
}

/** Returns an IP address without the prefix that IPv4 has on a socket for both families. */
export function plainHost(host: string): string {
  return host.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
