import { type AddressInput, dial, type DialOptions, type Security } from "../../core/mod.ts";
import { TcpConnection } from "../connection/connection.ts";
import { exchange } from "../connection/exchange.ts";
import { pipeEnds, pipeOption, type PipeOptions } from "../connection/pipe.ts";
import type { ConnectionReport } from "../observe/report.ts";

/** Options of {@link connect}; `timeout` limits all of the connecting. */
export interface ConnectOptions extends DialOptions {
  /**
   * TimeSlice {@link connect} into a pipe: see {@link ConnectPipeOptions}.
   * @default {undefined}
   */
  readonly input?: undefined;
  /**
   * TimeSlice {@link connect} into a pipe: see {@link ConnectPipeOptions}.
   * @default {undefined}
   */
  readonly output?: undefined;
}

/** Options of {@link connect} as a pipe; `timeout` limits connecting only. */
export interface ConnectPipeOptions extends DialOptions, PipeOptions {
  /**
   * Called when the connection is established.
   * @default {undefined}
   */
  readonly onConnect?: (local: string, remote: string, security?: Security) => void;
}

/**
 * Connects to an address, and returns the connection, which sends and receives text and bytes.
 *
 * Permissions: `--allow-net=HOST:PORT`; for a unix socket `--allow-net=unix:PATH`, `--allow-read=PATH` and `--allow-write=PATH`. `timeout` covers
 * the lookup of the name, the connection, a proxy and the TLS handshake.
 *
 * @param address The address.
 * @returns The connection.
 * @throws {NetworkError} `connection-refused`, `name-not-found` and the like: all errors of {@link dial}.
 * @throws {TimeoutError} When the connection is not established in time.
 * @example Ask a server, line by line
 * ```ts
 * import { connect, listen } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = listen("127.0.0.1:0", {
 *   async onConnection(connection) {
 *     for await (const line of connection.lines()) await connection.write(`you said ${line}\n`);
 *   },
 * });
 * await using connection = await connect(server.addr, { timeout: 5000 });
 * await connection.send("hello\n");
 * assertEquals(await connection.receive(), "you said hello\n");
 * ```
 */
export function connect(address: AddressInput, options?: ConnectOptions): Promise<TcpConnection>;
/**
 * Connects to an address and transfers data both ways between the connection and `input` and `output` until both sides have ended,
 * as `nc` does. Permissions and errors of connecting are the same; later failures are part of the report.
 *
 * @param address The address.
 * @returns How the connection ended, and the number of bytes.
 * @throws {NetworkError} All errors of {@link dial}.
 * @example Send a text, collect the response
 * ```ts
 * import { connect, listen } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = listen("127.0.0.1:0", { onConnection: (connection) => connection.readable.pipeTo(connection.writable) });
 * const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
 * const [report, echoed] = await Promise.all([
 *   connect(server.addr, { input: "hello", output: writable }),
 *   new Response(readable).text(),
 * ]);
 * assertEquals([echoed, report.bytesOut, report.bytesIn, report.ended], ["hello", 5, 5, "done"]);
 * ```
 */
export function connect(address: AddressInput, options: ConnectPipeOptions): Promise<ConnectionReport>;
export async function connect(
  address: AddressInput,
  options: ConnectOptions | ConnectPipeOptions = {},
): Promise<TcpConnection | ConnectionReport> {
  if (pipeOption<ConnectPipeOptions>(options, "onConnect")) return await connectPipe(address, options);
  return new TcpConnection(await dial(address, options));
}

/** Does the same as the pipe of {@link connect}, also with neither input nor output. */
export async function connectPipe(address: AddressInput, options: ConnectPipeOptions): Promise<ConnectionReport> {
  using connection = await dial(address, options);
  options.onConnect?.(connection.local, connection.remote, connection.security);
  return await exchange(connection, { ...options, ...pipeEnds(options) });
}
