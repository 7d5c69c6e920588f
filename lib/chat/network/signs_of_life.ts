/** Time between two signs of life. */
export const ALIVE_INTERVAL_MS = 1000;
/** Time without a sign of life after which a server is gone. */
const GONE_MS = 3500;
/** Delay of a check that shows that this server itself has stood still. */
const STALL_MS = 1500;

/** Decides by their signs of life which servers are gone. */
export class SignsOfLife {
  readonly #heard = new Map<string, number>();
  /** Time since which this server could hear the others. */
  #since = 0;
  #checked = 0;

  /** Records a sign of life. */
  heard(server: string, now: number): void {
    if (this.#heard.size < 10_000 || this.#heard.has(server)) this.#heard.set(server, now);
  }

  /** Begins to count from the start: this server has not been able to hear the others until now. */
  restart(now: number): void {
    this.#since = now;
    this.#checked = now;
  }

  /** Returns the servers that are gone; called at each {@link ALIVE_INTERVAL_MS}. */
  gone(servers: readonly string[], now: number): readonly string[] {
    // What was not heard while this server stood still says nothing about the others.
    if (now - this.#checked > ALIVE_INTERVAL_MS + STALL_MS) this.restart(now);
    this.#checked = now;
    for (const server of this.#heard.keys()) if (!servers.includes(server)) this.#heard.delete(server);
    const known = (server: string) => {
      const heard = this.#heard.get(server);
      // It has just entered.
      if (heard === undefined) this.#heard.set(server, now);
      return Math.max(heard ?? now, this.#since);
    };
    return servers.filter((server) => now - known(server) > GONE_MS);
  }
}
