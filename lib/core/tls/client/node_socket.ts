import type { TLSSocket } from "../../../deps/node/tls.ts";
import type { Transport } from "../../dial/connection.ts";

/** What {@link NodeTlsSocket} has beneath it. */
export interface Underlying {
  /** Resolves when the system has taken what was written, this many bytes of it with the last write; all with none. */
  flushed(written?: number): Promise<void>;
  /** Ends our side of the connection, after the TLS layer has. */
  closeWrite(): Promise<void>;
  /** Ends the connection. */
  close(): void;
  /** Whether the peer has ended the connection itself. */
  readonly peerEnded: boolean;
  /** Called with whether more is to be read from the connection; without it that is the socket's own concern. */
  readonly want?: (more: boolean) => void;
}

/** A socket of `node:tls` in the shape of the other transports. */
export class NodeTlsSocket implements Transport {
  /** The socket itself, for what it knows of the certificate. */
  readonly socket: TLSSocket;
  readonly #underlying: Underlying;
  #held?: Uint8Array;
  #ended = false;
  #closeNotified = false;
  #error?: unknown;
  #wake = Promise.withResolvers<void>();

  readonly #halfCloses: boolean;
  #wrote = false;

  /** Takes over a socket, whose handshake may still be under way. Where it cannot half-close, our end waits for the peer's. */
  constructor(socket: TLSSocket, underlying: Underlying, { halfCloses = true } = {}) {
    this.socket = socket;
    this.#halfCloses = halfCloses;
    this.#underlying = underlying;
    const wake = () => {
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    };
    // The end that comes while the connection goes on is the peer's close_notify; with the connection's own it was cut.
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

  /** Reads some bytes; null when the peer has ended its side. */
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

  /** Writes all of the bytes; they count when the system has taken them. */
  async write(bytes: Uint8Array): Promise<number> {
    this.#wrote = true;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.socket.write(bytes, (error) => error ? reject(error) : resolve());
    await promise;
    await this.#underlying.flushed(bytes.length);
    return bytes.length;
  }

  /** Ends our side; the peer's stays open. */
  async closeWrite(): Promise<void> {
    // Where nothing was sent there is no answer that an early end could lose.
    if (!this.#halfCloses && this.#wrote) {
      this.socket.once("end", () => this.socket.end());
      return await this.#underlying.flushed();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.end(() => resolve());
    await promise;
    await this.#underlying.closeWrite();
  }

  /** Fails reads under way and to come: the connection is being closed. */
  protected interrupt(): void {
    this.#error ??= new Deno.errors.Interrupted("The connection was closed");
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** Ends both. */
  close(): void {
    this.socket.destroy();
    this.#underlying.close();
  }
}
