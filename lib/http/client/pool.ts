import type { ClientConnection } from "./connection.ts";

/** Options of {@link ConnectionPool}. */
export interface PoolOptions {
  /**
   * Maximum number of idle connections for one origin.
   * @default {8}
   */
  readonly maxIdle?: number;
  /**
   * Maximum number of idle connections for all origins; the least recently used ones are closed.
   * @default {64}
   */
  readonly maxIdleTotal?: number;
  /**
   * Milliseconds after which an idle connection is closed.
   * @default {30000}
   */
  readonly idleTimeout?: number;
}

interface Kept {
  readonly key: string;
  readonly connection: ClientConnection;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Keeps connections for further requests to the same origin under the same conditions (proxy, TLS, family).
 *
 * @example Two requests on one connection
 * ```ts
 * import { ConnectionPool, request, serveHttp } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveHttp("127.0.0.1:0", () => ({ body: "hello" }));
 * using pool = new ConnectionPool();
 * for (const reused of [false, true]) {
 *   const response = await request(server.url, { pool });
 *   await response.body.text(1000);
 *   assertEquals(response.phases.reused, reused);
 * }
 * ```
 */
export class ConnectionPool implements Disposable {
  readonly #idle = new Map<string, Kept[]>();
  /** The same in the order in which they were used. */
  readonly #all = new Set<Kept>();
  readonly #clients = new Map<string, Deno.HttpClient>();
  readonly #options: PoolOptions;
  #closed = false;

  /** Makes an empty pool. */
  constructor(options?: PoolOptions) {
    this.#options = options ?? {};
  }

  /** @ignore The connection for these conditions that was used last. */
  take(key: string): ClientConnection | undefined {
    const kept = this.#idle.get(key)?.at(-1);
    if (!kept) return undefined;
    this.#forget(kept);
    return kept.connection;
  }

  /** @ignore Keeps a connection that may carry another request, `idle` milliseconds at most. */
  give(key: string, connection: ClientConnection, idle: number = Infinity): void {
    const { maxIdle = 8, maxIdleTotal = 64, idleTimeout = 30_000 } = this.#options;
    const list = this.#idle.get(key) ?? [];
    if (this.#closed || list.length >= maxIdle) return connection.close();
    const timer = setTimeout(() => this.#close(kept), Math.min(idle, idleTimeout));
    // An idle connection does not keep the program running.
    Deno.unrefTimer(timer);
    const kept: Kept = { key, connection, timer };
    list.push(kept);
    this.#idle.set(key, list);
    this.#all.add(kept);
    const [oldest] = this.#all;
    if (oldest && this.#all.size > maxIdleTotal) this.#close(oldest);
  }

  #forget(kept: Kept): void {
    clearTimeout(kept.timer);
    this.#all.delete(kept);
    const list = this.#idle.get(kept.key) ?? [];
    list.splice(list.lastIndexOf(kept), 1);
    if (list.length === 0) this.#idle.delete(kept.key);
  }

  #close(kept: Kept): void {
    this.#forget(kept);
    kept.connection.close();
  }

  /** @ignore The client of `fetch` for these conditions, made when there is none; undefined when the pool is closed. */
  client(key: string, make: () => Deno.HttpClient): Deno.HttpClient | undefined {
    if (this.#closed) return undefined;
    const client = this.#clients.get(key) ?? make();
    this.#clients.set(key, client);
    return client;
  }

  /** @ignore Lets a client go whose connections may be dead; what it is asked already goes on. */
  drop(key: string, client: Deno.HttpClient): void {
    if (this.#clients.get(key) !== client) return;
    this.#clients.delete(key);
    client.close();
  }

  /** Closes the connections that are idle now, and those that are in use once they are no more. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const kept of [...this.#all]) this.#close(kept);
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }
}
