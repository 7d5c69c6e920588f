/** A client of the load, which it opens. */
export interface LoadClientOptions {
  /** Port of the server on loopback. */
  readonly port: number;
  /** Nickname. */
  readonly nick: string;
  /** Channel that it joins. */
  readonly channel: string;
  /** Whether it connects by WebSocket. @default false */
  readonly webSocket?: boolean;
}

/** A client that counts the bytes that it receives. */
export class LoadClient {
  readonly #conn: Deno.TcpConn;
  readonly #frame: (line: string) => Uint8Array<ArrayBuffer>;
  readonly #buffer = new Uint8Array(65_536);
  /** Bytes received since it was last set. */
  bytes = 0;
  /** Is told of received bytes. */
  onData?: (data: Uint8Array<ArrayBuffer>) => void;
  #waiting?: { readonly bytes: number; readonly done: () => void };

  private constructor(conn: Deno.TcpConn, frame: (line: string) => Uint8Array<ArrayBuffer>) {
    this.#conn = conn;
    this.#frame = frame;
  }

  /** Connects, registers, and joins the channel. */
  static async open({ port, nick, channel, webSocket }: LoadClientOptions): Promise<LoadClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const client = new LoadClient(conn, webSocket ? webSocketFrame : ircLine);
    if (webSocket) {
      await client.#write(new TextEncoder().encode(upgradeRequest(port)));
      await client.#until(/\r\n\r\n/);
    }
    await client.say(`NICK ${nick}`);
    await client.say("USER u 0 * :r");
    await client.#until(/ (?:376|422) /);
    await client.say(`JOIN ${channel}`);
    await client.#until(/ 366 /);
    return client;
  }

  /** Sends a line. */
  say(line: string): Promise<void> {
    return this.#write(this.#frame(line));
  }

  /** Sends a line several times, in one write. */
  repeat(line: string, count: number): Promise<void> {
    const bytes = this.#frame(line);
    const all = new Uint8Array(bytes.length * count);
    for (let i = 0; i < count; i++) all.set(bytes, i * bytes.length);
    return this.#write(all);
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let done = 0; done < bytes.length;) done += await this.#conn.write(bytes.subarray(done));
  }

  async #until(pattern: RegExp): Promise<void> {
    const decoder = new TextDecoder();
    for (let text = ""; !pattern.test(text);) {
      const count = await this.#conn.read(this.#buffer);
      if (count === null) throw new Error(`closed after ${text}`);
      // The pattern may be split by two reads.
      text = text.slice(-100) + decoder.decode(this.#buffer.subarray(0, count), { stream: true });
    }
  }

  /** Counts what is received until the server closes, which is an error. */
  async count(): Promise<void> {
    for (let count = await this.#conn.read(this.#buffer); count !== null; count = await this.#conn.read(this.#buffer)) {
      this.bytes += count;
      this.onData?.(this.#buffer.subarray(0, count));
      if (this.#waiting && this.bytes >= this.#waiting.bytes) this.#waiting.done();
    }
    throw new Error("the server has cut a client off");
  }

  /** Resolves when the given number of bytes has been received. */
  has(bytes: number): Promise<void> {
    return new Promise((done) => this.bytes >= bytes ? done() : this.#waiting = { bytes, done });
  }
}

function ircLine(line: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${line}\r\n`);
}

/** Returns a text frame (RFC 6455) whose mask of zeros leaves the text as it is. */
function webSocketFrame(line: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(line);
  if (text.length > 125) throw new RangeError("a line of the load has at most 125 bytes");
  const frame = new Uint8Array(6 + text.length);
  frame.set([0x81, 0x80 | text.length]);
  frame.set(text, 6);
  return frame;
}

function upgradeRequest(port: number): string {
  const fields = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
  const protocol = ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol: text.ircv3.net"];
  return ["GET /chat HTTP/1.1", `Host: 127.0.0.1:${port}`, ...fields, ...protocol, "", ""].join("\r\n");
}
