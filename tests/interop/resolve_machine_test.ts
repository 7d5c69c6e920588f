import { assertEquals, assertStringIncludes } from "@std/assert";
import { canMakeMachines, runToolOn } from "../kit/machine.ts";
import { peerTest } from "../kit/peer.ts";

/** Files of the resolver, and the records of its server. */
const MACHINE = {
  resolvConf: "nameserver 127.0.0.1\nsearch corp.test\noptions timeout:1 attempts:1\n",
  hosts: "127.0.0.1 localhost\n192.0.2.99 printer printer.corp.test\n2001:db8::99 scanner\n",
  zones: {
    ".": `$TTL 300
. SOA ns.corp.test. hostmaster.corp.test. 1 7200 3600 1209600 60
. NS ns.corp.test.
test. NS ns.corp.test.
lonely.example. A 192.0.2.50
`,
    "corp.test": `$ORIGIN corp.test.
$TTL 300
@ SOA ns hostmaster 1 7200 3600 1209600 60
@ NS ns
ns A 127.0.0.1
www A 192.0.2.77
www AAAA 2001:db8::77
v4 A 192.0.2.4
mail MX 10 v4
`,
    "2.0.192.in-addr.arpa": `$ORIGIN 2.0.192.in-addr.arpa.
$TTL 300
@ SOA ns.corp.test. hostmaster.corp.test. 1 7200 3600 1209600 60
@ NS ns.corp.test.
77 PTR www.corp.test.
`,
  },
};

interface Case {
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Another text of resolv.conf. */
  readonly resolvConf?: string;
}

const CASES: Record<string, Case> = {
  "the search list is used": { args: ["www"], code: 0, stdout: "2001:db8::77\n192.0.2.77\n" },
  "one family": { args: ["-6", "www"], code: 0, stdout: "2001:db8::77\n" },
  "the hosts file is used": { args: ["printer"], code: 0, stdout: "192.0.2.99\n" },
  "the hosts file, IPv6": { args: ["scanner"], code: 0, stdout: "2001:db8::99\n" },
  "the hosts file, in reverse": { args: ["192.0.2.99"], code: 0, stdout: "printer\n" },
  "a name of the hosts file has no such address": { args: ["-6", "printer"], code: 1, stderr: "no IPv6 address" },
  "the server, in reverse": { args: ["192.0.2.77"], code: 0, stdout: "www.corp.test\n" },
  "an address without a name": { args: ["192.0.2.78"], code: 1, stderr: "192.0.2.78 has no name (NXDOMAIN" },
  "no such name": { args: ["nobody.corp.test"], code: 1, stderr: "does not exist (NXDOMAIN from 127.0.0.1:53)" },
  "a name without an address": { args: ["mail"], code: 1, stderr: "mail.corp.test has no address (NOERROR" },
  "types use the search list": {
    args: ["--type", "A", "www"],
    code: 0,
    stdout: "www.corp.test. 300 IN A 192.0.2.77\n",
  },
  "types do so last for a name with dots": {
    args: ["--type", "A", "www.corp"],
    code: 1,
    stderr: "www.corp does not exist",
  },
  "a dot at the end is the end": { args: ["--type", "A", "www."], code: 1, stderr: "www does not exist" },
  "a server that refuses": {
    args: ["www.other.corp"],
    code: 3,
    stderr: "REFUSED",
    resolvConf: "nameserver 127.0.0.1\n",
  },
  "a server that nobody reaches": {
    args: ["--type", "A", "www.corp.test"],
    code: 3,
    stderr: "network unreachable",
    resolvConf: "nameserver 192.0.2.53\n",
  },
  "a server that is silent": {
    args: ["--timeout", "300ms", "--type", "A", "www.corp.test"],
    code: 4,
    stderr: "no answer from 127.0.0.9:53 in time",
    resolvConf: "nameserver 127.0.0.9\n",
  },
};

// With the root zone the server refuses no name.
const { ".": _, ...WITHOUT_ROOT } = MACHINE.zones;
const possible = await canMakeMachines();
const PEERS = ["unshare", "ip", "mount", "nsd", ...(possible ? [] : ["(a root that may make namespaces)"])];

for (const [what, { args, code, stdout = "", stderr = "", resolvConf }] of Object.entries(CASES)) {
  peerTest(`resolve as programs on this machine: ${what}`, PEERS, async () => {
    const zones = resolvConf === undefined ? MACHINE.zones : WITHOUT_ROOT;
    const machine = { ...MACHINE, zones, resolvConf: resolvConf ?? MACHINE.resolvConf };
    const result = await runToolOn(machine, "resolve", args);
    assertEquals([result.code, result.stdout], [code, stdout], result.stderr);
    assertStringIncludes(result.stderr, stderr);
  });
}
