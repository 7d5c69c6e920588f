import { type AddressInput, fromSystem, type HostPort, ipVersion, toAddress, UsageError } from "../core/mod.ts";

/** Where the system keeps what its resolver has to know. */
export const RESOLVER_FILE = "/etc/resolv.conf";

/** The port of name servers. */
export const DNS_PORT = 53;

/** How names are looked up on a machine (resolv.conf(5)). */
export interface ResolverConfig {
  /** The servers to ask, in this order: three at most. */
  readonly servers: readonly HostPort[];
  /** Domains that are added to a name that is not absolute, in this order. */
  readonly search: readonly string[];
  /** How many dots a name has to have to be tried as it is before the domains are added. */
  readonly ndots: number;
  /** Milliseconds that a server has for one answer. */
  readonly wait: number;
  /** How often each server is asked before it is given up. */
  readonly attempts: number;
  /** Whether servers are asked over TCP at once. */
  readonly tcp: boolean;
}

/** What holds where the file says nothing; the highest values are those of the C library. */
const NUMBERS = {
  ndots: { initial: 1, lowest: 0, highest: 15 },
  timeout: { initial: 5, lowest: 1, highest: 30 },
  attempts: { initial: 2, lowest: 1, highest: 5 },
} as const;
const MAX_SERVERS = 3;

/**
 * Reads the text of a `resolv.conf`. What has no sense in it is passed over, as the C library does; without a server
 * it is the one on this machine.
 *
 * @example
 * ```ts
 * import { parseResolverConfig } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { servers, search, ndots } = parseResolverConfig("nameserver 192.0.2.53\nsearch a.example b.example\n");
 * assertEquals(servers, [{ transport: "ip", host: "192.0.2.53", port: 53 }]);
 * assertEquals([search, ndots], [["a.example", "b.example"], 1]);
 * ```
 */
export function parseResolverConfig(text: string): ResolverConfig {
  const servers: HostPort[] = [];
  let search: readonly string[] = [];
  const options = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line.replace(/[#;].*/, "").trim().split(/\s+/);
    const [first = ""] = values;
    if (keyword === "nameserver" && ipVersion(first) && servers.length < MAX_SERVERS) {
      servers.push({ transport: "ip", host: first, port: DNS_PORT });
    } else if (keyword === "domain" && first) search = [first];
    else if (keyword === "search") search = values;
    else if (keyword === "options") {
      for (const word of values) {
        const [name = "", value = ""] = word.split(":");
        options.set(name, value);
      }
    }
  }
  const number = (name: keyof typeof NUMBERS) => {
    const { initial, lowest, highest } = NUMBERS[name];
    const value = /^\d+$/.test(options.get(name) ?? "") ? Number(options.get(name)) : initial;
    return Math.min(highest, Math.max(lowest, value));
  };
  return {
    servers: servers.length > 0 ? servers : [{ transport: "ip", host: "127.0.0.1", port: DNS_PORT }],
    // The root adds nothing to a name.
    search: search.filter((domain) => domain !== "."),
    ndots: number("ndots"),
    wait: number("timeout") * 1000,
    attempts: number("attempts"),
    tcp: options.has("use-vc"),
  };
}

/** How names are looked up when a server is named: at that server, as they are. */
export function serverConfig(servers: readonly AddressInput[]): ResolverConfig {
  return { ...parseResolverConfig(""), servers: servers.map(nameServer) };
}

/**
 * The address of a name server; its port is 53 where none is given.
 *
 * @throws {UsageError} For a unix socket.
 */
export function nameServer(input: AddressInput): HostPort {
  const address = toAddress(input, { port: DNS_PORT });
  if (address.transport === "ip") return address;
  throw new UsageError(`invalid name server "${address.path}": must be HOST or HOST:PORT`);
}

/**
 * Reads how this machine looks names up, or nothing where its file cannot be read: the system has none, or this run no
 * permission.
 *
 * Permissions: `--allow-read=/etc/resolv.conf`.
 */
export function readResolverConfig(path?: string): Promise<ResolverConfig | undefined>;
export async function readResolverConfig(path: string = RESOLVER_FILE): Promise<ResolverConfig | undefined> {
  try {
    return parseResolverConfig(await Deno.readTextFile(path));
  } catch (error) {
    const unreadable = error instanceof Error && /^(?:NotFound|NotCapable|PermissionDenied)$/.test(error.name);
    if (unreadable) return undefined;
    throw fromSystem(error, { doing: "read", what: path });
  }
}
