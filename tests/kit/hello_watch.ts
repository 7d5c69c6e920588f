import { ByteReader } from "../../lib/core/mod.ts";
import { readRecord } from "./impostor.ts";

/** Forwards connections to a server, and records the server name (SNI) of each client. */
export interface HelloWatch extends AsyncDisposable {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Returns the server name of each connection since the last call; undefined if none was sent. */
  take(): (string | undefined)[];
}

/** Starts to forward to a server on 127.0.0.1. */
export function watchHellos(target: number): HelloWatch {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const names: (string | undefined)[] = [];
  const open: Promise<void>[] = [];
  const pass = async (client: Deno.Conn) => {
    const index = names.push(undefined) - 1;
    const server = await Deno.connect({ hostname: "127.0.0.1", port: target });
    try {
      const { header, body } = await readRecord(new ByteReader(client, "client"));
      names[index] = serverNameOf(body);
      await server.write(header);
      await server.write(body);
      await Promise.all([client.readable.pipeTo(server.writable), server.readable.pipeTo(client.writable)]);
    } catch {
      // Either side may have closed it.
    } finally {
      for (const conn of [client, server]) {
        try {
          conn.close();
        } catch {
          // It was closed by its stream.
        }
      }
    }
  };
  const accepting = (async () => {
    for await (const client of listener) open.push(pass(client));
  })();
  return {
    port: listener.addr.port,
    take: () => names.splice(0),
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(open);
    },
  };
}

/** Returns the server name in a ClientHello (RFC 6066 §3). */
function serverNameOf(hello: Uint8Array): string | undefined {
  const word = (at: number) => (hello[at] ?? 0) << 8 | (hello[at + 1] ?? 0);
  // Message header 4, version 2, random 32; then the session, the cipher suites, the compression methods.
  let at = 38;
  at += 1 + (hello[at] ?? 0);
  at += 2 + word(at);
  at += 1 + (hello[at] ?? 0);
  for (at += 2; at < hello.length; at += 4 + word(at + 2)) {
    if (word(at) === 0) return new TextDecoder().decode(hello.subarray(at + 9, at + 9 + word(at + 7)));
  }
  return undefined;
}
