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

/** Tables of the sockets for TCP, of each family. */
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

/** Returns a pattern for the line of a socket in a table: its port, its peer, its state. */
const lineOf = (port: number, states: string) =>
  new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:[0-9A-F]+ ${states}`);

const inTables = (tables: readonly string[], line: RegExp) =>
  tables.some((table) => line.test(Deno.readTextFileSync(table)));

/**
 * Whether a connection still has this port, also one that has ended: its port can be bound by Deno, but not by a
 * program that does not set `SO_REUSEADDR`. File servers leave thousands, since they choose ports at random.
 */
const hasConnection = (port: number) => Deno.build.os === "linux" && inTables(TABLES, lineOf(port, "[0-9A-F]{2}"));

/** Returns a random port that can be bound. */
function firstFree(bind: (port: number) => { close(): void }): number {
  for (let attempts = 1000;; attempts--) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (attempts > 0 && hasConnection(port)) continue;
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
 * client. Fails when `process` ends before.
 */
export function untilListening(port: number, process?: Deno.ChildProcess): Promise<void> {
  return untilInTables(TABLES, lineOf(port, "0A"), port, process);
}

/** Returns a free port for datagrams. */
export function freeUdpPort(hostname = "127.0.0.1"): number {
  return firstFree((port) => Deno.listenDatagram({ transport: "udp", hostname, port }));
}

/** Resolves when a process on this machine has opened a UDP port. Does not send datagrams. */
export function untilBound(port: number): Promise<void> {
  return untilInTables(["/proc/net/udp", "/proc/net/udp6"], lineOf(port, "0[17]"), port);
}

async function untilInTables(
  tables: readonly string[],
  line: RegExp,
  port: number,
  process?: Deno.ChildProcess,
): Promise<void> {
  let code: number | undefined;
  process?.status.then((status) => code = status.code);
  await until(`a socket on ${port}`, () => {
    if (code !== undefined) throw new Error(`ended with ${code} before it listened on ${port}`);
    return inTables(tables, line);
  });
}
