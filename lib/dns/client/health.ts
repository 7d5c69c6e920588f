import { dialDirect, NetworkError } from "../../core/mod.ts";
import { formatNameServer, type NameServer } from "./name_server.ts";

/** Time without a response over UDP after which TCP is tried in parallel, in milliseconds. */
const SILENCE_MS = 300;
/** Time for which the state of a server is remembered, in milliseconds. */
const REMEMBERED_MS = 5000;

/** State of a server. */
interface Known {
  readonly running: boolean;
  readonly until: number;
}

/**
 * Tells name servers that do not run from slow ones. This runtime does not see the ICMP message with which a machine
 * refuses a datagram, so a server that is silent for 300 ms is connected to over TCP: where that is refused, no server
 * runs there (RFC 7766 §5 requires TCP of every server). A connection that succeeds is closed and shows only that a
 * server runs: its answer is still awaited over UDP, and no query is repeated over TCP. Each server is probed once for
 * all queries that share this object, and again after 5 s. A server that let a query time out is asked after the others
 * for 5 s: of a list of names only the first waits for it.
 *
 * @example Share the state of servers among queries
 * ```ts
 * import { ServerHealth } from "../mod.ts";
 *
 * const health = new ServerHealth();
 * // await query("example.com", "A", { health });
 * ```
 */
export class ServerHealth {
  readonly #known = new Map<string, Known>();
  readonly #probes = new Map<string, Promise<void>>();
  readonly #silentUntil = new Map<string, number>();

  /** The servers in the order given, those behind that let a query time out a short time ago. */
  order(servers: readonly NameServer[]): readonly NameServer[] {
    if (this.#silentUntil.size === 0) return servers;
    const now = performance.now();
    const silent = (server: NameServer) => (this.#silentUntil.get(formatNameServer(server)) ?? 0) > now;
    return [...servers.filter((server) => !silent(server)), ...servers.filter(silent)];
  }

  /** Remembers that this server let a query time out. */
  timedOut(server: NameServer): void {
    this.#silentUntil.set(formatNameServer(server), performance.now() + REMEMBERED_MS);
  }

  /** Remembers that this server has answered. */
  answered(server: NameServer): void {
    this.#silentUntil.delete(formatNameServer(server));
  }

  /**
   * Settles as `ask` does, whose signal fires when the server turns out not to run.
   *
   * @throws {NetworkError} `connection-refused` when the server does not run.
   */
  async watch<T>(server: NameServer, signal: AbortSignal, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = this.#running(server);
    if (running === false) throw refused(server);
    if (running) return await ask(signal);
    const stop = new AbortController();
    const over = new AbortController();
    let probing: Promise<void> | undefined;
    const timer = setTimeout(() => {
      probing = this.#probe(server, over.signal).then(() => {
        if (this.#running(server) === false) stop.abort(refused(server));
      });
    }, SILENCE_MS);
    try {
      const answer = await ask(AbortSignal.any([signal, stop.signal]));
      this.#remember(server, true);
      return answer;
    } finally {
      clearTimeout(timer);
      over.abort();
      await probing;
    }
  }

  #running(server: NameServer): boolean | undefined {
    const known = this.#known.get(formatNameServer(server));
    return known && known.until > performance.now() ? known.running : undefined;
  }

  #remember(server: NameServer, running: boolean): void {
    this.#known.set(formatNameServer(server), { running, until: performance.now() + REMEMBERED_MS });
  }

  /** One probe for all who wait for the same server. */
  #probe(server: NameServer, signal: AbortSignal): Promise<void> {
    // Another query has found it out while this one waited.
    if (this.#running(server) !== undefined) return Promise.resolve();
    const key = formatNameServer(server);
    const pending = this.#probes.get(key) ?? this.#connect(server, signal).finally(() => this.#probes.delete(key));
    this.#probes.set(key, pending);
    return pending;
  }

  async #connect(server: NameServer, signal: AbortSignal): Promise<void> {
    try {
      using _connection = await dialDirect({ transport: "ip", host: server.host, port: server.port }, { signal });
      this.#remember(server, true);
    } catch (error) {
      // Anything else, such as a filter that drops TCP, says nothing about UDP.
      if (error instanceof NetworkError && error.code === "connection-refused") this.#remember(server, false);
    }
  }
}

function refused(server: NameServer): NetworkError {
  const peer = formatNameServer(server);
  return new NetworkError(`cannot ask ${peer}: connection refused`, {
    code: "connection-refused",
    operation: "resolve",
    peer,
  });
}
