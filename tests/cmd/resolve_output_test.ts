import { assertEquals } from "@std/assert";
import { Output } from "../../lib/cli/mod.ts";
import { formatAddress } from "../../lib/core/mod.ts";
import { decodeMessage, encodeMessage, extendedErrorOption, nsidOption, recordFrom } from "../../lib/dns/internal.ts";
import type { Resolution } from "../../lib/dns/mod.ts";
import { ResultPrinter } from "../../cmd/resolve/print/result_printer.ts";
import { RecordCheck } from "../kit/json_records.ts";
import { scriptedServer } from "../kit/scripted_dns.ts";
import { runTool } from "../kit/tool.ts";

const ANSWERS = [
  recordFrom({ name: "www.lab.test.", type: "CNAME", ttl: 90_061, data: "web.lab.test." }),
  recordFrom({ name: "web.lab.test.", type: "A", ttl: 300, data: "192.0.2.7" }),
  recordFrom({ name: "web.lab.test.", type: "A", ttl: 300, data: "192.0.2.8" }),
];
const NS = recordFrom({ name: "lab.test.", type: "NS", ttl: 300, data: "ns.lab.test." });
const GLUE = recordFrom({ name: "ns.lab.test.", type: "A", ttl: 0, data: "192.0.2.53" });

/** A server that has all sections in its response. */
function fullServer() {
  return scriptedServer(async ({ bytes, send }) => {
    const { id, questions } = decodeMessage(bytes);
    const options = [nsidOption(new TextEncoder().encode("lab\x1b1")), extendedErrorOption(3, "old")];
    const edns = { udpSize: 1400, version: 0, dnssecOk: true, options };
    const flags = { authoritative: true, recursionDesired: true, authenticData: true };
    const sections = { answers: ANSWERS, authorities: [NS], additionals: [GLUE] };
    await send(encodeMessage({ id, response: true, ...flags, questions, ...sections, edns }));
  });
}

/** Lines that a pipe receives, by options; the address of the server and the time are replaced. */
const PIPED: readonly (readonly [words: string, lines: readonly string[]])[] = [
  ["--type A", [
    "www.lab.test. 90061 IN CNAME web.lab.test.",
    "web.lab.test. 300 IN A 192.0.2.7",
    "web.lab.test. 300 IN A 192.0.2.8",
  ]],
  ["--type A --human-ttl", [
    "www.lab.test. 1d1h1m1s IN CNAME web.lab.test.",
    "web.lab.test. 5m IN A 192.0.2.7",
    "web.lab.test. 5m IN A 192.0.2.8",
  ]],
  ["--type A --zone", [
    "$ORIGIN lab.test.",
    "$TTL 300",
    "web IN A 192.0.2.7",
    "web IN A 192.0.2.8",
    "www 90061 IN CNAME web.lab.test.",
  ]],
  ["--zone --human-ttl -4", [
    "$ORIGIN lab.test.",
    "$TTL 5m",
    "web IN A 192.0.2.7",
    "web IN A 192.0.2.8",
    "www 1d1h1m1s IN CNAME web.lab.test.",
  ]],
  ["--type A --details --human-ttl", [
    "; A www.lab.test.: NOERROR",
    "; flags: qr (response), aa (authoritative), rd (recursion desired), ad (authentic data)",
    "; server: SERVER over UDP, 142 bytes, TIME",
    "; EDNS: version 0, 1400 bytes over UDP, DNSSEC OK (do)",
    "; identifier of the server: 6c61621b31",
    '; extended error: stale answer: "old"',
    "; answer: 3 records",
    "www.lab.test. 1d1h1m1s IN CNAME web.lab.test.",
    "web.lab.test. 5m IN A 192.0.2.7",
    "web.lab.test. 5m IN A 192.0.2.8",
    "; authority: 1 record",
    "lab.test. 5m IN NS ns.lab.test.",
    "; additional: 1 record",
    "ns.lab.test. 0s IN A 192.0.2.53",
  ]],
];

for (const [words, lines] of PIPED) {
  Deno.test(`resolve ${words}: what a pipe gets`, async () => {
    await using server = fullServer();
    const address = formatAddress(server.addr);
    const { stdout } = await runTool("resolve", [...words.split(" "), "--server", address, "www.lab.test"]);
    const text = stdout.replaceAll(address, "SERVER").replace(/[\d.]+ms$/m, "TIME");
    assertEquals(text.trimEnd().split("\n"), [...lines]);
  });
}

Deno.test("resolve --details: a list has the sections of each response", async () => {
  await using server = fullServer();
  const words = ["--details", "--ordered", "--type", "A", "--server", formatAddress(server.addr)];
  const { stdout } = await runTool("resolve", [...words, "www.lab.test", "web.lab.test"]);
  const heads = stdout.split("\n").filter((line) => line.endsWith(": NOERROR"));
  assertEquals(heads, ["; A www.lab.test.: NOERROR", "; A web.lab.test.: NOERROR"]);
});

Deno.test("resolve --zone: names of different domains are absolute, equal records come once", async () => {
  await using server = scriptedServer(async ({ bytes, send }) => {
    const { id, questions } = decodeMessage(bytes);
    const names = [questions[0]?.name.toLowerCase() ?? "", "same.test."];
    const answers = names.map((name) => recordFrom({ name, type: "A", ttl: 60, data: "192.0.2.1" }));
    await send(encodeMessage({ id, response: true, questions, answers }));
  });
  const words = [
    "--zone",
    "--ordered",
    "--type",
    "A",
    "--server",
    formatAddress(server.addr),
    "same.test",
    "b.example",
  ];
  const { stdout } = await runTool("resolve", words);
  assertEquals(stdout, "$TTL 60\nb.example. IN A 192.0.2.1\nsame.test. IN A 192.0.2.1\n");
});

