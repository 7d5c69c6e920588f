import { type Address, LineSplitter, parseAddress } from "../../lib/core/mod.ts";
import { type ChatServer, type ChatServerOptions, serveChat } from "../../lib/chat/mod.ts";

/** A free port of this machine. */
export const ANY_PORT: Address = parseAddress("127.0.0.1:0", { anyPort: true });

/** Starts a chat server without rate limits, unless the test sets them. */
export function chatServer(options: ChatServerOptions = {}): ChatServer {
  return serveChat(ANY_PORT, { ...options, limits: { burst: 1e6, rate: 1e6, ...options.limits } });
}

/** A client that sends and receives lines, without a state of the protocol. */
export class RawIrc implements Disposable {
  /** All received lines. */
  readonly lines: string[] = [];
  readonly #conn: Deno.TcpConn;
  readonly #splitter = new LineSplitter();
  #used = 0;
  #ended = false;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects. */
  static async open(addr: string): Promise<RawIrc> {
    const [hostname = "", port] = addr.split(":");
    return new RawIrc(await Deno.connect({ hostname, port: Number(port) }));
  }

  /** Connects and registers with a nick. */
  static async in(addr: string, nick: string, ...caps: readonly string[]): Promise<RawIrc> {
    const client = await RawIrc.open(addr);
    if (caps.length > 0) await client.say(`CAP REQ :${caps.join(" ")}`, "CAP END");
    await client.say(`NICK ${nick}`, `USER ${nick} 0 * :${nick}`);
    await client.hears(/ (?:376|422) /);
    return client;
  }

  /** Sends lines. */
  say(...lines: readonly string[]): Promise<void> {
    return this.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** Writes text or bytes. */
  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    for (let done = 0; done < bytes.length;) done += await this.#conn.write(bytes.subarray(done));
  }

  /** Returns the next line that matches; fails when the connection ends first. */
  async hears(pattern: RegExp): Promise<string> {
    while (true) {
      while (this.#used < this.lines.length) {
        const line = this.lines[this.#used++] ?? "";
        if (pattern.test(line)) return line;
      }
      if (!await this.#more()) throw new Error(`not heard: ${pattern}, but ${JSON.stringify(this.lines.slice(-8))}`);
    }
  }

  /** Sends a PING and returns all lines before its reply. */
  async upToNow(): Promise<string[]> {
    const start = this.#used;
    const token = crypto.randomUUID();
    await this.say(`PING ${token}`).catch(() => {});
    // Lines received before the connection ended are returned by `rest`.
    await this.hears(new RegExp(token)).catch((error) => {
      this.#used = start;
      throw error;
    });
    return this.lines.slice(start, this.#used - 1);
  }

  /** Returns the received lines that no call has returned yet. */
  rest(): string[] {
    const lines = this.lines.slice(this.#used);
    this.#used = this.lines.length;
    return lines;
  }

  /** Resolves when the server has closed. */
  async ended(): Promise<void> {
    while (await this.#more());
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const buffer = new Uint8Array(65_536);
    const count = await this.#conn.read(buffer).catch(() => null);
    if (count === null) this.#ended = true;
    else for (const { text } of this.#splitter.push(buffer.subarray(0, count))) this.lines.push(text);
    return !this.#ended;
  }

  /** Closes. */
  [Symbol.dispose](): void {
    try {
      this.#conn.close();
    } catch {
      // It is already closed.
    }
  }
}
