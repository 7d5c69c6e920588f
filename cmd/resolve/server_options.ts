import { flag, kind, list, option, TRUST, type Values } from "../../lib/cli/mod.ts";
import { asNameServer, type DnsProtocol, type NameServer, parseNameServer } from "../../lib/dns/internal.ts";

/** Protocols of a server without a scheme. */
const PLAIN = ["udp", "tls", "https"] as const;

function isServer(text: string, protocol: DnsProtocol): boolean {
  try {
    parseNameServer(text, { protocol });
    return !text.startsWith("unix:");
  } catch {
    return false;
  }
}

/** The text of a server. What it does not say depends on other options, so that it is parsed again with these. */
const server = kind.parsed(
  "SERVER",
  "HOST[:PORT], udp://HOST, tcp://HOST, tls://HOST[#NAME] or https://HOST/dns-query",
  (text) => {
    const [protocol] = text.includes("://") ? [] : PLAIN.filter((protocol) => isServer(text, protocol));
    // Otherwise the error is that of a server without a scheme.
    if (protocol === undefined) parseNameServer(text);
    return text;
  },
);

const SERVERS = { with: ["server"], because: "the servers of the system are queried over UDP and TCP" } as const;

/** Options that say which servers are queried, and how. */
export const SERVER = {
  "server": list(
    server,
    "server to query (default: the system's); of several, the next where one does not answer",
    {
      short: "s",
      more:
        "192.0.2.53, [2001:db8::53]:5353, udp://… and tcp://… (port 53), tls://HOST[:PORT][#NAME] for DNS over TLS " +
        "(port 853; the certificate is verified for NAME, or else for HOST), https://HOST[:PORT]/PATH for DNS over HTTPS. " +
        "Many names are distributed over all servers.",
    },
  ),
  "port": option(kind.port, "port of the servers that are given without one", {
    short: "p",
    with: ["server", "trace-delegation"],
    because: "the servers of the system have theirs",
  }),
  "tcp": flag("ask over TCP at once, not only for what does not fit into a datagram"),
  "tls": flag("query servers that are given without a scheme over TLS", { ...SERVERS, without: ["tcp"] }),
  "https": flag("query servers that are given without a scheme over HTTPS", {
    ...SERVERS,
    without: ["tcp", "tls"],
    more: "The path is /dns-query unless one is given: --https dns.example.com/query.",
  }),
  "https-get": flag("the same by GET instead of POST, also https:// servers", { ...SERVERS, without: ["tcp", "tls"] }),
  "cacert": { ...TRUST.cacert, ...SERVERS },
  "pin": { ...TRUST.pin, ...SERVERS },
  "insecure": { ...TRUST.insecure, ...SERVERS },
} as const;

/** Returns the servers of a call. */
export function serversOf(options: Pick<Values<typeof SERVER>, typeof PARTS[number]>): readonly NameServer[] {
  const { server, port, tcp, tls, https, "https-get": get } = options;
  const protocol: DnsProtocol | undefined = tls ? "tls" : https || get ? "https" : undefined;
  const defaults = { protocol, port, ...(get && { method: "GET" as const }) };
  return server.map((text) => asNameServer(parseNameServer(text, defaults), tcp));
}

const PARTS = ["server", "port", "tcp", "tls", "https", "https-get"] as const;
