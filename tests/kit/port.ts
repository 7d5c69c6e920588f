import { until } from "./wait.ts";

/**
 * Bounds of the ports for programs. Systems give higher ones to connections and to port 0 (Linux: from 32768), so that
 * another test could get the port before the program binds it.
 */
const [FIRST_PORT, LAST_PORT] = [10_000, 32_767];

/** Returns a free port, for programs that cannot choose one themselves. */
export function freePort(): number {
  return firstFree((port) => Deno.listen({ hostname: "127.0.0.1", port }));
}

/** Folder with a file for each port that was given to a test, also by other processes: two programs must not get the same one. */
const GIVEN = `${Deno.build.os === "windows" ? Deno.env.get("TEMP") : "/tmp"}/toucan-test-ports`;
/** Age after which a port may be given again. */
const GIVEN_MS = 600_000;

/** Reserves a port; false if another test has it. */
function reserve(port: number): boolean {
  const path = `${GIVEN}/${port}`;
  Deno.mkdirSync(GIVEN, { recursive: true });
  try {
    Deno.openSync(path, { write: true, createNew: true }).close();
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const again = (Deno.statSync(path).mtime?.getTime() ?? 0) + GIVEN_MS;
  if (again > Date.now()) return false;
  Deno.utimeSync(path, new Date(), new Date());
  return true;
}

/** Returns a random port that can be bound. */
function firstFree(bind: (port: number) => { close(): void }): number {
  for (let attempts = 1000;; attempts--) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    try {
      bind(port).close();
      if (reserve(port) || attempts <= 0) return port;
    } catch (error) {
      if (attempts <= 0 || !(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
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
  return firstFree((port) => Deno.listenDatagram({ transport: "udp", hostname, port }));
}

/** Resolves when a process on this machine has opened a UDP port. Does not send datagrams. */
export async function untilBound(port: number): Promise<void> {
  const wanted = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:[0-9A-F]+ 0[17]`);
  await until(
    `a socket on ${port}`,
    () => ["/proc/net/udp", "/proc/net/udp6"].some((table) => wanted.test(Deno.readTextFileSync(table))),
  );
}
