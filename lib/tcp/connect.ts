import { type Address, dial, type DialOptions } from "../core/mod.ts";
import { exchange, type ExchangeOptions } from "./exchange.ts";
import type { ConnectionReport } from "./report.ts";

/** How {@link connect} connects and what it passes on; `timeout` is for connecting alone. */
export interface ConnectOptions extends DialOptions, Omit<ExchangeOptions, "signal"> {
  /** Called when the connection stands. */
  readonly onConnect?: (local: string, remote: string) => void;
}

/**
 * Connects to an address and passes bytes both ways until both ends are done: what `nc` does.
 *
 * Needs the net permission; for a unix socket also read and write of its path.
 *
 * @throws {NetworkError} When the connection cannot be made; what breaks later is in the report.
 * @throws {TimeoutError} When connecting takes too long.
 * @example
 * ```ts
 * import { connect, parseAddress, SharedSource } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const echo = listener.accept().then((conn) => conn.readable.pipeTo(conn.writable));
 * const words = [new TextEncoder().encode("hello")];
 * const input = new SharedSource({ next: () => Promise.resolve(words.shift() ?? null) });
 * const report = await connect(parseAddress(`127.0.0.1:${listener.addr.port}`), { input });
 * await echo;
 * assertEquals([report.bytesOut, report.bytesIn, report.ended], [5, 5, "done"]);
 * ```
 */
export async function connect(address: Address, options: ConnectOptions = {}): Promise<ConnectionReport> {
  using connection = await dial(address, options);
  options.onConnect?.(connection.local, connection.remote);
  return await exchange(connection, options);
}
