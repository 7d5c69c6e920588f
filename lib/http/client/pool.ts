import type { ClientConnection } from "./connection.ts";

/** How a pool keeps connections. */
export interface PoolOptions {
  /** How many idle connections are kept for one origin. @default 8 */
  readonly maxIdle?: number;
  /** Milliseconds after which an idle connection is closed. @default 30000 */
  readonly idleTimeout?: number;
}

interface Kept {
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
  readonly #clients = new Map<string, Deno.HttpClient>();
  readonly #options: PoolOptions;
  #closed = false;

  /** Makes an empty pool. */
  constructor(options?: PoolOptions) {
    this.#options = options ?? {};
  }

  /** @ignore The connection for these conditions that was used last. */
  take(key: string): ClientConnection | undefined {
    const kept = this.#idle.get(key)?.pop();
    clearTimeout(kept?.timer);
    return kept?.connection;
  }

  /** @ignore Keeps a connection that may carry another request. */
  give(key: string, connection: ClientConnection): void {
    const { maxIdle = 8, idleTimeout = 30_000 } = this.#options;
    const list = this.#idle.get(key) ?? [];
    if (this.#closed || list.length >= maxIdle) return connection.close();
    const timer = setTimeout(() => {
      list.splice(list.findIndex((kept) => kept.connection === connection), 1);
      connection.close();
    }, idleTimeout);
    // An idle connection is no reason for a program to go on.
    Deno.unrefTimer(timer);
    list.push({ connection, timer });
    this.#idle.set(key, list);
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
    for (const { connection, timer } of [...this.#idle.values()].flat()) {
      clearTimeout(timer);
      connection.close();
    }
    this.#idle.clear();
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }
}
