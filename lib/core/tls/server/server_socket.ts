import type { TLSSocket } from "../../../deps/node/tls.ts";
import { NodeTlsSocket } from "../client/node_socket.ts";
import type { RawStream } from "../client/raw_stream.ts";

/** Milliseconds after a close in which remaining data is sent to the peer, and the peer may close its side. */
const CLOSE_TIMEOUT_MS = 500;

/** Server end of a connection by `node:tls`, with the guarantees of `SplicedTransport`. */
export class ServerTlsSocket extends NodeTlsSocket {
  /** Resolves when everything is closed. */
  readonly left: Promise<void>;
  readonly #raw: RawStream;
  #peerEnded = false;
  #endsLater = false;
  #closing = false;
  #finished?: Promise<void>;

  /** Wraps a socket whose handshake is done, and the stream beneath it. */
  constructor(socket: TLSSocket, raw: RawStream) {
    super(socket, {
      flushed: () => raw.flushed(),
      closeWrite: () => raw.closeWrite(),
      close: () => raw.destroy(),
      get peerEnded() {
        return raw.peerEnded;
      },
      want: (more) => void (raw.wanted = more),
    });
    this.#raw = raw;
    this.left = new Promise((resolve) => raw.once("close", resolve));
  }

  /** Reads some bytes; null when the peer has closed its side. */
  override async read(into: Uint8Array): Promise<number | null> {
    const count = await super.read(into);
    if (count === null && !this.#peerEnded) {
      this.#peerEnded = true;
      if (this.#endsLater) await this.finish().catch(() => {});
    }
    return count;
  }

  /** Closes the sending side; the peer can still send. In TLS 1.2 it is closed after the peer's (RFC 5246 §7.2.1). */
  override async closeWrite(): Promise<void> {
    if (this.socket.getProtocol() !== "TLSv1.2" || this.#peerEnded) return await this.finish();
    this.#endsLater = true;
    await this.#raw.flushed();
  }

  /** Closes the sending side at once; data that the peer still sends may be lost. */
  finish(): Promise<void> {
    return this.#finished ??= super.closeWrite();
  }

  /** Closes the connection: for a moment remaining data is sent to the peer, and the peer may close its side. */
  override close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.interrupt();
    if (this.#raw.destroyed) return super.close();
    const timer = setTimeout(() => super.close(), CLOSE_TIMEOUT_MS);
    this.#raw.once("close", () => clearTimeout(timer));
    const ended = this.socket.readableEnded
      ? Promise.resolve()
      : new Promise<void>((resolve) => this.socket.once("end", resolve));
    Promise.all([this.finish(), ended]).then(() => super.close(), () => super.close());
    this.socket.resume();
    this.#raw.wanted = true;
  }
}
