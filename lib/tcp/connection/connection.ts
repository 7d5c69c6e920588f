import {
  type Connection,
  Deadline,
  fromSystem,
  NetworkError,
  type Security,
  toBytes,
  ToucanError,
  UsageError,
  type WaitOptions,
  writeAll,
} from "../../core/mod.ts";
import { Incoming } from "./incoming.ts";

/** Limits of a read; `timeout` is for each call, and for each line. */
export interface ReadOptions extends WaitOptions {
  /**
   * Maximum size in bytes of a line (1 MiB unless given) or a text (64 MiB).
   * @default {undefined}
   */
  readonly limit?: number;
}

const MAX_LINE_BYTES = 1 << 20;
const MAX_TEXT_BYTES = 64 << 20;
/** Milliseconds in which the peer must close its side after the local one was closed. */
const LINGER_MS = 1000;

/**
 * Connection that sends and receives text as well as bytes. Text is UTF-8; malformed sequences are replaced by U+FFFD.
 *
 * Each call that waits takes `signal` and `timeout`; data that arrives after one of them has fired is read by the next
 * call.
 *
 * @example Send a line and read one
 * ```ts
 * import { connect, listen, type TcpConnection } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = listen("127.0.0.1:0", {
 *   onConnection: async (client: TcpConnection) => {
 *     for await (const line of client.lines()) await client.write(`${line}!\n`);
 *   },
 * });
 * await using connection = await connect(server.addr, { timeout: 5000 });
 * await connection.send("hello\n");
 * assertEquals(await connection.receive(), "hello!\n");
 * ```
 */
export class TcpConnection implements Disposable, AsyncDisposable {
  /** Peer, as named by the caller or as an address: `example.test:443`. */
  readonly peer: string;
  /** Local address. */
  readonly local: string;
  /** Remote address; of the proxy, if there is one. */
  readonly remote: string;
  /** Security of the connection; undefined without TLS. */
  readonly security?: Security;
  readonly #connection: Connection;
  readonly #incoming: Incoming;
  readonly #onClose?: () => void;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #closed = false;
  #ended = false;

  /** Wraps a connection; `onClose` is called once, when it is closed. */
  constructor(connection: Connection, onClose?: () => void) {
    const { peer, local, remote, security } = connection;
    this.peer = peer;
    this.local = local;
    this.remote = remote;
    this.security = security;
    this.#connection = connection;
    this.#onClose = onClose;
    this.#incoming = new Incoming(connection);
  }

