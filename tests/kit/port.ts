import { until } from "./wait.ts";

/** A port on which nobody listens now, for programs that cannot choose one themselves. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Resolves when somebody listens on a port of this machine; looks without connecting, since some serve only once. */
export async function untilListening(port: number): Promise<void> {
  const wanted = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:0000 0A`);
  await until(
    `a socket on ${port}`,
    () => ["/proc/net/tcp", "/proc/net/tcp6"].some((table) => wanted.test(Deno.readTextFileSync(table))),
  );
}

/** The same for datagrams. */
export function freeUdpPort(hostname = "127.0.0.1"): number {
  const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  const { addr } = socket;
  socket.close();
  if (!("port" in addr)) throw new Error("Not a UDP address");
  return addr.port;
}

/** Resolves when somebody on this machine has a UDP port open; looks without sending. */
export async function untilBound(port: number): Promise<void> {
  const wanted = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:[0-9A-F]+ 0[17]`);
  await until(
    `a socket on ${port}`,
    () => ["/proc/net/udp", "/proc/net/udp6"].some((table) => wanted.test(Deno.readTextFileSync(table))),
  );
}
