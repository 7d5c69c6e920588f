import { formatAddress, type HostPort, parseAddress, UsageError } from "../../core/mod.ts";
import { DNS_PORT } from "../system/config.ts";

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

/** Ports by protocol. */
const PORTS: Readonly<Record<DnsProtocol, number>> = { udp: DNS_PORT, tcp: DNS_PORT, tls: 853, https: 443 };
const DOH_PATH = "/dns-query";
const ACCEPTED = "HOST[:PORT], udp://HOST[:PORT], tcp://HOST[:PORT], tls://HOST[:PORT][#NAME] or " +
  "https://HOST[:PORT]/PATH";

/**
 * Parses a name server: `192.0.2.53`, `[2001:db8::53]:53`, `udp://…`, `tcp://…`, `tls://HOST[:853][#NAME]` with the
 * name in its certificate, or `https://HOST[:443]/dns-query`.
 *
 * @throws {UsageError} `invalid-name-server`, with the reason.
 */
export function parseNameServer(text: string): NameServer {
  try {
    const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
    if (scheme === undefined) return parsePlain(text);
    const protocol = scheme.toLowerCase();
    if (protocol === "https") return parseHttps(text);
    if (protocol === "tls") return parseTls(rest);
    if (protocol === "udp" || protocol === "tcp") return { protocol, ...hostAndPort(rest, protocol) };
    throw new UsageError(`unsupported scheme "${protocol}" (supported: udp, tcp, tls, https)`);
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

function parsePlain(text: string): NameServer {
  if (text.includes("#")) {
    throw new UsageError("a name in the certificate requires TLS", { hint: `write tls://${text}` });
  }
  return { protocol: "udp", ...hostAndPort(text, "udp") };
}

function parseTls(rest: string): NameServer {
  const hash = rest.indexOf("#");
  if (hash < 0) return { protocol: "tls", ...hostAndPort(rest, "tls") };
  const tlsName = rest.slice(hash + 1);
  if (!/^[\p{L}\p{N}_.:-]+$/u.test(tlsName)) throw new UsageError('no name of a host after "#"');
  return { protocol: "tls", ...hostAndPort(rest.slice(0, hash), "tls"), tlsName };
}

function hostAndPort(text: string, protocol: DnsProtocol): Pick<HostPort, "host" | "port"> {
  if (text === "") throw new UsageError("no host");
  const address = parseAddress(text.replace(/\/$/, ""), { port: PORTS[protocol] });
  if (address.transport === "unix") throw new UsageError("a unix socket is not supported");
  const { host, port } = address;
  return { host, port };
}

function parseHttps(text: string): NameServer {
  // A URI template of RFC 8484 §4.1 ends with its one variable.
  const template = text.replace(/\{\?dns\}$/, "");
  const url = URL.canParse(template) ? new URL(template) : undefined;
  if (!url || url.hostname === "") throw new UsageError("not a URL");
  if (url.username !== "" || url.password !== "") throw new UsageError("a user in the URL is not supported");
  if (url.hash !== "") throw new UsageError('"#" is not supported in a URL: the host is the name in the certificate');
  if (url.search !== "") throw new UsageError("a query in the URL is not supported");
  return {
    protocol: "https",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? PORTS.https : Number(url.port),
    path: url.pathname === "/" ? DOH_PATH : url.pathname,
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
