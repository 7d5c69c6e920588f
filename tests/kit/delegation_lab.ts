import { startNsd } from "./nsd.ts";
import { freePort } from "./port.ts";

/** Delegations from a root of their own, with servers on addresses of the loopback network and one port. */
export interface DelegationLab extends AsyncDisposable {
  /** Port of all servers. */
  readonly port: number;
  /** Zone file with the servers of the root. */
  readonly hints: string;
}

const SOA = "@ 300 IN SOA ns host 1 3600 600 86400 60\n";

/** Zones by address: the root, two domains, and below them delegations that are in order and some that are not. */
const SERVERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "127.0.0.1": {
    ".": `${SOA}@ NS ns.root.\nns.root. A 127.0.0.1\ntest. NS ns.test.\nns.test. A 127.0.0.2\n` +
      "other. NS ns.other.\nns.other. A 127.0.0.3\n",
  },
  "127.0.0.2": {
    "test.": [
      SOA + "@ NS ns\nns A 127.0.0.2",
      "example NS ns1.example\nexample NS ns2.example\nns1.example A 127.0.0.4\nns2.example A 127.0.0.5",
      // Servers whose addresses are to be looked up, elsewhere.
      "glueless NS ns.hosting.other.",
      // One server does not serve the zone, the other does not exist.
      "lame NS ns.lame\nns.lame A 127.0.0.3",
      "dead NS ns.dead\nns.dead A 127.0.0.99",
      "alias CNAME www.example.test.\nfar CNAME www.hosting.other.\nmoved DNAME example.test.",
      'deep.in.here TXT "found"',
      '* TXT "wild"',
    ].join("\n") + "\n",
  },
  "127.0.0.3": {
    "other.": `${SOA}@ NS ns\nns A 127.0.0.3\nhosting NS ns.hosting\nns.hosting A 127.0.0.3\n`,
    "hosting.other.": `${SOA}@ NS ns\nns A 127.0.0.3\nwww A 192.0.2.9\n`,
    "glueless.test.": `${SOA}@ NS ns.hosting.other.\nwww A 192.0.2.8\n`,
  },
  "127.0.0.4": {
    "example.test.": `${SOA}@ NS ns1\n@ NS ns3\nns1 A 127.0.0.4\nns3 A 127.0.0.4\nwww A 192.0.2.1\nwww A 192.0.2.2\n` +
      "_sip._tcp SRV 1 2 5060 www\n",
  },
  // Named for example.test., which it does not serve.
  "127.0.0.5": { "elsewhere.test.": `${SOA}@ NS ns\nns A 127.0.0.5\n` },
};

/** Starts the servers. */
export async function startDelegationLab(): Promise<DelegationLab> {
  const port = freePort();
  const servers = await Promise.all(
    Object.entries(SERVERS).map(([address, zones]) => startNsd(zones, { address, port })),
  );
  return {
    port,
    hints: ". 300 IN NS ns.root.\nns.root. 300 IN A 127.0.0.1\n",
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}
