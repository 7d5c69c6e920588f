import { closeQuietly, type KeyPair, writeAll } from "../../core/mod.ts";

/** A client under TLS, on top of the connection that it came over. */
export interface SplicedClient {
  /** The client in the clear; the handshake is still to be done. */
  readonly conn: Deno.TlsConn;
  /** Closes what is beneath, after `conn`: once the client has gone too, or when it has had so many milliseconds for that. */
  end(patience: number): Promise<void>;
}

/**
 * The server's side of TLS. The runtime cannot make an accepted connection a TLS one, so the connection, after the
 * go-ahead of STARTTLS where there is one, is spliced into a TLS listener of our own on loopback, and what that accepts is the client in the clear. Whoever else
 * connects there is turned away.
 */
export class TlsSplicer implements Disposable {
  readonly #listener: Deno.TlsListener;
  #turn: Promise<unknown> = Promise.resolve();

  /** Starts listening. */
  constructor({ cert, key }: Pick<KeyPair, "cert" | "key">) {
    this.#listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  }

  /** Passes a connection through TLS. */
  async splice(conn: Deno.Conn): Promise<SplicedClient> {
    const turn = this.#turn.then(() => this.#pair());
    this.#turn = turn.catch(() => {});
    const [inner, client] = await turn;
    const close = () => [conn, inner].forEach(closeQuietly);
    const over = Promise.all([copy(conn, inner), copy(inner, conn)]).then(close, close);
    return {
      conn: client,
      async end(patience) {
        // Who neither reads nor goes would keep two connections that nobody counts.
        const timer = setTimeout(close, patience);
        await over;
        clearTimeout(timer);
      },
    };
  }

  /** Both ends of a connection to ourselves, one pair after the other. */
  async #pair(): Promise<[Deno.TcpConn, Deno.TlsConn]> {
    const inner = await Deno.connect({ hostname: "127.0.0.1", port: this.#listener.addr.port });
    try {
      while (true) {
        const client = await this.#listener.accept();
        if (client.remoteAddr.port === inner.localAddr.port) return [inner, client];
        closeQuietly(client);
      }
    } catch (error) {
      closeQuietly(inner);
      throw error;
    }
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    closeQuietly(this.#listener);
  }
}

async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    await writeAll(to, buffer.subarray(0, count));
  }
  await to.closeWrite();
}
