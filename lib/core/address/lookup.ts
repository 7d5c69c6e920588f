import { systemLookup, systemReverse } from "../../deps/node/system_lookup.ts";
import type { Address } from "./address.ts";
import { hostToBind } from "./bind.ts";
import { Deadline, type WaitOptions } from "../time/deadline.ts";
import { NetworkError, SystemError } from "../errors/errors.ts";
import { asciiHostName } from "./host_name.ts";
import { ipVersion } from "./ip.ts";
import { networkCall } from "../errors/network_call.ts";
import { fromSystem } from "../errors/system_error.ts";

/** Address of a host. */
export interface HostAddress {
  /** IPv4 or IPv6 address. */
  readonly address: string;
  /** IP version. */
  readonly family: 4 | 6;
}

/** Options of {@link lookup}; `timeout` limits all of it. */
export interface LookupOptions extends WaitOptions {
  /**
   * IP version of the addresses. Without it, both.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
}

/**
 * Looks up the addresses of a host as programs on this machine do (`getaddrinfo`): hosts file and search list included,
 * in the order that the system prefers (RFC 6724). An address is returned as it is. Names below `localhost` are loopback
 * if the system does not know them, and there are none below `invalid` (RFC 6761 §6.3 and §6.4).
 *
 * Permissions: `--allow-net=HOST`; none for an address.
 *
 * @param host The name or IP address.
 * @returns The addresses in the system's order.
 * @throws {NetworkError} `name-not-found` when there is no address; `name-server-failed` when the name servers fail,
 * if the runtime reports that (Deno 2.7 does not).
 * @throws {UsageError} `invalid-name` for a text that cannot be a name.
 * @throws {TimeoutError} When the addresses are not found in time.
 * @example Look up a name
 * ```ts
 * import { lookup } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await lookup("127.0.0.1"), [{ address: "127.0.0.1", family: 4 }]);
 * assertEquals((await lookup("localhost", { family: 4 }))[0]?.address, "127.0.0.1");
 * ```
 */
export function lookup(host: string, options?: LookupOptions): Promise<HostAddress[]>;
export async function lookup(host: string, options: LookupOptions = {}): Promise<HostAddress[]> {
  const { family } = options;
  const literal = ipVersion(host);
  if (literal) {
    if (family && literal !== family) throw notFound(host, `it is an IPv${literal} address`);
    return [{ address: host, family: literal }];
  }
  const name = asciiHostName(host);
  if (isBelow(name, "invalid")) throw notFound(host, "the name does not exist");
  using deadline = new Deadline(options, `look up ${host}`, "resolve");
  const found = await deadline.race(addresses(name, host, family ?? 0));
  if (found.length === 0) throw notFound(host, "it has no address");
  return found;
}

/**
 * Returns an address to listen on whose host is of one family: a name becomes its first address of that family, `*` the wildcard address of it.
 * Without a family, and for a unix socket, it is returned as it is.
 *
 * Requires the net permission.
 *
 * @throws {NetworkError} `name-not-found` when the host is an address of the other family, or has none of this one.
 * @throws {UsageError} `invalid-name` for a text that cannot be a name.
 * @throws {TimeoutError} When the addresses are not found in time.
 */
export async function ofFamily(address: Address, options: LookupOptions): Promise<Address> {
  if (options.family === undefined || address.transport === "unix") return address;
  if (address.host === "*") return { ...address, host: hostToBind(address.host, options.family) };
  const [first] = await lookup(address.host, options);
  return first ? { ...address, host: first.address } : address;
}

/**
 * Looks up the name of an address as programs on this machine do (`getnameinfo`): hosts file included.
 *
 * Permissions: `--allow-net`.
 *
 * @param address The IP address.
 * @returns The name.
 * @throws {NetworkError} `name-not-found` when the system knows no name for it.
 * @throws {TimeoutError} When the name is not found in time.
 * @example Look up the name of an address
 * ```ts
 * import { lookupName } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const name = await lookupName("127.0.0.1").catch(() => "localhost");
 * assertEquals(typeof name, "string");
 * ```
 */
export function lookupName(address: string, options?: WaitOptions): Promise<string>;
export async function lookupName(address: string, options: WaitOptions = {}): Promise<string> {
  using deadline = new Deadline(options, `look up ${address}`, "resolve");
  try {
    return await deadline.race(networkCall(() => systemReverse(address)));
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : lookupError(error, address, "no name was found");
  }
}

async function addresses(name: string, host: string, family: 0 | 4 | 6): Promise<HostAddress[]> {
  const loopback = isBelow(name, "localhost") ? LOOPBACK.filter((a) => family === 0 || a.family === family) : [];
  try {
    const found = (await networkCall(() => systemLookup(name, family))).flatMap(({ address }): HostAddress[] => {
      const version = ipVersion(address);
      return version ? [{ address, family: version }] : [];
    });
    return found.length > 0 ? found : loopback;
  } catch (error) {
    const failure = lookupError(error, host);
    if (loopback.length > 0 && failure instanceof NetworkError) return loopback;
    throw failure;
  }
}

/** Addresses of `localhost` by definition. */
const LOOPBACK: readonly HostAddress[] = [{ address: "127.0.0.1", family: 4 }, { address: "::1", family: 6 }];

/** Whether a name is this domain, or below it. */
export function isBelow(name: string, domain: string): boolean {
  return `.${name.replace(/\.$/, "").toLowerCase()}`.endsWith(`.${domain}`);
}

function lookupError(error: unknown, host: string, missing = "no address was found"): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EAI_AGAIN" || code === "EAI_FAIL") {
    return new NetworkError(`cannot look up ${host}: no answer from the name servers`, {
      code: "name-server-failed",
      operation: "look up",
      peer: host,
      cause: error,
    });
  }
  if (code === "ENOTFOUND" || code === "ENODATA") return notFound(host, missing, error);
  // `node:dns` reports a denied permission as a number of the system.
  if (code === "EPERM") {
    return new SystemError(`cannot look up ${host}: the net permission is missing`, {
      code: "permission-missing",
      operation: "look up",
      peer: host,
      hint: "this run lacks --allow-net",
      cause: error,
    });
  }
  return fromSystem(error, { doing: "look up", what: host });
}

function notFound(host: string, why: string, cause?: unknown): NetworkError {
  return new NetworkError(`cannot look up ${host}: ${why}`, {
    code: "name-not-found",
    operation: "look up",
    peer: host,
    cause,
  });
}
