import { writeAll } from "../bytes/writer.ts";
import { closeQuietly, type Transport } from "./connection.ts";

const BUFFER_BYTES = 64 * 1024;
/** Milliseconds after a close in which what was written still reaches the peer. */
const CLOSE_TIMEOUT_MS = 500;

/** A connection of the runtime's own over which bytes pass to and from a transport. */
export interface Relay {
  /** The end to use. */
  readonly conn: Deno.TcpConn;
  /** Lets what was written reach the peer, for a moment, and closes the transport. */
  close(): void;
}

/**
 * Makes a connection of the runtime's own of any transport: its TLS client only takes such a one, and TLS to a server behind a
 * proxy that is itself spoken to over TLS lies within that. The bytes pass over loopback.
 *
 * Needs the net permission for 127.0.0.1. Other clients that connect there are turned away.
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

/** Passes bytes on until their end, and that too. */
async function pass(from: Transport, to: Transport): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    await writeAll(to, buffer.subarray(0, count));
  }
  await to.closeWrite();
}
