import { assertEquals, assertStringIncludes } from "@std/assert";
import { Deadline } from "../../lib/core/mod.ts";
import { type RecordType, recordWords } from "../../lib/dns/internal.ts";
import { systemQuery } from "../../lib/dns/system/system.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool } from "../kit/tool.ts";
import { DEADLINE_MS } from "../kit/wait.ts";

const LONG = "x".repeat(255);
const MANY = Array.from({ length: 120 }, (_, i) => `many A 192.0.2.${i + 1}`).join("\n");
/** One record set that fits into one datagram as it is asked for, and not into 512 bytes. */
const MIDDLE = Array.from({ length: 40 }, (_, i) => `middle A 192.0.2.${i + 1}`).join("\n");

const ZONES = {
  "example.test": `$ORIGIN example.test.
$TTL 300
@ 3600 SOA ns1 first\\.last.example.test. 2026010100 7200 3600 1209600 60
@ NS ns1
@ NS ns2
ns1 A 127.0.0.1
ns2 AAAA 2001:db8::53
@ A 192.0.2.1
@ A 192.0.2.2
@ AAAA 2001:db8::1
@ AAAA ::ffff:192.0.2.9
@ MX 10 mail
@ MX 20 backup.example.net.
@ 60 TXT "v=spf1 -all"
@ TXT "two strings" "with \\"quotes\\" and \\\\ and ; and \\009\\027[31mred"
@ TXT "${LONG}" "and more of it" ""
@ TXT "caf\\195\\169"
@ CAA 0 issue "ca.example.net; policy=ev"
@ CAA 128 iodef "mailto:security@example.test"
_sip._tcp SRV 10 60 5060 sip
_none._tcp SRV 0 0 0 .
@ NAPTR 100 10 "U" "E2U+sip" "!^.*$!sip:info@example.test!" .
@ NAPTR 100 20 "S" "SIP+D2U" "" _sip._udp
alias CNAME alias2
alias2 CNAME target.deep
target.deep A 192.0.2.3
away CNAME www.elsewhere.test.
broken CNAME missing
loop CNAME loop2
loop2 CNAME loop
*.wild A 192.0.2.4
*.wild TXT "a wildcard"
sub NS ns.sub
ns.sub A 192.0.2.53
xn--bcher-kva A 192.0.2.5
a\\.b A 192.0.2.6
odd\\032\\255name A 192.0.2.7
UPPER A 192.0.2.8
v4only A 192.0.2.10
${MANY}
${MIDDLE}
`,
  "2.0.192.in-addr.arpa": `$ORIGIN 2.0.192.in-addr.arpa.
$TTL 300
@ SOA ns1.example.test. hostmaster.example.test. 1 7200 3600 1209600 60
@ NS ns1.example.test.
1 PTR example.test.
1 PTR www.example.test.
7 CNAME 7.0/25
7.0/25 PTR delegated.example.test.
`,
  "8.b.d.0.1.0.0.2.ip6.arpa": `$ORIGIN 8.b.d.0.1.0.0.2.ip6.arpa.
$TTL 300
@ SOA ns1.example.test. hostmaster.example.test. 1 7200 3600 1209600 60
@ NS ns1.example.test.
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR six.example.test.
`,
};

const PEERS = ["nsd", "dig"];

