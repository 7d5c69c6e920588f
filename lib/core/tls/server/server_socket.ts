import type { TLSSocket } from "../../../deps/node/tls.ts";
import { NodeTlsSocket } from "../client/node_socket.ts";
import type { RawStream } from "../client/raw_stream.ts";

/** Milliseconds after a close in which the peer gets what is on its way, and ends its side. */
const CLOSE_TIMEOUT_MS = 500;

/** The server end of a connection by `node:tls`, with the promises of `SplicedTransport`. */
export class ServerTlsSocket extends NodeTlsSocket {
  /** Resolves when all is closed. */
  readonly left: Promise<void>;
  readonly #raw: RawStream;
  #peerEnded = false;
  #endsLater = false;
  #closing = false;
  #finished?: Promise<void>;

  /** Takes over a socket whose handshake is done, and the stream beneath it. */
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

  /** Reads some bytes; null when the peer has ended its side. */
  override async read(into: Uint8Array): Promise<number | null> {
    const count = await super.read(into);
    if (count === null && !this.#peerEnded) {
      this.#peerEnded = true;
      if (this.#endsLater) await this.finish().catch(() => {});
    }
    return count;
  }

  /** Ends our side; the peer's stays open. In TLS 1.2 our end follows the peer's (RFC 5246 §7.2.1). */
  override async closeWrite(): Promise<void> {
    if (this.socket.getProtocol() !== "TLSv1.2" || this.#peerEnded) return await this.finish();
    this.#endsLater = true;
    await this.#raw.flushed();
  }

  /** Ends our side at once; what the peer still wants to send may be lost. */
  finish(): Promise<void> {
    return this.#finished ??= super.closeWrite();
  }

  /** Ends both: the peer has a moment to get what is on its way, and to end its side. */
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
