import { writeAll } from "../bytes/writer.ts";
import { closeQuietly, type Transport } from "./connection.ts";

const BUFFER_BYTES = 64 * 1024;
/** Milliseconds after a close in which written data is still sent to the peer. */
const CLOSE_TIMEOUT_MS = 500;

/** Connection of the runtime's own, relayed to a transport. */
export interface Relay {
  /** Local end to use. */
  readonly conn: Deno.TcpConn;
  /** Sends written data to the peer, for a moment, and closes the transport. */
  close(): void;
}

/**
 * Creates a connection of the runtime's own for any transport: the runtime's TLS client requires one, and TLS to a server through an
 * `https` proxy is TLS within TLS. The bytes are relayed over loopback.
 *
 * Requires the net permission for 127.0.0.1. Other clients that connect there are rejected.
 */
export async function relay(transport: Transport): Promise<Relay> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const inner = await accept(listener, conn.localAddr.port);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    [inner, transport].forEach(closeQuietly);
  };
  const passed = Promise.all([pass(inner, transport), pass(transport, inner)]);
  passed.then(stop, stop);
  return { conn, close: () => void (timer ??= setTimeout(stop, CLOSE_TIMEOUT_MS)) };
}

async function accept(listener: Deno.TcpListener, port: number): Promise<Deno.TcpConn> {
  while (true) {
    const conn = await listener.accept();
    if (conn.remoteAddr.port === port) return conn;
    closeQuietly(conn);
  }
}

/** Relays bytes up to their end, and the end too. */
async function pass(from: Transport, to: Transport): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    await writeAll(to, buffer.subarray(0, count));
  }
  await to.closeWrite();
}
