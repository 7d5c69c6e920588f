import type { TLSSocket } from "../../../deps/node/tls.ts";
import type { Transport } from "../../dial/connection.ts";

/** Connection beneath a {@link NodeTlsSocket}. */
export interface Underlying {
  /** Resolves when the system has accepted all written data, or with a number, this many bytes of the last write. */
  flushed(written?: number): Promise<void>;
  /** Closes the sending side of the connection, after that of the TLS layer. */
  closeWrite(): Promise<void>;
  /** Closes the connection. */
  close(): void;
  /** Whether the peer has closed the connection itself. */
  readonly peerEnded: boolean;
  /** Called with whether more data is wanted from the connection; without it the socket decides. */
  readonly want?: (more: boolean) => void;
}

/** Socket of `node:tls` as a transport. */
export class NodeTlsSocket implements Transport {
  /** Socket, with the properties of the certificate. */
  readonly socket: TLSSocket;
  readonly #underlying: Underlying;
  #held?: Uint8Array;
  #ended = false;
  #closeNotified = false;
  #error?: unknown;
  #wake = Promise.withResolvers<void>();

  readonly #halfCloses: boolean;
  #wrote = false;

  /** Wraps a socket, whose handshake may be in progress. If it cannot half-close, the sending side is closed after the peer's. */
  constructor(socket: TLSSocket, underlying: Underlying, { halfCloses = true } = {}) {
    this.socket = socket;
    this.#halfCloses = halfCloses;
    this.#underlying = underlying;
    const wake = () => {
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    };
    // An end while the connection stays open is the peer's close_notify; with that of the connection it was cut.
    const push = socket.push.bind(socket);
    socket.push = (chunk, encoding) => {
      if (chunk === null) this.#closeNotified ||= !underlying.peerEnded;
      return push(chunk, encoding);
    };
    socket.on("readable", wake);
    socket.on("end", () => (this.#ended = true, wake()));
    socket.on("close", () => (this.#ended = true, wake()));
    socket.on("error", (error: unknown) => (this.#error ??= error, wake()));
  }

  /** Reads some bytes; null when the peer has closed its side. */
  async read(into: Uint8Array): Promise<number | null> {
    while (true) {
      const piece: Uint8Array | null = this.#held ?? this.socket.read();
      if (piece) {
        const count = Math.min(piece.length, into.length);
        into.set(piece.subarray(0, count));
        this.#held = count < piece.length ? piece.subarray(count) : undefined;
        return count;
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return this.#end();
      this.#underlying.want?.(true);
      await this.#wake.promise;
      this.#underlying.want?.(false);
    }
  }

  #end(): null {
    if (this.#closeNotified) return null;
    throw new Deno.errors.UnexpectedEof("peer closed connection without sending TLS close_notify");
  }

  /** Writes all of the bytes; resolves when the system has accepted them. */
  async write(bytes: Uint8Array): Promise<number> {
    this.#wrote = true;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.socket.write(bytes, (error) => error ? reject(error) : resolve());
    await promise;
    await this.#underlying.flushed(bytes.length);
    return bytes.length;
  }

  /** Closes the sending side; the peer can still send. */
  async closeWrite(): Promise<void> {
    // When nothing was sent, an early end cannot lose a response.
    if (!this.#halfCloses && this.#wrote) {
      this.socket.once("end", () => this.socket.end());
      return await this.#underlying.flushed();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.end(() => resolve());
    await promise;
    await this.#underlying.closeWrite();
  }

  /** Fails current and later reads: the connection is being closed. */
  protected interrupt(): void {
    this.#error ??= new Deno.errors.Interrupted("The connection was closed");
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** Closes the connection. */
  close(): void {
    this.socket.destroy();
    this.#underlying.close();
  }
}
