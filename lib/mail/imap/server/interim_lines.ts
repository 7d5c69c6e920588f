import { formatNetAddress, LineInput, type ListenInput, toListenAddress, writeAll } from "../../../core/mod.ts";
import type { LineClient, LineServer, LineServerOptions } from "./needs.ts";

export class LineViolation extends Error {
  code = "";
}
export function serveLines(
  listen: ListenInput,
  serve: (client: LineClient) => Promise<void>,
  options: LineServerOptions,
): LineServer {
  const at = toListenAddress(listen);
  if (!("port" in at)) throw new Error("tcp");
  const listener = Deno.listen({ hostname: at.host || "127.0.0.1", port: at.port });
  const addr = listener.addr as Deno.NetAddr;
  const conns = new Set<Deno.Conn>();
  const stop = new AbortController();
  const finished = (async () => {
    for await (const conn of listener) {
      conns.add(conn);
      void serve(clientOf(conn, options, stop.signal)).catch((error) => {
        options.onFault?.({ peer: "", error });
      }).finally(() => {
        conns.delete(conn);
        try {
          conn.close();
        } catch { /* gone */ }
      });
    }
  })();
  const shutdown = async () => {
    stop.abort();
    try {
      listener.close();
    } catch { /* gone */ }
    for (const conn of conns) {
      try {
        conn.close();
      } catch { /* gone */ }
    }
    await finished;
  };
  return {
    addr,
    address: formatNetAddress(addr),
    port: addr.port,
    finished,
    connections: 0,
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}
function clientOf(conn: Deno.Conn, options: LineServerOptions, leaving: AbortSignal): LineClient {
  const input = new LineInput();
  let queued = "";
  const client: LineClient = {
    peer: formatNetAddress(conn.remoteAddr),
    local: formatNetAddress(conn.localAddr),
    secure: false,
    leaving,
    get pending() {
      return input.pending;
    },
    async line({ limit = 65536 } = {}) {
      for (;;) {
        const found = input.next(limit);
        if (found.kind === "line") return found.bytes;
        if (found.kind === "invalid") throw new LineViolation(found.problem);
        await client.flush();
        const count = await conn.read(input.space()).catch(() => null);
        if (count === null) return null;
        input.added(count);
      }
    },
    async read(into) {
      if (input.pending === 0) {
        const count = await conn.read(into).catch(() => null);
        return count;
      }
      const some = input.peek().subarray(0, into.length);
      into.set(some);
      input.skip(some.length);
      return some.length;
    },
    reply(text) {
      options.trace?.({ direction: ">", text, peer: client.peer });
      queued += `${text}\r\n`;
    },
    async write(bytes) {
      await client.flush();
      await writeAll(conn, bytes);
    },
    async flush() {
      const text = queued;
      queued = "";
      if (text) await writeAll(conn, new TextEncoder().encode(text));
    },
    startTls: () => Promise.reject(new Error("no TLS")),
    trace: (direction, text) => options.trace?.({ direction, text, peer: client.peer }),
  };
  return client;
}
