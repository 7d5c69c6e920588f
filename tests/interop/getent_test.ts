import { assertEquals, assertStringIncludes } from "@std/assert";
import { canMakeMachines } from "../kit/machine.ts";
import { type NameSetup, runSetups, type SetupRun } from "../kit/name_setups.ts";
import { peerTest } from "../kit/peer.ts";

/** A set-up, and where the tool's word is more than that of the C library. */
interface Row extends Partial<Omit<NameSetup, "runs" | "tool">> {
  /** Exit code of `resolve` where `getent` finds nothing. */
  readonly code?: number;
  /** Its message then. */
  readonly stderr?: string;
  /**
   * Whether `--type A,AAAA` is asked as well, or only: there the file is read by the tool itself, not by the C library. It has no
   * hosts file, and has to find the same. Further texts of the file are rows of `tests/lib/dns/config_test.ts`.
   */
  readonly types?: true | "only";
  /** Why `--type` finds something else, and what. */
  readonly differs?: readonly [reason: string, found: readonly string[]];
}

const ONE = "nameserver 127.0.0.1\n";
const CORP = `${ONE}search corp.test\n`;
const HASTY = "options timeout:1 attempts:1\n";
const REFUSED = "127.0.0.1:53 responded REFUSED";
const NO_SUCH = { code: 1, stderr: "does not exist (NXDOMAIN from 127.0.0.1:53)" };