/** Output of a printer to a terminal. */
async function atTerminal(colour: boolean, print: (printer: ResultPrinter) => void): Promise<string> {
  let text = "";
  const stdout = {
    write: (bytes: Uint8Array) => Promise.resolve(stdout.writeSync(bytes)),
    writeSync(bytes: Uint8Array) {
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    isTerminal: () => true,
  };
  const output = new Output({ stdout, stderr: stdout });
  Object.defineProperty(output, "colour", { value: colour });
  const options = {
    short: false,
    details: false,
    "human-ttl": false,
    idn: false,
    zone: false,
    json: false,
    rfc8427: false,
    trace: false,
  };
  print(new ResultPrinter(output, options));
  await output.end();
  return text;
}

Deno.test("resolve at a terminal: columns, colours, and one line about the response", async () => {
  const message = decodeMessage(encodeMessage({ id: 1, response: true, authoritative: true, answers: ANSWERS }));
  const question = { name: "www.lab.test.", type: "A" };
  const reply = { message, question, server: "192.0.2.53:53", transport: "tcp", truncated: true, ms: 1.5 } as const;
  const result: Resolution = { input: "www.lab.test", ...question, answers: ANSWERS, ms: 1.5, replies: [reply] };
  const plain = await atTerminal(false, (printer) => printer.print(result, { several: false, records: true }));
  assertEquals(plain.split("\n"), [
    "www.lab.test.  90061  IN  CNAME  web.lab.test.",
    "web.lab.test.  300    IN  A      192.0.2.7",
    "web.lab.test.  300    IN  A      192.0.2.8",
    "; NOERROR, flags qr aa, 192.0.2.53:53 over TCP (truncated over UDP), 74 bytes, 1.5ms",
    "",
  ]);
  const coloured = await atTerminal(true, (printer) => printer.print(result, { several: true, records: true }));
  const [first = "", , , last] = coloured.split("\n");
  assertEquals(first.startsWith("\x1b[36mwww.lab.test.\x1b[0m  \x1b[2m90061\x1b[0m  "), true, first);
  assertEquals(last, "");
});

Deno.test("resolve --json=rfc8427: query and response with all sections, and why there is no response", async () => {
  await using server = fullServer();
  const words = ["--json=rfc8427", "--ordered", "--dnssec", "--server", formatAddress(server.addr), "--type", "A"];
  const { stdout, code } = await runTool("resolve", [...words, "www.lab.test", "a..b"]);
  const [found, failed] = await new RecordCheck().check("resolve", stdout);
  const { queryMessage, responseMessage } = JSON.parse(JSON.stringify(found));
  const { ID, answerRRs, authorityRRs, additionalRRs, dateString, dateSeconds, comment, ...head } = responseMessage;
  assertEquals(head, {
    ...{ QR: true, Opcode: 0, AA: true, TC: false, RD: true, RA: false, AD: true, CD: false, RCODE: 0 },
    ...{ QDCOUNT: 1, ANCOUNT: 3, NSCOUNT: 1, ARCOUNT: 2 },
    ...{ QNAME: "www.lab.test.", QTYPE: 1, QTYPEname: "A", QCLASS: 1, QCLASSname: "IN" },
  });
  assertEquals(answerRRs[1], {
    ...{ NAME: "web.lab.test.", TYPE: 1, TYPEname: "A", CLASS: 1, CLASSname: "IN", TTL: 300 },
    ...{ rdataA: "192.0.2.7", RDLENGTH: 4, RDATAHEX: "C0000207" },
  });
  assertEquals([answerRRs[0].rdataCNAME, authorityRRs[0].rdataNS], ["web.lab.test.", "ns.lab.test."]);
  assertEquals(additionalRRs[1], {
    ...{ NAME: ".", TYPE: 41, TYPEname: "OPT", CLASS: 1400, TTL: 32768 },
    ...{ RDLENGTH: 18, RDATAHEX: "000300056C61621B31000F000500036F6C64" },
  });
  assertEquals(new Date(dateString).getTime() / 1000, dateSeconds);
  assertEquals(comment.startsWith(`${formatAddress(server.addr)} over UDP, `), true, comment);
  const { ID: asked, QR, AD, additionalRRs: [opt], QNAME } = queryMessage;
  assertEquals({ asked, QR, AD, QNAME, TTL: opt.TTL, CLASS: opt.CLASS }, {
    ...{ asked: ID, QR: false, AD: true, QNAME: "www.lab.test.", TTL: 32768, CLASS: 1232 },
  });
  assertEquals(failed, {
    queryMessage: { QR: false, QNAME: "a..b", QTYPE: 1, QTYPEname: "A", QCLASS: 1, QCLASSname: "IN" },
    error: { code: "invalid-name", message: 'invalid domain name "a..b": a label is empty' },
  });
  assertEquals(code, 6);
});

Deno.test("resolve --json=rfc8427: both families of a name; an invalid command line is JSON as well", async () => {
  await using server = fullServer();
  const both = await runTool("resolve", ["--json=rfc8427", "--server", formatAddress(server.addr), "web.lab.test"]);
  const records = await new RecordCheck().check("resolve", both.stdout);
  assertEquals(records.map(({ responseMessage }) => JSON.parse(JSON.stringify(responseMessage)).QTYPEname), [
    "A",
    "AAAA",
  ]);
  const wrong = await runTool("resolve", ["--json=rfc8427", "--short", "a.test"]);
  const { code, message } = JSON.parse(wrong.stdout).error;
  assertEquals([wrong.code, code, message], [2, "usage", "--short cannot be combined with --json=rfc8427"]);
});
