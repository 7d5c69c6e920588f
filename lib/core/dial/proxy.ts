import { type HostPort, parseAddress } from "../address.ts";
import { UsageError } from "../errors.ts";

/** A proxy to connect through. */
export interface Proxy {
  /** How it is spoken to; with `socks5` the name is looked up here, with the others by the proxy. */
  readonly scheme: "http" | "socks5" | "socks5h";
  /** Where it is. */
  readonly address: HostPort;
  /** Who we are to it. */
  readonly user?: string;
  /** What proves that. */
  readonly password?: string;
}

const PORTS: Record<Proxy["scheme"], number> = { http: 8080, socks5: 1080, socks5h: 1080 };

/**
 * Reads a proxy as `http://[USER:PASSWORD@]HOST[:PORT]`, `socks5://…` or `socks5h://…`.
 *
 * @throws {UsageError} When the text is none.
 */
export function parseProxy(text: string): Proxy {
  const [, scheme, userinfo, address] = /^([a-z0-9]+):\/\/(?:([^@/]*)@)?([^@/]+)\/?$/.exec(text) ?? [];
  if (address === undefined || (scheme !== "http" && scheme !== "socks5" && scheme !== "socks5h")) {
    // The text may hold a password: it is not repeated.
    throw new UsageError("it is no proxy", { code: "invalid-proxy" });
  }
  const where = parseAddress(address, { port: PORTS[scheme] });
  if (where.transport !== "ip") throw new UsageError("a proxy has a host and a port", { code: "invalid-proxy" });
  const [user, password] = (userinfo ?? "").split(/:(.*)/s).map(decode);
  return { scheme, address: where, user: user || undefined, password };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The proxy that the environment names for a host: `ALL_PROXY`, unless `NO_PROXY` lists the host. Lower-case names go
 * first, as in other tools.
 *
 * @throws {UsageError} When the variable holds no proxy.
 */
export function proxyFromEnvironment(host: string, get: (name: string) => string | undefined): Proxy | undefined {
  const value = get("all_proxy") || get("ALL_PROXY");
  if (!value || bypasses(host, get("no_proxy") || get("NO_PROXY") || "")) return undefined;
  return parseProxy(value);
}

/** Whether a host is on a `NO_PROXY` list: `*`, the name itself, or a domain above it. */
function bypasses(host: string, list: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return list.split(",").map((entry) => entry.trim().toLowerCase().replace(/^\*?\./, "")).some((entry) =>
    entry !== "" && (entry === "*" || name === entry || name.endsWith(`.${entry}`))
  );
}
