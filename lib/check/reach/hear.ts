import {
  type Connection,
  Deadline,
  dial,
  formatAddress,
  type HostAddress,
  NetworkError,
  TimeoutError,
  writeAll,
} from "../../core/mod.ts";
import type { ProbeContext } from "../probe/probe.ts";

/** Bytes and end of a connection. */
export interface Heard {
  readonly bytes: Uint8Array;
  readonly end: "sent" | "closed" | "reset" | "waited";
}

/** Turn of the client on a connection, and the time for that of the server. */
export interface HearTurn {
  /** Most milliseconds to wait. */
  readonly limit: number;
  /** Bytes to send first. */
  readonly opening?: Uint8Array;
  /** Whether nothing is sent after that. @default false */
  readonly end?: boolean;
}

/** Address and port that accept connections. */
export interface OpenPort {
  readonly address: HostAddress;
  readonly port: number;
}

const CHUNK_BYTES = 1024;

/** Opens a connection, sends what is given, and reads what comes within a time. */
export async function hear(
  { address, port }: OpenPort,
  { signal, trace }: ProbeContext,
  turn: HearTurn,
): Promise<Heard> {
  const none = new Uint8Array();
  try {
    const to = formatAddress({ transport: "ip", host: address.address, port });
    using connection = await dial(to, { signal, timeout: turn.limit, trace });
    using deadline = new Deadline({ signal, timeout: turn.limit }, `read from ${to}`);
    return await deadline.race(exchange(connection, turn));
  } catch (error) {
    if (signal.aborted || !(error instanceof NetworkError || error instanceof TimeoutError || isReset(error))) {
      throw error;
    }
    if (error instanceof TimeoutError) return { bytes: none, end: "waited" };
    return { bytes: none, end: "reset" };
  }
}

async function exchange(connection: Connection, { opening, end = false }: HearTurn): Promise<Heard> {
  if (opening) {
    await writeAll(connection, opening);
    // A server that waits for the end of a line learns that nothing follows.
    if (end) await connection.closeWrite();
  }
  const buffer = new Uint8Array(CHUNK_BYTES);
  const count = await connection.read(buffer);
  return { bytes: buffer.subarray(0, count ?? 0), end: count === null ? "closed" : "sent" };
}

function isReset(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected;
}
