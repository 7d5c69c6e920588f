import { until } from "./wait.ts";

/** Returns a free port, for programs that cannot choose one themselves. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Resolves when a process listens on a port of this machine. Does not connect, since some servers accept only one
 * client.
 */
export async function untilListening(port: number): Promise<void> {
  const wanted = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:0000 0A`);
  await until(
    `a socket on ${port}`,
    () => ["/proc/net/tcp", "/proc/net/tcp6"].some((table) => wanted.test(Deno.readTextFileSync(table))),
  );
}

/** Returns a free port for datagrams. */
export function freeUdpPort(hostname = "127.0.0.1"): number {
  const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  const { addr } = socket;
  socket.close();
  if (!("port" in addr)) throw new Error("Not a UDP address");
  return addr.port;
}

/** Resolves when a process on this machine has opened a UDP port. Does not send datagrams. */
export async function untilBound(port: number): Promise<void> {
  const wanted = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:[0-9A-F]+ 0[17]`);
  await until(
    `a socket on ${port}`,
    () => ["/proc/net/udp", "/proc/net/udp6"].some((table) => wanted.test(Deno.readTextFileSync(table))),
  );
}
