import { CERTIFICATE, flag, kind, list, option, PROXY_VARIABLES, TRUST } from "../../../lib/cli/mod.ts";
import { isNetwork, parsePort, UsageError } from "../../../lib/core/mod.ts";
import {
  type NameServer,
  nsidBytes,
  parseFaultRules,
  parseNameServer,
  RESOLVER_FILE,
  RESOLVER_VARIABLES,
  resolverSys,
  zoneFilePaths,
} from "../../../lib/dns/internal.ts";

/** Default port: 53 is for the superuser, and 5353 is multicast DNS. */
export const PORT = 1053;

const port = kind.parsed("PORT", "a number from 0 to 65535", (text) => parsePort(text, true));
const network = kind.parsed("CIDR", "an address, a network such as 10.0.0.0/8, loopback or private", (text) => {
  if (isNetwork(text)) return text;
  throw new UsageError(`"${text}" is not an address or a network`);
});
const fault = kind.parsed(
  "FAULT",
  "NAME[/TYPE]=FAULT[:TIME][:PERCENT%], such as slow.test=delay:2s or *=drop:1%",
  parseFaultRules,
);
const nsid = kind.parsed("TEXT", "1 to 128 bytes", (text) => {
  nsidBytes(text);
  return text;
});
const tlsAddress = kind.listenerAddress("0.0.0.0:853");
const httpsAddress = kind.listenerAddress("0.0.0.0:443");
/** A zone file, with the name of its zone if the file does not say it. */
interface ZoneOperand {
  readonly file: string;
  readonly origin?: string;
}

const zone = {
  ...kind.parsed(
    "[ORIGIN=]FILE",
    "the path of a zone file, with its origin before it if need be",
    (text): ZoneOperand => {
      const [, origin, file = text] = /^([^/=\\]+)=(.+)$/.exec(text) ?? [];
      return { origin, file: kind.file.parse(file) };
    },
  ),
  complete: "file" as const,
};
const server = kind.parsed(
  "SERVER",
  "system, HOST[:PORT], udp://HOST, tcp://HOST, tls://HOST[#NAME] or https://HOST/dns-query",
  (text): NameServer | "system" => text === "system" ? text : parseNameServer(text),
);

/** The folder of a zone file is readable until it is read, for what it includes. */
function zoneNeeds(value: unknown) {
  const file = typeof value === "object" && value && "file" in value ? String(value.file) : undefined;
  return file === undefined ? {} : { startup: { read: zoneFilePaths(file) } };
}

function serverNeeds(value: unknown) {
  if (value === "system") return { read: [RESOLVER_FILE], env: RESOLVER_VARIABLES, sys: resolverSys() };
  const https = typeof value === "object" && value && "protocol" in value && value.protocol === "https";
  return https ? { env: PROXY_VARIABLES } : {};
}

const FORWARDED = { with: ["forward"] } as const;
const SECURED = { with: ["tls-listen", "https-listen"] } as const;