  /**
   * Sends all of a text or of bytes.
   *
   * @throws {UsageError} After `closeWrite` or `close`.
   * @throws {NetworkError} `connection-reset`, `connection-cut` and the like.
   */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.#closed) throw new UsageError(`the connection to ${this.peer} is closed`);
    if (this.#ended) throw new UsageError(`cannot send to ${this.peer} after closeWrite`);
    try {
      await writeAll(this.#connection, toBytes(data));
    } catch (error) {
      throw this.#failure(error, "send to");
    }
  }

  /** Sends a text or bytes: alias of {@link TcpConnection.write}. */
  async send(data: string | Uint8Array): Promise<void> {
    await this.write(data);
  }

  /**
   * Returns the text that arrives next, of any length; null when the peer has closed its side.
   *
   * @throws {NetworkError} `connection-reset`, `connection-cut` and the like.
   * @throws {TimeoutError} When nothing arrives in time.
   */
  async receive(options?: WaitOptions): Promise<string | null> {
    return await this.#waiting(options, async () => {
      for (let bytes = await this.#incoming.some(); bytes; bytes = await this.#incoming.some()) {
        // A character may arrive in two parts.
        const text = this.#decoder.decode(bytes, { stream: true });
        if (text !== "") return text;
      }
      return this.#decoder.decode() || null;
    });
  }

  /**
   * Returns the next line without its line end (LF or CRLF); null when the peer has closed its side. The last line may lack its
   * line end.
   *
   * @throws {NetworkError} `line-too-long`, `connection-reset`, `connection-cut` and the like.
   * @throws {TimeoutError} When the line does not arrive in time.
   */
  async readLine(options?: ReadOptions): Promise<string | null> {
    return await this.#waiting(options, async () => {
      const line = await this.#incoming.line(options?.limit ?? MAX_LINE_BYTES);
      return line && decode(line);
    });
  }

  /** Yields the lines as they arrive; see {@link TcpConnection.readLine}. */
  async *lines(options?: ReadOptions): AsyncGenerator<string> {
    for (let line = await this.readLine(options); line !== null; line = await this.readLine(options)) yield line;
  }

  /**
   * Returns all text until the peer closes its side.
   *
   * @throws {NetworkError} `too-large` for more than `limit` bytes; `connection-reset`, `connection-cut` and the like.
   * @throws {TimeoutError} When the peer does not close its side in time.
   */
  async text(options?: ReadOptions): Promise<string> {
    return decode(await this.bytes(options));
  }

  /** Returns all bytes until the peer closes its side; see {@link TcpConnection.text}. */
  async bytes(options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const limit = options?.limit ?? MAX_TEXT_BYTES;
    return await this.#waiting(options, async () => {
      const held = await this.#incoming.upTo(limit + 1);
      if (held.length <= limit) return held;
      throw new NetworkError(`${this.peer} sent more than ${limit} bytes`, { code: "too-large", peer: this.peer });
    });
  }

  /**
   * Reads some bytes into `into` and returns their number; null when the peer has closed its side.
   *
   * @throws {NetworkError} `connection-reset`, `connection-cut` and the like.
   */
  async read(into: Uint8Array): Promise<number | null> {
    return await this.#waiting({}, () => this.#incoming.read(into));
  }

  /** Stream of received bytes. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: async (controller) => {
        const bytes = await this.#waiting({}, () => this.#incoming.some());
        if (bytes) controller.enqueue(bytes.slice());
        else controller.close();
      },
      cancel: () => this.close(),
    }, { highWaterMark: 0 });
  }

  /** Stream of bytes to send; closing it closes the sending side. */
  get writable(): WritableStream<Uint8Array> {
    return new WritableStream({
      write: (bytes) => this.write(bytes),
      close: () => this.closeWrite(),
      abort: () => this.close(),
    });
  }

  /** Closes the sending side; the peer can still send. */
  async closeWrite(): Promise<void> {
    this.#ended = true;
    try {
      await this.#connection.closeWrite();
    } catch (error) {
      throw this.#failure(error, "send to");
    }
  }

  /** Closes the connection at once; data in transit to the peer may be lost. Calling it again has no effect. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
    this.#onClose?.();
  }

  /** Closes the sending side, then the connection when the peer has closed its side too, after a second at the latest: sent data is not lost. */
  async end(): Promise<void> {
    if (this.#closed) return;
    using deadline = new Deadline({ timeout: LINGER_MS }, `close ${this.peer}`);
    try {
      await deadline.race(this.closeWrite());
      await this.#incoming.discard(deadline.signal);
    } catch {
      // The data was sent as far as possible.
    }
    this.close();
  }

  /** Closes the connection; see {@link TcpConnection.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the connection gracefully; see {@link TcpConnection.end}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #waiting<T>(options: WaitOptions | undefined, work: () => Promise<T>): Promise<T> {
    using deadline = new Deadline(options ?? {}, `receive from ${this.peer}`);
    try {
      return await this.#incoming.during(deadline.signal, work);
    } catch (error) {
      throw deadline.signal.aborted ? deadline.signal.reason : this.#failure(error, "receive from");
    }
  }

  #failure(error: unknown, doing: string): unknown {
    if (error instanceof ToucanError) return error;
    if (this.#closed) {
      return new NetworkError(`the connection to ${this.peer} was closed`, {
        code: "connection-closed",
        peer: this.peer,
        cause: error,
      });
    }
    return fromSystem(error, { doing, what: this.peer });
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
