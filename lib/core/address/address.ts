import { UsageError } from "../errors/errors.ts";
import type { Os } from "../system/os.ts";
import { requireUnixSockets } from "../system/unix_sockets.ts";
import { ipVersion } from "./ip.ts";
import { servicePort } from "./services.ts";

/** Host name or IP address, without brackets, and a port. */
export interface HostPort {
  /** Type of the address. */
  readonly transport: "ip";
  /** Name, IPv4 or IPv6 address (without brackets). */
  readonly host: string;
  /** Port, 0 to 65535; 0 only for a server that may choose. */
  readonly port: number;
}

/** Unix socket. */
export interface UnixPath {
  /** Type of the address. */
  readonly transport: "unix";
  /** Path of the socket. */
  readonly path: string;
}

/** Address to connect to, or to listen on. */
export type Address = HostPort | UnixPath;

/** Defaults of {@link parseAddress}. */
export interface AddressDefaults {
  /** Host when only a port is given. Without it a host is required. */
  readonly host?: string;
  /** Port when only a host is given. Without it a port is required. */
  readonly port?: number;
  /** Whether port 0, "any free port", is valid: only for servers. */
  readonly anyPort?: boolean;
}

/**
 * Parses an address in the form of all tools: `HOST:PORT`, `[V6]:PORT`, `:PORT`, `PORT`, `HOST` if there is a
 * default port, `unix:/path`.
 *
 * @param text The address.
 * @param defaults Port and host for an address without them.
 * @returns The address.
 * @throws {UsageError} When the text is not an address, with the reason.
 * @example Parse an address
 * ```ts
 * import { parseAddress } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseAddress("[::1]:53"), { transport: "ip", host: "::1", port: 53 });
 * assertEquals(parseAddress(":7", { host: "127.0.0.1" }), { transport: "ip", host: "127.0.0.1", port: 7 });
 * ```
 */
export function parseAddress(text: string, defaults?: AddressDefaults): Address;
export function parseAddress(text: string, defaults: AddressDefaults = {}): Address {
  if (text.startsWith("unix:")) return parseUnix(text);
  const { host, port } = split(text, defaults);
  const number = port === undefined ? defaults.port : parsePort(port, defaults.anyPort);
  if (number === undefined) {
    const service = defaults.host !== undefined && servicePort(text) !== undefined;
    const words = service ? `, or :${text} for the port of that service` : "";
    throw new UsageError(`"${text}" has no port: write ${brackets(host)}:PORT${words}`);
  }
  return { transport: "ip", host, port: number };
}

function split(text: string, defaults: AddressDefaults): { host: string; port?: string } {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  // A URL may contain a password, which is not shown.
  if (scheme !== undefined) throw new UsageError(`"${scheme}…" is a URL, not HOST:PORT`);
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed) {
    const [, host = "", port] = bracketed;
    if (ipVersion(host) !== 6) throw new UsageError(`invalid address "${text}": no IPv6 address in brackets`);
    return { host, port };
  }
  if (ipVersion(text) === 6) {
    if (defaults.port !== undefined) return { host: text };
    throw new UsageError(`"${text}" is an IPv6 address without a port: write [${text}]:PORT`);
  }
  const colon = text.lastIndexOf(":");
  const bare = colon < 0 && /^\d+$/.test(text) && defaults.host !== undefined;
  if (bare) return { host: defaults.host, port: text };
  const host = colon < 0 ? text : text.slice(0, colon);
  const port = colon < 0 ? undefined : text.slice(colon + 1);
  if (host === "") {
    if (defaults.host === undefined) throw new UsageError(`"${text}" has no host`);
    return { host: defaults.host, port };
  }
  checkHost(host, text);
  return { host, port };
}

function checkHost(host: string, text: string): void {
  if (host.includes(":")) {
    throw new UsageError(`"${text}" has more than one colon: write an IPv6 address in brackets, [V6]:PORT`);
  }
  // Only characters that are never valid in a name are rejected; the resolver decides about the rest.
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (/[\x00-\x20\x7f/\\@?#[\]<>"]/.test(host) || host.length > 253) {
    throw new UsageError(`"${text}" has no valid host`);
  }
}

/**
 * Parses a port number, or the name of a common service (IANA) such as `http` or `smtp`.
 *
 * @throws {UsageError} When it is neither a number between 1 (0 with `any`) and 65535 nor such a name.
 */
export function parsePort(text: string, any = false): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : servicePort(text) ?? NaN;
  const lowest = any ? 0 : 1;
  if (!(port >= lowest && port <= 65535)) {
    const named = /^[a-z]/i.test(text) ? ", nor the name of a common service such as http" : "";
    throw new UsageError(`port "${text}" is not a number from ${lowest} to 65535${named}`, { code: "invalid-port" });
  }
  return port;
}

function parseUnix(text: string): UnixPath {
  return unixPath(text.slice("unix:".length));
}

/**
 * Checks the path of a unix socket. Linux's abstract sockets, whose names begin with NUL and are written with `@`, are not among
 * them: a sandbox of paths does not cover them.
 *
 * @throws {UsageError} For an empty path, an abstract name and a NUL character; `unix-sockets-missing` on Windows.
 */
export function unixPath(path: string, os?: Os): UnixPath {
  if (path === "") throw new UsageError('"unix:" has no path: write unix:/path');
  if (path.startsWith("@") || path.startsWith("\0")) {
    const name = path.slice(1);
    throw new UsageError(
      `unix:@${name}: abstract sockets are not supported; for a file of that name write unix:./@${name}`,
      {
        code: "abstract-socket",
      },
    );
  }
  if (path.includes("\0")) throw new UsageError("a path cannot contain a NUL character", { code: "invalid-path" });
  requireUnixSockets(path, os);
  return { transport: "unix", path };
}

/**
 * Formats an address as {@link parseAddress} parses it.
 *
 * @param address The address.
 * @returns The address as {@link parseAddress} reads it.
 * @example Format an IPv6 address
 * ```ts
 * import { formatAddress } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatAddress({ transport: "ip", host: "::1", port: 80 }), "[::1]:80");
 * ```
 */
export function formatAddress(address: Address): string {
  return address.transport === "unix" ? `unix:${address.path}` : `${brackets(address.host)}:${address.port}`;
}

/** Formats an address of the runtime as {@link parseAddress} parses it. */
export function formatNetAddress(addr: Deno.Addr): string {
  if ("hostname" in addr) return `${brackets(addr.hostname)}:${addr.port}`;
  return "path" in addr ? `unix:${addr.path}` : addr.transport;
}

function brackets(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
