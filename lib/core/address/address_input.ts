import { type Address, type AddressDefaults, type HostPort, parseAddress, type UnixPath, unixPath } from "./address.ts";
import { UsageError } from "../errors/errors.ts";

/** Address of a listener, as the runtime returns it. */
export type ServerAddr = Deno.NetAddr | Deno.UnixAddr;

/**
 * Address in any accepted form: a text such as `localhost:80`, `[::1]:80` or `unix:/path` (see {@link parseAddress}),
 * a parsed one, or an address of the runtime, such as the `addr` of a server.
 */
export type AddressInput = string | Address | ServerAddr;

/**
 * Address to listen on, or a bound listener. `9000` and `:9000` are ports of loopback, and port 0
 * is any free one.
 */
export type ListenInput = AddressInput | Deno.Listener;

/**
 * Type of the address of a server that listens on `At`: `Deno.NetAddr`, for a unix socket
 * `Deno.UnixAddr`, and either of them if the type of `At` does not determine it.
 */
export type BoundAddr<At> = At extends Deno.TcpListener | Deno.TlsListener ? Deno.NetAddr
  : At extends `unix:${string}` | UnixPath | Deno.UnixAddr ? Deno.UnixAddr
  : string extends At ? ServerAddr
  : At extends string | HostPort | Deno.NetAddr ? Deno.NetAddr
  : ServerAddr;

/** Defaults of an address to listen on: loopback, and port 0 allowed. */
export const LISTEN_DEFAULTS: AddressDefaults = { host: "127.0.0.1", anyPort: true };

/**
 * Converts an address in any of its forms to a parsed one.
 *
 * @throws {UsageError} When it is not an address.
 * @example
 * ```ts
 * import { toAddress } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const address = { transport: "ip", host: "127.0.0.1", port: 80 } as const;
 * assertEquals(toAddress("127.0.0.1:80"), address);
 * assertEquals(toAddress({ transport: "tcp", hostname: "127.0.0.1", port: 80 }), address);
 * ```
 */
export function toAddress(input: AddressInput, defaults?: AddressDefaults): Address {
  if (typeof input === "string") return parseAddress(input, defaults);
  // Untyped callers may pass anything: a port as a number, a URL, nothing.
  const { hostname, host = hostname, port, path }: AddressFields = input ?? {};
  if (typeof host === "string" && isPort(port)) return { transport: "ip", host, port };
  if (typeof path === "string") return unixPath(path);
  throw new UsageError(`${describe(input)} is not an address: write a text such as "127.0.0.1:9000"`);
}

interface AddressFields {
  readonly host?: unknown;
  readonly hostname?: unknown;
  readonly port?: unknown;
  readonly path?: unknown;
}

function isPort(port: unknown): port is number {
  return Number.isInteger(port) && Number(port) >= 0 && Number(port) <= 65535;
}

function describe(input: unknown): string {
  return typeof input === "object" && input !== null ? JSON.stringify(input) : `${typeof input} ${input}`;
}

/** Converts an address to listen on in any of its forms; a bound listener stays as it is. */
export function toListenAddress(input: ListenInput): Address | Deno.Listener {
  return typeof input === "object" && "accept" in input ? input : toAddress(input, LISTEN_DEFAULTS);
}

/** Returns the address of a listener, as a server reports it. */
export function serverAddr(addr: Deno.Addr): ServerAddr {
  if (addr.transport === "vsock") throw new TypeError("a server listens on IP or a unix socket");
  return addr;
}
