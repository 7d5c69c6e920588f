/** A TLS server for tests that echoes data. */
export interface EchoServer extends AsyncDisposable {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Sizes of the received chunks. */
  readonly received: readonly number[];
}

/** Starts the server with a certificate and its key, as PEM. */
export function echoServer(pair: { readonly cert: string; readonly key: string }): EchoServer {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: pair.cert, key: pair.key });
  const received: number[] = [];
  const open = new Set<Promise<void>>();
  const echo = async (conn: Deno.TlsConn) => {
    const buffer = new Uint8Array(1024);
    try {
      for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
        received.push(n);
        await conn.write(buffer.subarray(0, n));
      }
      await conn.closeWrite();
    } catch {
      // A client that rejects the certificate.
    } finally {
      conn.close();
    }
  };
  const loop = (async () => {
    for await (const conn of listener) open.add(echo(conn));
  })();
  return {
    port: listener.addr.port,
    received,
    async [Symbol.asyncDispose]() {
      listener.close();
      await loop;
      await Promise.all(open);
    },
  };
}