/** The options of `resolve serve`. */
export const SERVE_OPTIONS = {
  "host": option(kind.text("HOST", "a name or an address"), "listen on this address", {
    default: "127.0.0.1",
    more:
      "On a wildcard address (0.0.0.0 or ::) the system chooses the source address of responses over UDP. On a machine with several " +
      "addresses this may be another one than the query was sent to, and clients ignore such a response: listen on the " +
      "address that clients use.",
  }),
  "port": option(port, "listen on this port, over UDP and TCP; 0 for a free one", { short: "p", default: `${PORT}` }),
  "tls-listen": option(
    tlsAddress,
    "listen here for DNS over TLS, such as 1853; without a host only this machine can connect",
  ),
  "https-listen": option(
    httpsAddress,
    "listen here for DNS over HTTPS, such as 8443; without a host only this machine can connect",
    {
      more: "Queries go to the path /dns-query by GET or POST, over HTTP/2 or HTTP/1.1 (RFC 8484).",
    },
  ),
  "zone": list(zone, "serve the zone of this file, with authority", {
    needs: zoneNeeds,
    more:
      "A zone file as other servers read it (RFC 1035): $ORIGIN, $TTL, $INCLUDE, $GENERATE, and records of all types. " +
      "Without an origin before it, the file has to have absolute names or $ORIGIN. Included files have to be in the folder of " +
      "the file, or below it.",
  }),
  "hosts": list(kind.file, "serve the names of this hosts file; words come before it", {
    reads: true,
    startup: true,
    more:
      "Lines of an address and its names, as in /etc/hosts. Comments begin with #. Addresses have names, too (PTR).",
  }),
  "forward": list(server, "forward other names to this server; system: to those of the system", {
    needs: serverNeeds,
    more:
      "Queries of clients that desire recursion are forwarded, and their answers held for as long as their TTLs allow. Of " +
      "several servers the next is asked where one does not answer. SERVER has the form of --server of toucan resolve.",
  }),
  "timeout": option(kind.duration, "limit for a forwarded query, all servers and attempts included", {
    default: "4500ms",
    ...FORWARDED,
  }),
  "cache-size": option(kind.integer(0, 1_000_000), "maximum number of forwarded answers to hold", {
    default: "10000",
    ...FORWARDED,
  }),
  "cacert": { ...TRUST.cacert, ...FORWARDED },
  "pin": { ...TRUST.pin, ...FORWARDED },
  "insecure": { ...TRUST.insecure, ...FORWARDED },
  "allow": list(network, "answer clients of this network, beside this machine", {
    more: "An address, a network such as 10.0.0.0/8, or private for all private networks. Other clients get the " +
      "status REFUSED. It is required to listen on an address that other machines can reach.",
  }),
  "fault": list(fault, "simulate a fault, such as slow.test=delay:2s, app.test/AAAA=servfail or *=drop:1%", {
    more:
      "NAME[/TYPE]=FAULT[:TIME][:PERCENT%][,FAULT...]. NAME is a name, *.NAME for all names below it, or * for all " +
      "names. The faults are delay (1s unless given), drop (no response), servfail, refuse, nxdomain, truncate (over UDP, so " +
      "that the client asks again over TCP), wrong-id, garbage and cut (half of the response). With a percentage a fault " +
      "concerns that share of the queries: each query draws one number for all faults, also one that is repeated.",
  }),
  "fault-seed": option(
    kind.integer(0, 4_294_967_295),
    "seed of the sequence that faults with a percentage are drawn from",
    {
      default: "1",
      with: ["fault"],
    },
  ),
  "rate-limit": option(
    kind.integer(0, 1_000_000),
    "maximum number of like responses per second to one network over UDP; 0 for no limit (default: 1000, and none for this machine)",
    {
      more:
        "Response rate limiting: the responses to one question, and the negative ones of one kind, are counted for each IPv4 /24 and IPv6 " +
        "/56. Every second one that is too many is sent truncated, so that a client whose address is not forged asks " +
        "again over TCP; the others are dropped. A value applies to this machine, too.",
    },
  ),
  "nsid": option(nsid, "name of this server for clients that ask for it (RFC 5001)"),
  "max-connections": option(kind.integer(1, 100_000), "maximum number of connections of each listener", {
    default: "1000",
  }),
  "per-address": option(kind.integer(1, 100_000), "maximum number of connections from one remote address", {
    default: "100",
  }),
  "idle": option(kind.duration, "close a connection after this long without a query", { default: "30s" }),
  "transfer": list(network, "let clients of this network transfer the zones, over TCP and TLS", {
    more: "AXFR and IXFR; IXFR is answered with the whole zone if it has changed. An address, a network such as " +
      "10.0.0.0/8, loopback, or private. Without it, only clients with a key of --tsig may transfer zones.",
    with: ["zone"],
  }),
  "tsig": list(kind.file, "file with a key whose holders may transfer zones (RFC 8945)", {
    reads: true,
    startup: true,
    more: 'One key, as key "NAME" { algorithm hmac-sha256; secret "BASE64"; }; or as a line ALGORITHM:NAME:BASE64. ' +
      "Responses to queries that it signs are signed, too.",
  }),
  "cert": { ...CERTIFICATE.cert, ...SECURED },
  "key": { ...CERTIFICATE.key, ...SECURED },
  "tls-dir": { ...CERTIFICATE["tls-dir"], ...SECURED },
  "log": flag("print each query with its result"),
  "json": flag("print JSON records, with --log one per query"),
};
