import { formatAddress, type HostPort, ipVersion, parseAddress, UsageError } from "../../core/mod.ts";

/** The port of name servers. */
export const DNS_PORT = 53;

/** Protocols over which a name server is asked. */
export type DnsProtocol = "udp" | "tcp" | "tls" | "https";

/** A name server, and how it is asked. */
export interface NameServer {
  /** The protocol: UDP with TCP for what does not fit, TCP, TLS (RFC 7858) or HTTPS (RFC 8484). */
  readonly protocol: DnsProtocol;
  /** Name or IP address, without brackets. */
  readonly host: string;
  /** The port. */
  readonly port: number;
  /** Name in the certificate, if it is not the host; only with TLS. */
  readonly tlsName?: string;
  /** Path of the URL; only with HTTPS. @default "/dns-query" */
  readonly path?: string;
  /** Method of the requests; only with HTTPS. @default "POST" */
  readonly method?: "GET" | "POST";
}

/** Properties of a name server whose text does not have them. */
export interface NameServerDefaults {
  /** Protocol of one without a scheme. @default "udp" */
  readonly protocol?: DnsProtocol;
  /** Port of one without a port. Without it, that of its protocol. */
  readonly port?: number;
  /** Method of the requests over HTTPS. @default "POST" */
  readonly method?: "GET" | "POST";
}

/** Ports by protocol. */
const PORTS: Readonly<Record<DnsProtocol, number>> = { udp: DNS_PORT, tcp: DNS_PORT, tls: 853, https: 443 };
const DOH_PATH = "/dns-query";
const ACCEPTED = "HOST[:PORT], udp://HOST[:PORT], tcp://HOST[:PORT], tls://HOST[:PORT][#NAME] or " +
  "https://HOST[:PORT]/PATH";

/**
 * Parses a name server: `192.0.2.53`, `[2001:db8::53]:53`, `udp://…`, `tcp://…`, `tls://HOST[:853][#NAME]` with the
 * name in its certificate, or `https://HOST[:443]/dns-query`. What it does not say is taken from the defaults.
 *
 * @throws {UsageError} `invalid-name-server`, with the reason.
 */
export function parseNameServer(text: string, defaults: NameServerDefaults = {}): NameServer {
  try {
    const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
    const protocol = scheme?.toLowerCase() ?? defaults.protocol ?? "udp";
    const written = scheme === undefined ? text : rest;
    if (protocol === "https") return parseHttps(written, defaults);
    if (protocol === "tls") return parseTls(written, defaults);
    if (protocol !== "udp" && protocol !== "tcp") {
      throw new UsageError(`unsupported scheme "${protocol}" (supported: udp, tcp, tls, https)`);
    }
    if (scheme === undefined && text.includes("#")) {
      throw new UsageError("a name in the certificate requires TLS", { hint: `write tls://${text}` });
    }
    return { protocol, ...hostAndPort(written, protocol, defaults) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { code, message, hint } = error;
    const reason = code === "invalid-port" ? message : message.replace(/^invalid address "[^"]*": /, "");
    throw new UsageError(`invalid name server "${text}": ${reason}`, {
      code: "invalid-name-server",
      hint: hint ?? `accepted are ${ACCEPTED}`,
      cause: error,
    });
  }
}

function parseTls(text: string, defaults: NameServerDefaults): NameServer {
  const hash = text.indexOf("#");
  if (hash < 0) return { protocol: "tls", ...hostAndPort(text, "tls", defaults) };
  const tlsName = text.slice(hash + 1);
  if (!/^[\p{L}\p{N}_.:-]+$/u.test(tlsName)) throw new UsageError('no name of a host after "#"');
  return { protocol: "tls", ...hostAndPort(text.slice(0, hash), "tls", defaults), tlsName };
}

function hostAndPort(
  text: string,
  protocol: DnsProtocol,
  { port: usual = PORTS[protocol] }: NameServerDefaults,
): Pick<HostPort, "host" | "port"> {
  if (text === "") throw new UsageError("no host");
  const address = parseAddress(text.replace(/\/$/, ""), { port: usual });
  if (address.transport === "unix") throw new UsageError("a unix socket is not supported");
  const { host, port } = address;
  return { host, port };
}

function parseHttps(text: string, { port: usual = PORTS.https, method }: NameServerDefaults): NameServer {
  // A URI template of RFC 8484 §4.1 ends with its one variable; an IPv6 address may lack its brackets.
  const template = text.replace(/\{\?dns\}$/, "");
  const bracketed = ipVersion(template) === 6 ? `[${template}]` : template;
  const url = URL.canParse(`https://${bracketed}`) ? new URL(`https://${bracketed}`) : undefined;
  if (!url || url.hostname === "") throw new UsageError("not a URL");
  if (url.username !== "" || url.password !== "") throw new UsageError("a user in the URL is not supported");
  if (url.hash !== "") throw new UsageError('"#" is not supported in a URL: the host is the name in the certificate');
  if (url.search !== "") throw new UsageError("a query in the URL is not supported");
  // A URL does not show whether it names the usual port of its scheme.
  const named = /^(?:\[[^\]]*\]|[^/:]*):\d/.test(bracketed) ? PORTS.https : usual;
  if (url.port === "0") throw new UsageError('port "0" is not a number from 1 to 65535', { code: "invalid-port" });
  return {
    protocol: "https",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? named : Number(url.port),
    path: url.pathname === "/" ? DOH_PATH : url.pathname,
    ...(method && { method }),
  };
}

/** Formats a name server as {@link parseNameServer} parses it; one that is asked over UDP or TCP as `HOST:PORT`. */
export function formatNameServer(server: NameServer): string {
  const { protocol, host, port, tlsName, path = DOH_PATH } = server;
  const address = formatAddress({ transport: "ip", host, port });
  if (protocol === "udp") return address;
  if (protocol === "https") return `https://${port === PORTS.https ? address.replace(/:443$/, "") : address}${path}`;
  return `${protocol}://${address}${tlsName === undefined ? "" : `#${tlsName}`}`;
}

/** Returns the address of a server as the name server that is asked over UDP, or over TCP alone. */
export function nameServerAt({ host, port }: Pick<HostPort, "host" | "port">, tcp: boolean = false): NameServer {
  return { protocol: tcp ? "tcp" : "udp", host, port };
}

/** Returns a server of a configuration with its protocol. */
export function asNameServer(server: HostPort | NameServer, tcp: boolean): NameServer {
  if (!("protocol" in server)) return nameServerAt(server, tcp);
  return tcp && server.protocol === "udp" ? { ...server, protocol: "tcp" } : server;
}
