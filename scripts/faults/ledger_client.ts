import { RawIrc } from "../../tests/kit/irc.ts";

const CAPABILITIES = ["echo-message", "labeled-response", "message-tags", "batch"];
const RETRY_MS = 200;

/** Sends numbered messages to a channel, and records which were echoed; reconnects to the next server after a failure. */
export class LedgerClient {
  /** Texts that were echoed. */
  readonly echoed: string[] = [];
  /** Number of messages that were rejected with `NETWORK_UNAVAILABLE`. */
  rejected = 0;
  /** Number of connections. */
  connections = 0;
  readonly #name: string;
  readonly #servers: readonly string[];
  #server: number;
  #sent = 0;
  #connected = false;
  #client?: RawIrc;

  /** Creates a client that begins with the server of a number. */
  constructor(name: string, servers: readonly string[], server: number) {
    this.#name = name;
    this.#servers = servers;
    this.#server = server;
  }

  /** Number of sent messages. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends a message per interval until the signal; resolves when all answers have come. */
  async run(interval: number, signal: AbortSignal): Promise<void> {
    const ticker = setInterval(() => {
      if (this.#connected) void this.#send();
    }, interval);
    signal.addEventListener("abort", () => {
      clearInterval(ticker);
      void this.#client?.say("PING end").catch(() => {});
    });
    while (!signal.aborted) {
      await this.#converse(signal).catch(() => {});
      this.#connected = false;
      this.#client?.[Symbol.dispose]();
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      this.#server = (this.#server + 1) % this.#servers.length;
    }
  }

  async #converse(signal: AbortSignal): Promise<void> {
    this.connections++;
    const nick = `${this.#name}${this.connections}`;
    const client = await RawIrc.in(this.#servers[this.#server] ?? "", nick, ...CAPABILITIES);
    this.#client = client;
    await client.say("JOIN #a");
    await client.hears(/ 366 /);
    this.#connected = true;
    while (true) {
      const line = await client.hears(/^@label=|PONG .*end/);
      if (line.includes(" FAIL PRIVMSG NETWORK_UNAVAILABLE ")) this.rejected++;
      else if (line.includes(" PRIVMSG ")) this.echoed.push(/ :([^:]*)$/.exec(line)?.[1] ?? "");
      else if (signal.aborted) return;
    }
  }

  async #send(): Promise<void> {
    const text = `${this.#name}-${this.#sent++}`;
    await this.#client?.say(`@label=${text} PRIVMSG #a :${text}`).catch(() => {});
  }
}
