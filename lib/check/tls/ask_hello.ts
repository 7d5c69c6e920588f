import {
  concat,
  type Connection,
  Deadline,
  dial,
  formatAddress,
  type HostAddress,
  ipVersion,
  NetworkError,
  raceSignal,
  TimeoutError,
  writeAll,
} from "../../core/mod.ts";
import type { ProbeContext } from "../probe/probe.ts";
import { clientHello } from "./hello/client_hello.ts";
import type { TlsVersionName } from "./hello/names.ts";
import { parseServerReply, REPLY_LIMIT, type ServerReply } from "./hello/server_reply.ts";

/** Where TLS is spoken, and how it begins. */
export interface TlsPlace {
  /** Name to ask for and to verify, or address. */
  readonly host: string;
  /** Address that accepted a connection. */
  readonly address: HostAddress;
  /** Port. */
  readonly port: number;
  /** Application protocols to offer. */
  readonly alpn?: readonly string[];
  /** Speaks with the server before TLS begins (STARTTLS), as {@link DialOptions.beforeTls}. */
  readonly beforeTls?: (plain: Connection) => Promise<boolean>;
}

/** Result of a hello: the reply of the server, or why there is none. */
export type HelloResult = ServerReply | {
  /** `silent`: nothing within the timeout; `closed`: closed or reset without a reply; `unreached`: no connection, or no STARTTLS. */
  readonly kind: "silent" | "closed" | "unreached";
};

/** Sends a hello of one version on a connection of its own, and reads the reply; never throws for what the network does. */
export async function askHello(
  place: TlsPlace,
  { signal, timeout, dial: { proxy } }: Pick<ProbeContext, "signal" | "timeout" | "dial">,
  version: TlsVersionName,
  options: { readonly helloOnly?: boolean } = {},
): Promise<HelloResult> {
  const { host, address, port, alpn, beforeTls } = place;
  using deadline = new Deadline({ timeout, signal }, `start TLS with ${host}`, "connect");
  let connection: Connection | undefined;
  try {
    const to = formatAddress({ transport: "ip", host: address.address, port });
    connection = await dial(to, { signal: deadline.signal, proxy });
    if (beforeTls && !await raceSignal(beforeTls(connection), deadline.signal)) return { kind: "unreached" };
    deadline.phase = "tls";
    const random = crypto.getRandomValues(new Uint8Array(64));
    const serverName = ipVersion(host) ? undefined : host;
    await raceSignal(writeAll(connection, clientHello({ version, serverName, alpn, random })), deadline.signal);
    return await raceSignal(readReply(connection, options), deadline.signal);
  } catch (error) {
    signal.throwIfAborted();
    const inTls = deadline.phase === "tls";
    if (deadline.signal.aborted || error instanceof TimeoutError) return { kind: inTls ? "silent" : "unreached" };
    if (!(error instanceof NetworkError) && !(error instanceof Error)) throw error;
    return { kind: inTls ? "closed" : "unreached" };
  } finally {
    connection?.close();
  }
}

async function readReply(connection: Connection, options: { readonly helloOnly?: boolean }): Promise<HelloResult> {
  let held: Uint8Array<ArrayBuffer> = new Uint8Array();
  const buffer = new Uint8Array(16 * 1024);
  while (held.length < REPLY_LIMIT) {
    const count = await connection.read(buffer);
    if (count === null) break;
    held = concat([held, buffer.subarray(0, count)]);
    const reply = parseServerReply(held, options);
    if (reply !== "incomplete") return reply;
  }
  if (held.length >= REPLY_LIMIT) return { kind: "invalid", tooLarge: true };
  // A server that ends after its ServerHello has said which version it speaks.
  const hello = parseServerReply(held, { helloOnly: true });
  return hello === "incomplete" || held.length === 0 ? { kind: "closed" } : hello;
}
