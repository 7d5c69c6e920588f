import { FAMILY, flag, kind, list, option } from "../../lib/cli/mod.ts";
import { type HostPort, parseAddress, UsageError } from "../../lib/core/mod.ts";
import { TRANSFER } from "./transfer_options.ts";
import { DNS_PORT, RECORD_TYPES } from "../../lib/dns/internal.ts";

const types = kind.choices("TYPE", RECORD_TYPES);
const server = kind.parsed("HOST[:PORT]", "HOST[:PORT], V6 or [V6]:PORT", (text): HostPort => {
  const address = parseAddress(text, { port: DNS_PORT });
  if (address.transport !== "ip") throw new UsageError(`invalid name server "${text}"`);
  return address;
});

const ADDRESSES = { without: ["type"], because: "use --type A or --type AAAA" } as const;
const ASKED = { with: ["type", "server"], because: "not supported by the system resolver" } as const;

/** The options of `resolve`. */
export const OPTIONS = {
  "type": list(
    { ...types, parse: (text) => [...new Set(types.parse(text.toUpperCase()))] },
    "records to ask for: one or several types, separated by commas, such as A,AAAA,MX",
    {
      short: "t",
    },
  ),
  "server": list(
    server,
    "the server to ask, port 53 unless given (default: the system's); of several, the next where one does not answer",
    {
      short: "s",
    },
  ),
  "ipv4": { ...FAMILY.ipv4, ...ADDRESSES },
  "ipv6": { ...FAMILY.ipv6, ...ADDRESSES, without: ["ipv4", "type"] },
  "tcp": flag("ask over TCP at once, not only for what does not fit into a datagram", ASKED),
  "attempts": option(
    kind.integer(1, 10),
    "maximum queries to each server (default: the system's, or 2)",
    ASKED,
  ),
  "timeout": option(kind.duration, "limit for an input, all servers and attempts included (phase resolve)", {
    default: "15s",
  }),
  ...TRANSFER,
  "json": flag("one JSON record per input, with --type one per input and type"),
  "trace": flag("write what crosses the wire to stderr"),
};
