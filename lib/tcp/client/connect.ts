import { type AddressInput, dial, type DialOptions, type Security } from "../../core/mod.ts";
import { TcpConnection } from "../connection/connection.ts";
import { exchange } from "../connection/exchange.ts";
import { pipeEnds, pipeOption, type PipeOptions } from "../connection/pipe.ts";
import type { ConnectionReport } from "../observe/report.ts";

/** How {@link connect} connects; `timeout` is for all of that. */
export interface ConnectOptions extends DialOptions {
  /**
   * Given, it makes {@link connect} a pipe: see {@link ConnectPipeOptions}.
   * @default {undefined}
   */
  readonly input?: undefined;
  /**
   * Given, it makes {@link connect} a pipe: see {@link ConnectPipeOptions}.
   * @default {undefined}
   */
  readonly output?: undefined;
}

/** How {@link connect} pipes: how it connects, and what it passes on; `timeout` is for connecting alone. */
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
 * Permissions: `--allow-net=HOST:PORT`; for a unix socket `--allow-net=unix:PATH`, `--allow-read=PATH` and `--allow-write=PATH`. `timeout` is for
 * connecting: looking the name up, the connection, a proxy, the TLS handshake.
 *
 * @throws {NetworkError} `connection-refused`, `name-not-found` and the like: what {@link dial} throws.
 * @throws {TimeoutError} When connecting takes too long.
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
 * Connects to an address and passes bytes both ways between the connection and `input` and `output` until both ends are done:
 * what `nc` does. Permissions and errors of connecting are the same; what fails later is in the report.
 *
 * @example Send a text, collect what comes back
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

/** The pipe of {@link connect}, also with neither input nor output. */
export async function connectPipe(address: AddressInput, options: ConnectPipeOptions): Promise<ConnectionReport> {
  using connection = await dial(address, options);
  options.onConnect?.(connection.local, connection.remote, connection.security);
  return await exchange(connection, { ...options, ...pipeEnds(options) });
}
