import { CERTIFICATE, flag, kind, list, option } from "../../lib/cli/mod.ts";
import { isNetwork, parsePort, UsageError } from "../../lib/core/mod.ts";
import { parseFaultRules } from "../../lib/dns/internal.ts";

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
const tlsAddress = kind.listenerAddress("0.0.0.0:853");
const SECURED = { with: ["tls-listen"] } as const;

/** The options of `resolve serve`. */
export const SERVE_OPTIONS = {
  "host": option(kind.text("HOST", "a name or an address"), "listen on this address", { default: "127.0.0.1" }),
  "port": option(port, "listen on this port, over UDP and TCP; 0 for a free one", { short: "p", default: `${PORT}` }),
  "tls-listen": option(
    tlsAddress,
    "listen here for DNS over TLS, such as 1853; without a host only this machine can connect",
  ),
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
  "nsid": option(kind.text("TEXT"), "name of this server for clients that ask for it (RFC 5001)"),
  "max-connections": option(kind.integer(1, 100_000), "maximum number of connections of each listener", {
    default: "1000",
  }),
  "per-address": option(kind.integer(1, 100_000), "maximum number of connections from one remote address", {
    default: "100",
  }),
  "idle": option(kind.duration, "close a connection after this long without a query", { default: "30s" }),
  "cert": { ...CERTIFICATE.cert, ...SECURED },
  "key": { ...CERTIFICATE.key, ...SECURED },
  "tls-dir": { ...CERTIFICATE["tls-dir"], ...SECURED },
  "log": flag("print each query with its result"),
  "json": flag("print JSON records, with --log one per query"),
};
