import { type Address, type HostPort, parseAddress } from "../../address/address.ts";
import { UsageError } from "../../errors/errors.ts";
import type { TlsOptions } from "../../tls/client/options.ts";
import { isOnNoProxyList } from "./no_proxy.ts";

/** Proxy to connect through. */
export interface Proxy {
  /**
   * Protocol of the proxy: `https` is HTTP over TLS to the proxy. With `socks5` the name is looked up here, with the others by
   * the proxy.
   */
  readonly scheme: "http" | "https" | "socks5" | "socks5h";
  /** Address of the proxy. */
  readonly address: HostPort;
  /** User name for the proxy. */
  readonly user?: string;
  /** Password for the proxy. */
  readonly password?: string;
  /** TLS options for an `https` proxy. */
  readonly tls?: TlsOptions;
}

const PORTS: Record<Proxy["scheme"], number> = { http: 8080, https: 443, socks5: 1080, socks5h: 1080 };

/**
 * Parses a proxy of the form `[http://][USER:PASSWORD@]HOST[:PORT]`, `https://…`, `socks5://…` or `socks5h://…`. The
 * port is 8080, 443 for
 * https and 1080 for SOCKS unless given; a path is ignored.
 *
 * @param text The URL; without a scheme it is http:.
 * @returns The proxy.
 * @throws {UsageError} When the text is not of that form.
 * @example Parse a proxy URL
 * ```ts
 * import { parseProxy } from "../../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseProxy("socks5://127.0.0.1:1080").scheme, "socks5");
 * ```
 */
export function parseProxy(text: string): Proxy {
  const [, name = "http", userinfo, address] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^/]*)@)?([^@/?#]+)(?:[/?#][^@]*)?$/i.exec(text.trim()) ?? [];
  const scheme = Object.keys(PORTS).find((scheme): scheme is Proxy["scheme"] => scheme === name.toLowerCase());
  if (address === undefined || scheme === undefined) {
    // The text may contain a password: it is not repeated.
    throw new UsageError("invalid proxy", { code: "invalid-proxy" });
  }
  const where = addressOf(address, PORTS[scheme]);
  if (where.transport !== "ip") {
    throw new UsageError("invalid proxy: host and port required", { code: "invalid-proxy" });
  }
  const [user, password] = (userinfo ?? "").split(/:(.*)/s).map(decode);
  return { scheme, address: where, user: user || undefined, password };
}

/** Parses the address of a proxy. An invalid one may be a user and a password without a host: it is not repeated. */
function addressOf(text: string, port: number): Address {
  try {
    return parseAddress(text, { port });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError("invalid host or port", { code: error.code });
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Returns the proxy for a host from the environment: `ALL_PROXY`, unless `NO_PROXY` lists the host, or the host with this port.
 * Lower-case names take precedence, as in other tools.
 *
 * @throws {UsageError} When the value of the variable is not a proxy.
 */
export function proxyFromEnvironment(
  host: string,
  get: (name: string) => string | undefined,
  port?: number,
): Proxy | undefined {
  const value = get("all_proxy") || get("ALL_PROXY");
  if (!value || isOnNoProxyList(host, port, get("no_proxy") || get("NO_PROXY") || "")) return undefined;
  return parseProxy(value);
}