async function dig(port: number, ...args: string[]): Promise<string[]> {
  const { stdout } = await new Deno.Command("dig", {
    args: ["@127.0.0.1", "-p", `${port}`, "+noall", "+answer", "+nosplit", ...args],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "").map((line) =>
    line.replace(/^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+/, "$1 $2 IN $3 ")
  ).sort();
}

function sorted(text: string): string[] {
  return text.split("\n").filter((line) => line !== "").sort();
}

/** Names with records of some types, each of which is compared with what dig says. */
/** Types in these zones; those of RFC 3597 and later are in dns_zone_test.ts. */
const TYPES: readonly RecordType[] = ["A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "SRV", "CAA", "PTR", "NAPTR"];

const NAMES = [
  "example.test",
  "_sip._tcp.example.test",
  "_none._tcp.example.test",
  "alias.example.test",
  "x.y.wild.example.test",
  "a\\.b.example.test",
  "odd\\032\\255name.example.test",
  "upper.example.test",
  "many.example.test",
  "middle.example.test",
  "1.2.0.192.in-addr.arpa",
  "7.0/25.2.0.192.in-addr.arpa",
  "7.2.0.192.in-addr.arpa",
];

peerTest("resolve: every type says what dig says", PEERS, async () => {
  await using nsd = await startNsd(ZONES);
  let lines = 0;
  const found = new Set<string>();
  for (const name of NAMES) {
    const { stdout } = await runTool("resolve", [
      "--server",
      `127.0.0.1:${nsd.port}`,
      "--type",
      TYPES.join(),
      name,
    ]);
    const ours = sorted(stdout);
    const theirs = (await Promise.all(TYPES.map((type) => dig(nsd.port, name, type)))).flat().sort();
    assertEquals(ours, theirs, name);
    lines += ours.length;
    for (const line of ours) found.add(line.split(" ")[3] ?? "");
  }
  assertEquals([...found].sort(), [...TYPES].sort());
  assertEquals(lines > 200, true);
});

interface Case {
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout?: string;
  readonly error?: string;
  readonly record?: Record<string, unknown>;
}

const CASES: readonly Case[] = [
  { args: ["alias.example.test"], code: 0, stdout: "192.0.2.3\n" },
  { args: ["v4only.example.test"], code: 0, stdout: "192.0.2.10\n" },
  { args: ["-6", "v4only.example.test"], code: 1, error: "no-data" },
  { args: ["-4", "example.test"], code: 0, stdout: "192.0.2.1\n192.0.2.2\n" },
  { args: ["192.0.2.1"], code: 0, stdout: "example.test\nwww.example.test\n" },
  { args: ["192.0.2.7"], code: 0, stdout: "delegated.example.test\n" },
  { args: ["2001:db8::1"], code: 0, stdout: "six.example.test\n" },
  { args: ["192.0.2.200"], code: 1, error: "name-not-found" },
  { args: ["bücher.example.test"], code: 0, stdout: "192.0.2.5\n" },
  {
    args: ["v4only.example.test", "bücher.example.test"],
    code: 0,
    stdout: "v4only.example.test 192.0.2.10\nbücher.example.test 192.0.2.5\n",
  },
  { args: ["nobody.example.test"], code: 1, error: "name-not-found", record: { status: "NXDOMAIN", negativeTtl: 60 } },
  { args: ["--type", "mx", "ns1.example.test"], code: 1, error: "no-data", record: { negativeTtl: 60 } },
  { args: ["--type", "A", "deep.example.test"], code: 1, error: "no-data", record: { status: "NODATA" } },
  { args: ["--type", "A", "www.sub.example.test"], code: 3, error: "referral" },
  { args: ["--type", "A", "away.example.test"], code: 3, error: "alias-not-followed" },
  { args: ["--type", "A", "broken.example.test"], code: 1, error: "name-not-found" },
  { args: ["--type", "A", "loop.example.test"], code: 3, error: "alias-loop" },
  { args: ["--type", "A", "www.other.test"], code: 3, error: "query-refused", record: { status: "REFUSED" } },
  { args: ["--type", "PTR", "192.0.2.7"], code: 0, record: { name: "7.2.0.192.in-addr.arpa." } },
  { args: ["--type", "A", "many.example.test"], code: 0, record: { truncated: true, tcp: true } },
  { args: ["--type", "A", "middle.example.test"], code: 0, record: { truncated: false, tcp: false } },
  { args: ["--tcp", "--type", "A", "ns1.example.test"], code: 0, record: { truncated: false, tcp: true } },
  { args: ["--type", "A,MX", "ns1.example.test"], code: 6 },
  { args: ["ns1.example.test", "nobody.example.test"], code: 6 },
  { args: ["nobody.example.test", "nobody2.example.test"], code: 1 },
];

peerTest("resolve: what a server says is told apart", PEERS, async () => {
  await using nsd = await startNsd(ZONES);
  const server = ["--server", `localhost:${nsd.port}`, "--timeout", "2m"];
  for (const { args, code, stdout, error, record } of CASES) {
    const plain = await runTool("resolve", [...server, ...args]);
    assertEquals(plain.code, code, `${args}: ${plain.stderr}`);
    if (stdout !== undefined) assertEquals(plain.stdout, stdout, `${args}`);
    assertEquals(plain.stderr === "", code === 0, `${args}: ${plain.stderr}`);
    const json = await runTool("resolve", [...server, "--json", ...args]);
    assertEquals([json.code, json.stderr], [code, ""], `${args}`);
    const records = json.stdout.trim().split("\n").map((line) => JSON.parse(line));
    if (error !== undefined) assertEquals(records.map((one) => one.error.code), [error], `${args}`);
    for (const [key, value] of Object.entries(record ?? {})) assertEquals(records[0][key], value, `${args}: ${key}`);
  }
});

peerTest("resolve: records by parts, with TTL, status and server", PEERS, async () => {
  await using nsd = await startNsd(ZONES);
  const args = ["--server", `127.0.0.1:${nsd.port}`, "--json", "--type", "MX,TXT,SOA,CAA", "example.test"];
  const { stdout, code } = await runTool("resolve", args);
  assertEquals(code, 0);
  const [mx, txt, soa, caa] = stdout.trim().split("\n").map((line) => JSON.parse(line));
  const { ms, ...facts } = mx;
  assertEquals(typeof ms, "number");
  assertEquals(facts, {
    input: "example.test",
    name: "example.test.",
    type: "MX",
    status: "NOERROR",
    server: `127.0.0.1:${nsd.port}`,
    transport: "udp",
    tcp: false,
    truncated: false,
    flags: ["aa", "rd"],
    answers: [
      {
        name: "example.test.",
        type: "MX",
        class: "IN",
        ttl: 300,
        data: "10 mail.example.test.",
        preference: 10,
        exchange: "mail.example.test.",
      },
      {
        name: "example.test.",
        type: "MX",
        class: "IN",
        ttl: 300,
        data: "20 backup.example.net.",
        preference: 20,
        exchange: "backup.example.net.",
      },
    ],
  });
  const texts = txt.answers.map(({ strings }: { strings: string[] }) => strings);
  assertEquals(texts.some((one: string[]) => one[0] === LONG && one[1] === "and more of it" && one[2] === ""), true);
  assertEquals(texts.some((one: string[]) => one[0] === "café"), true);
  assertEquals(soa.answers[0].rname, "first\\.last.example.test.");
  assertEquals(caa.answers.length, 2);
});

peerTest("resolve: nothing from a TXT record reaches a terminal raw", PEERS, async () => {
  await using nsd = await startNsd(ZONES);
  const { stdout } = await runTool("resolve", ["--server", `127.0.0.1:${nsd.port}`, "--type", "TXT", "example.test"]);
  assertStringIncludes(stdout, "\\009\\027[31mred");
  assertEquals(/[^\x20-\x7e\n]/.test(stdout), false);
});

peerTest("resolve: the trace shows what crosses, and the retry over TCP", PEERS, async () => {
  await using nsd = await startNsd(ZONES);
  const args = ["--server", `127.0.0.1:${nsd.port}`, "--trace", "--type", "A", "many.example.test"];
  const { stderr } = await runTool("resolve", args);
  for (const part of ["> ", "A many.example.test.", "truncated", "/tcp]", "120 answers"]) {
    assertStringIncludes(stderr, part);
  }
});

peerTest("resolve: the system's resolver gives the same records without TTL", PEERS, async () => {
  await using nsd = await startNsd(ZONES);
  const server = { host: "127.0.0.1", port: nsd.port };
  using deadline = new Deadline({ timeout: DEADLINE_MS }, "test");
  for (
    const [name, type] of [
      ["example.test.", "A"],
      ["example.test.", "AAAA"],
      ["example.test.", "MX"],
      ["example.test.", "NS"],
      ["example.test.", "CAA"],
      ["example.test.", "SOA"],
      ["example.test.", "NAPTR"],
      ["_sip._tcp.example.test.", "SRV"],
      ["x.wild.example.test.", "TXT"],
      ["1.2.0.192.in-addr.arpa.", "PTR"],
    ] as const
  ) {
    const { answers, error, status } = await systemQuery(name, type, deadline, server);
    assertEquals([error, status], [undefined, undefined]);
    const ours = answers.map((record) => recordWords(record).join(" ")).sort();
    const theirs = (await dig(nsd.port, name, type)).map((line) => line.replace(/^(\S+) \d+ /, "$1 ")).sort();
    assertEquals(ours, theirs, type);
  }
  const { error } = await systemQuery("nobody.example.test.", "A", deadline, server);
  assertEquals(error?.code, "no-records");
});

peerTest("resolve: a batch has one record for every line, in order", PEERS, async () => {
  await using nsd = await startNsd(ZONES);
  const names = Array.from({ length: 200 }, (_, i) => i % 3 === 0 ? `n${i}.wild.example.test` : `n${i}.example.test`);
  const stdin = [...names, "", "not a name", "a..b", "x".repeat(5000)].join("\n");
  const args = ["--server", `127.0.0.1:${nsd.port}`, "--json", "--type", "A", "--ordered"];
  const { stdout, code } = await runTool("resolve", args, { stdin });
  const records = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(code, 6);
  assertEquals(records.slice(0, 200).map(({ input }) => input), names);
  assertEquals(records.filter(({ error }) => !error).length, 67);
  assertEquals(records.slice(200).map(({ error }) => error.code), ["invalid-name", "invalid-name", "invalid-name"]);
});