/** On 127.0.0.N:53 runs server N, whose IPv4 addresses end with N: 5 refuses, 6 fails, 7 is silent, 8 is not there. */
const ROWS: Record<string, Row> = {
  "silent about AAAA": {
    resolvConf: ONE + HASTY,
    name: "host.silent6.test",
    stderr: "warning: no AAAA of host.silent6.test: no answer from 127.0.0.1:53 in time",
  },
  "silent about A": { resolvConf: ONE + HASTY, name: "host.silent4.test", code: 3, stderr: "answers 2001:db8::1" },
  "all silent": { resolvConf: `nameserver 127.0.0.7\n${HASTY}`, code: 4, stderr: "no answer from 127.0.0.7:53" },
  "a silent first server": { resolvConf: `nameserver 127.0.0.7\nnameserver 127.0.0.2\n${HASTY}` },
  "a missing file": { resolvConf: "MISSING", types: "only" },
  "a dangling link": { resolvConf: "DANGLING", types: "only" },
  "a folder": { resolvConf: "FOLDER", code: 5, stderr: "is a directory", types: true },
  "a FIFO": { resolvConf: "FIFO", code: 5, stderr: "cannot read /etc/resolv.conf: it is a FIFO", types: true },
  "the null device": { resolvConf: "DEVICE", types: "only" },
  "an unreadable file": { resolvConf: "UNREADABLE", types: true },
  "an empty file": { resolvConf: "" },
  "CRLF": { resolvConf: "nameserver 127.0.0.2\r\n", types: "only" },
  "CRLF in the search list": {
    resolvConf: "nameserver 127.0.0.1\nsearch corp.test\r\n",
    name: "www",
    ...NO_SUCH,
    types: "only",
  },
  "a hexadecimal address": { resolvConf: "nameserver 0x7f000002\n", types: "only" },
  "an IPv6 server with a zone": { resolvConf: "nameserver fe80::53%lo\n", types: "only" },
  "a zone that is not there": { resolvConf: `nameserver fe80::53%nix\n${HASTY}`, code: 3, stderr: "fe80::53%nix" },
  "a mapped IPv4 server": { resolvConf: "nameserver ::ffff:127.0.0.2\n", types: "only" },
  "four servers": {
    resolvConf: "nameserver 127.0.0.8\nnameserver 127.0.0.8\nnameserver 127.0.0.8\nnameserver 127.0.0.2\n",
    code: 3,
    stderr: "connection refused (none of 3 servers answered)",
  },
  "a server that does not run": {
    resolvConf: "nameserver 127.0.0.8\n",
    code: 3,
    stderr: "connection refused",
    types: true,
  },
  "a dead first server": { resolvConf: "nameserver 127.0.0.8\nnameserver 127.0.0.2\n", types: true },
  "a first server that refuses": { resolvConf: "nameserver 127.0.0.5\nnameserver 127.0.0.2\n" },
  "a first server that fails": { resolvConf: "nameserver 127.0.0.6\nnameserver 127.0.0.2\n" },
  "only a server that refuses": {
    resolvConf: "nameserver 127.0.0.5\n",
    code: 3,
    stderr: "127.0.0.5:53 responded REFUSED",
  },
  "only a server that fails": {
    resolvConf: "nameserver 127.0.0.6\n",
    code: 3,
    stderr: "127.0.0.6:53 responded SERVFAIL",
  },
  "search": { resolvConf: `${ONE}search nix.test corp.test\n`, name: "www", types: "only" },
  "search whose first domain is refused": {
    resolvConf: `${ONE}search refused.test corp.test\n`,
    name: "www",
    code: 3,
    stderr: REFUSED,
    types: true,
  },
  "search whose first domain is refused, and the name as it is": {
    resolvConf: `${ONE}search refused.test corp.test\n`,
    name: "lonely",
    types: true,
  },
  "search whose first domain fails": { resolvConf: `${ONE}search servfail.test corp.test\n`, name: "www", types: true },
  "search whose first domain has no address": {
    resolvConf: `${ONE}search corp.test lab.test\n`,
    name: "text",
    types: true,
  },
  "search whose first domain has one family": {
    resolvConf: `${ONE}search corp.test lab.test\n`,
    name: "v4",
    types: true,
    differs: ["each type is a lookup of its own, as getent ahostsv6 says too", ["192.0.2.1", "2001:db8:1::1"]],
  },
  "a name that is refused as it is": { resolvConf: CORP, name: "www.refused.test", code: 3, stderr: REFUSED },
  "a name with dots": { resolvConf: CORP, name: "www.sub", types: "only" },
  "ndots:3": { resolvConf: `${CORP}options ndots:3\n`, name: "www.sub", types: "only" },
  "attempts:0": {
    resolvConf: `${ONE}options attempts:0\n`,
    code: 3,
    stderr: "the lookup of the system finds no address of www.corp.test, but 127.0.0.1:53 answers 192.0.2.1",
    types: true,
    differs: ["the C library asks nobody; --type asks once", ["192.0.2.1", "2001:db8::1"]],
  },
  "use-vc": { resolvConf: `${ONE}options use-vc\n`, types: "only" },
  "no-aaaa": { resolvConf: `${ONE}options no-aaaa\n`, types: "only" },
  "no-aaaa, and no IPv4 address": {
    resolvConf: `${ONE}options no-aaaa\n`,
    name: "v6.corp.test",
    code: 1,
    stderr: "no address",
  },
  "LOCALDOMAIN": {
    resolvConf: `${ONE}search lab.test\n`,
    env: { LOCALDOMAIN: "nix.test corp.test" },
    name: "www",
    types: "only",
  },
  "RES_OPTIONS": { resolvConf: CORP, env: { RES_OPTIONS: "no-aaaa ndots:2" }, name: "www.sub", types: "only" },
  "the name of the machine has a domain": {
    resolvConf: ONE,
    hostname: "box.corp.test",
    name: "www",
    types: true,
    differs: ["the name of the machine takes a permission of its own", []],
  },
  "no such name": { resolvConf: ONE, name: "nobody.corp.test", ...NO_SUCH },
  "hosts: files only": {
    resolvConf: ONE,
    nsswitch: "hosts: files\n",
    code: 3,
    stderr: "finds no address of www.corp.test, but 127.0.0.1:53 answers 192.0.2.1, 2001:db8::1",
  },
  "hosts: dns files": { resolvConf: ONE, nsswitch: "hosts: dns files\n", hosts: "10.0.0.1 www.corp.test\n" },
  "hosts: dns files, a name of the file": {
    resolvConf: ONE,
    nsswitch: "hosts: dns files\n",
    hosts: "10.0.0.1 printer\n",
    name: "printer",
  },
  "hosts: files [NOTFOUND=return] dns": {
    resolvConf: ONE,
    nsswitch: "hosts: files [NOTFOUND=return] dns\n",
    code: 3,
    stderr: "answers 192.0.2.1",
  },
  "the hosts file comes first": { resolvConf: ONE, hosts: "10.0.0.1 www.corp.test\n" },
  "hosts with CRLF": { resolvConf: ONE, hosts: "10.0.0.1 printer\r\n10.0.0.2 a b c # x\r\n", name: "printer" },
  "hosts, a name behind a comment": {
    resolvConf: ONE,
    hosts: "10.0.0.1 printer # scanner\n",
    name: "scanner",
    ...NO_SUCH,
  },
  "hosts, the last of several names": { resolvConf: ONE, hosts: "10.0.0.2\ta b\tc\n", name: "c" },
  "hosts, several lines": { resolvConf: ONE, hosts: "10.0.0.1 p\n10.0.0.2 p\n2001:db8::9 x p\n", name: "p" },
  "comments in the file": {
    resolvConf: "# one\n; two\nnameserver 127.0.0.1 # three\nsearch corp.test\n",
    name: "www",
    types: true,
  },
  "two search lists": { resolvConf: `${ONE}search nix.test\nsearch corp.test\n`, name: "www", types: true },
  "a domain behind a search list": {
    resolvConf: `${ONE}search nix.test\ndomain corp.test\n`,
    name: "www",
    types: true,
  },
  "options on two lines": {
    resolvConf: `${CORP}options ndots:3\noptions timeout:1 attempts:1\n`,
    name: "www.sub",
    types: true,
  },
  "ndots:0": { resolvConf: `${CORP}options ndots:0\n`, name: "www", types: true },
  "an unknown option": { resolvConf: `${CORP}options nix trust-ad nix:1\n`, name: "www", types: true },
  "a tab behind the keyword": { resolvConf: "nameserver\t127.0.0.1\nsearch\tcorp.test\n", name: "www", types: true },
  "a blank before the keyword": { resolvConf: " nameserver 127.0.0.7\nnameserver 127.0.0.2\n", types: true },
  "no end of the last line": { resolvConf: "nameserver 127.0.0.2", types: true },
  "a name in capitals": { resolvConf: ONE, name: "WWW.Corp.TEST", types: true },
  "an absolute name": { resolvConf: CORP, name: "www.corp.test.", types: true },
  "an absolute name without a domain": { resolvConf: CORP, name: "www.", ...NO_SUCH, types: true },
  "no nsswitch.conf": { resolvConf: ONE, nsswitch: "", types: true },
  "hosts: dns": { resolvConf: ONE, nsswitch: "hosts: dns\n", hosts: "10.0.0.1 www.corp.test\n" },
  "hosts: files dns with actions": {
    resolvConf: ONE,
    nsswitch: "hosts: files [!NOTFOUND=return] dns [UNAVAIL=continue]\n",
  },
  "hosts, capitals": { resolvConf: ONE, hosts: "10.0.0.1 PRINTER\n", name: "printer" },
  "hosts, odd addresses": { resolvConf: ONE, hosts: "10.1 p\n0x0a.0.0.2 p\n\t 10.0.0.3 p\n10.0.0.4\n", name: "p" },
};

