import { LineSplitter } from "../../lib/core/mod.ts";

/** A conversation with a client, from the side of the server. */
export class IrcScene {
  /** Lines received from the client. */
  readonly lines: string[] = [];
  readonly #conn: Deno.Conn;
  readonly #splitter = new LineSplitter();
  #used = 0;

  /** Wraps a connection. */
  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Sends lines; lost if the client has disconnected. */
  say(...lines: readonly string[]): Promise<void> {
    return this.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** Writes text unchanged. */
  async write(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) done += await this.#conn.write(bytes.subarray(done));
  }

  /** Returns the next line of the client that matches; fails when it closes first. */
  async hears(pattern: RegExp): Promise<string> {
    while (true) {
      while (this.#used < this.lines.length) {
        const line = this.lines[this.#used++] ?? "";
        if (pattern.test(line)) return line;
      }
      if (!await this.#more()) throw new Error(`not heard: ${pattern}, but ${JSON.stringify(this.lines.slice(-8))}`);
    }
  }

  /** Registers the client, with capabilities. */
  async welcome(...caps: readonly string[]): Promise<void> {
    await this.hears(/^USER/);
    if (caps.length > 0) {
      await this.say(`:s CAP * LS :${caps.join(" ")}`);
      const asked = (await this.hears(/^CAP REQ/)).replace(/^CAP REQ :?/, "");
      await this.say(`:s CAP * ACK :${asked}`);
    } else await this.say(":s 421 * CAP :Unknown command");
    const nick = this.lines.findLast((line) => line.startsWith("NICK "))?.slice(5) ?? "*";
    await this.say(`:s 001 ${nick} :hi`, `:s 376 ${nick} :end`);
  }

  /** Resolves when the client has closed. */
  async ended(): Promise<void> {
    while (await this.#more());
  }

  /** Closes. */
  close(): void {
    this.#conn.close();
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const count = await this.#conn.read(buffer).catch(() => null);
    if (count === null) return false;
    for (const { text } of this.#splitter.push(buffer.subarray(0, count))) this.lines.push(text);
    return true;
  }
}

/** Starts a server that runs a script for each connection in turn; `played` rejects with the error of a script. */
export function scriptedIrc(...scenes: readonly ((scene: IrcScene) => Promise<void>)[]) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const played = (async () => {
    for (const play of scenes) {
      using conn = await listener.accept();
      await play(new IrcScene(conn));
    }
  })();
  played.catch(() => {});
  return {
    addr: `127.0.0.1:${listener.addr.port}`,
    played,
    [Symbol.dispose]: () => listener.close(),
  };
}
