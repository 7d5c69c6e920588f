import { ANYWHERE, type Command, main, PROXY_VARIABLES, verb } from "../lib/cli/mod.ts";
import { RESOLVER_FILE, RESOLVER_VARIABLES, resolverSys } from "../lib/dns/internal.ts";
import { HINTS } from "./resolve/hints.ts";
import { LAYOUT } from "./resolve/layout.ts";
import { OPTIONS } from "./resolve/options.ts";
import { RECORDS } from "./resolve/records.ts";
import { serve } from "./resolve/serve/serve.ts";
import { serversOf } from "./resolve/server_options.ts";

/** The system's file and the variables that add to it. */
const SYSTEM_NEEDS = { net: true, read: [RESOLVER_FILE], env: RESOLVER_VARIABLES, sys: resolverSys() };

const resolveVerb = verb({
  summary: "look up addresses, names of addresses, or any DNS records",
  hints: HINTS,
  description: "Prints the addresses of a name as programs on this machine get them, hosts file and search list " +
    "included, and the name of an address (with several inputs, each line begins with the input). " +
    "With --server that server is asked instead.\n\n" +
    "With --type prints records as a zone file has them: name, TTL, class, type, data. A name in the data is " +
    "absolute, \\DDD is a byte that cannot be printed. An address stands for its name below in-addr.arpa or ip6.arpa. " +
    "Servers, search list and options come from /etc/resolv.conf, LOCALDOMAIN and RES_OPTIONS, read as the C library " +
    "reads them; the hosts file is not used. On Windows the servers are those of the network adapters, without a " +
    "search list; on macOS resolvers of single domains (scutil --dns) are not used. Without the permission to read it the runtime's own resolver is asked, " +
    "which tells neither TTL nor status. " +
    "A name without a dot at its end is relative: one with fewer dots than ndots (1 unless set) is tried with the " +
    "domains of the search list first and then as it is, others the other way round; the first that has such records " +
    "counts. A domain that is refused (REFUSED) ends the search list. " +
    "With --server every name is taken as it is, unless --search names domains. " +
    "Options of a query, such as --tcp, --attempts, --dnssec or --search, query the servers of the system directly, as --type " +
    "does.\n\n" +
    "A name that does not exist (name-not-found) and one without such records (no-data) end with 1; a server that " +
    "fails (server-failed), refuses (query-refused) or only names other servers (referral) with 3; no answer with 4. " +
    "A server that is silent for 300ms and refuses a TCP connection is not running (connection-refused, 3). " +
    "One that let a query time out is asked after the others for 5s. " +
    "Addresses of one family are printed although the query for the other failed: a warning, exit 0. Servers that " +
    "have addresses where the system's lookup finds none are an error (lookup-disagrees, 3).",
  operands: [{ metavar: "NAME", help: "names or addresses", many: true, batch: true }],
  options: OPTIONS,
  records: RECORDS,
  examples: [
    { line: "resolve example.com", does: "addresses, as programs on this machine get them" },
    { line: "resolve 192.0.2.7", does: "the name of an address" },
    { line: "resolve --type MX,TXT example.com", does: "mail exchangers and text records" },
    {
      line: "resolve --server 192.0.2.53 --type SOA --json - < names.txt",
      does: "one record per name, failures included",
    },
    { line: "resolve --validate --server 192.0.2.53 example.com", does: "DNSSEC from the root down, with the chain" },
  ],
  layout: LAYOUT,
  exits: [1, 3, 4, 5, 6],
  needs: ({ options }) =>
    options.server.length === 0
      ? options["trace-delegation"] ? { net: true } : SYSTEM_NEEDS
      : serversOf(options).some(({ protocol }) => protocol === "https")
      ? { net: true, env: PROXY_VARIABLES }
      : { net: true },
  async run(call) {
    const { runResolve } = await import("./resolve/run.ts");
    return await runResolve(call);
  },
});

/** `toucan resolve`. */
export const command: Command = {
  name: "resolve",
  summary: "look up names, addresses and DNS records",
  permissions: {
    net: true,
    read: [...ANYWHERE, RESOLVER_FILE],
    write: ANYWHERE,
    env: ["TOUCAN_*", ...RESOLVER_VARIABLES, ...PROXY_VARIABLES],
    unstable: ["net"],
    windows: { sys: resolverSys("windows") },
  },
  verb: resolveVerb,
  verbs: { serve },
};

if (import.meta.main) await main(command);