const possible = await canMakeMachines();
const PEERS = [
  "unshare",
  "ip",
  "mount",
  "getent",
  "setpriv",
  ...(possible ? [] : ["(a root that may make namespaces)"]),
];

/** The addresses that `getent ahosts` prints, one line for each kind of socket. */
function verdict({ code, stdout }: SetupRun): string[] {
  const addresses = stdout.split("\n").flatMap((line) => line.split(" ").slice(0, line === "" ? 0 : 1));
  return code === 0 ? [...new Set(addresses)] : [];
}

function checkPlain(what: string, row: Row, found: readonly string[], { code, stdout, stderr }: SetupRun): void {
  const text = `${what}: ${stderr}`;
  assertEquals(stdout, found.map((address) => `${address}\n`).join(""), text);
  assertEquals<number | undefined>(code, found.length > 0 ? 0 : row.code, text);
  if (row.stderr) assertStringIncludes(stderr, row.stderr, text);
}

function checkTypes(what: string, row: Row, found: readonly string[], { code, stdout, stderr }: SetupRun): void {
  const [, wanted = found] = row.differs ?? [];
  const records = stdout.split("\n").flatMap((line) => line.split(" ").slice(4));
  assertEquals(records.toSorted(), [...wanted].toSorted(), `${what}, --type: ${stderr}`);
  if (row.types === "only" && wanted.length === 0) {
    assertEquals<number | undefined>(code, row.code, `${what}, --type: ${stderr}`);
  }
}

peerTest("resolve finds what getent ahosts finds, whatever the files of the resolver are", PEERS, async () => {
  const rows = Object.entries(ROWS);
  const outcomes = await runSetups(rows.map(([, { resolvConf = ONE, name = "www.corp.test", types, ...row }]) => ({
    ...row,
    ...{ resolvConf, name },
    runs: [...(types === "only" ? [] : [[name]]), ...(types ? [["--type", "A,AAAA", name]] : [])],
  })));
  const wrong: string[] = [];
  for (const [index, [what, row]] of rows.entries()) {
    const { getent, tools } = outcomes[index] ?? {};
    const plain = row.types === "only" ? undefined : tools?.at(0);
    const typed = row.types ? tools?.at(-1) : undefined;
    if (!getent || !(plain || typed)) throw new Error(`${what} was not tried`);
    try {
      const found = verdict(getent);
      if (plain) checkPlain(what, row, found, plain);
      if (typed) checkTypes(what, row, found, typed);
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error));
    }
  }
  assertEquals(wrong, []);
});
