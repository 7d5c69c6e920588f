import { ANYWHERE, type Command, main, PROXY_VARIABLES, verb } from "../lib/cli/mod.ts";
import { RESOLVER_FILE, RESOLVER_VARIABLES, resolverSys } from "../lib/dns/internal.ts";
import { LAYOUT } from "./check/layout.ts";
import { OPTIONS } from "./check/options.ts";
import { RECORDS } from "./check/records.ts";

const SYSTEM_NEEDS = { read: [RESOLVER_FILE], env: [...RESOLVER_VARIABLES, ...PROXY_VARIABLES] };

const checkVerb = verb({
  summary: "find out which layer is broken between this machine and a target",
  description:
    "Checks a target layer by layer (link, name, reach, TLS, application), all at once where nothing depends on each other, and " +
    "prints a line per layer, then the cause in the lowest broken one, who can change it, and what to try. Without a target " +
    "it checks this machine's own network, and contacts no address but those that are configured.\n\n" +
    "A target is a host, HOST:PORT, an address or domain of mail (ada@example.com, mail:example.com), or a URL: http https ws " +
    "wss smtp smtps submission imap imaps pop3 pop3s ftp ftps nntp nntps irc ircs dns dot doh tcp tls udp. A host alone is " +
    "checked as a web site, a port as what is usual there; tcp://HOST:PORT connects only.\n\n" +
    "A check sends no password and no message. It requests a page with GET, and once without Host; offers old versions of TLS; asks " +
    "an SMTP server with MAIL FROM:<> and RCPT TO:<toucan-check@example.org>, then RSET, whether it relays mail for anyone (not " +
    "the servers of a mail domain); logs in to FTP as anonymous and to IRC with a random nickname; and asks a name server for its " +
    "version, and for a transfer of the zone in dns://HOST/ZONE.",
  operands: [{
    metavar: "TARGET",
    help: "targets; - reads one per line from stdin",
    many: true,
    optional: true,
  }],
  options: OPTIONS,
  records: RECORDS,
  examples: [
    { line: "check example.com", does: "check a web site, from this machine's network up" },
    { line: "check ada@example.com", does: "check who receives the mail of a domain, and its records" },
    { line: "check --expect 'status=200,days>14' https://example.com", does: "exit with 1 if a value differs" },
    { line: "check", does: "check this machine's own network" },
  ],
  layout: LAYOUT,
  exits: [1, 3, 4, 5, 6],
  needs: () => ({ net: true, ...SYSTEM_NEEDS, sys: ["networkInterfaces", ...resolverSys()] }),
  async run(call) {
    const { runCheck } = await import("./check/run.ts");
    return await runCheck(call);
  },
});

/** `toucan check`. */
export const command: Command = {
  name: "check",
  summary: "find out which layer is broken, and why",
  permissions: {
    net: true,
    read: [...ANYWHERE, RESOLVER_FILE],
    write: ANYWHERE,
    env: ["TOUCAN_*", ...RESOLVER_VARIABLES, ...PROXY_VARIABLES],
    sys: ["networkInterfaces"],
    unstable: ["net"],
  },
  verb: checkVerb,
};

if (import.meta.main) await main(command);
