import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  clientSubnet,
  decodeMessage,
  type DnsMessage,
  type Edns,
  encodeMessage,
  extendedErrorOption,
  nsidOption,
  OPTION_CODES,
} from "../../lib/dns/internal.ts";
import { response, scriptedServer } from "../kit/scripted_dns.ts";
import { runTool } from "../kit/tool.ts";

/** Properties of a query by options. */
const QUERIES: readonly (readonly [options: string, expected: Readonly<Record<string, unknown>>])[] = [
  ["", { recursionDesired: true, dnssecOk: false, checkingDisabled: false, udpSize: 1232, options: [] }],
  ["--no-recurse", { recursionDesired: false }],
  ["--dnssec", { dnssecOk: true, authenticData: true }],
  ["--cd", { checkingDisabled: true }],
  ["--edns-size 4096", { udpSize: 4096 }],
  ["--no-edns", { udpSize: undefined }],
  ["--nsid", { options: [OPTION_CODES.NSID] }],
  ["--subnet 192.0.2.77/24", { options: [OPTION_CODES.SUBNET], subnet: "192.0.2.0/24" }],
  ["--subnet 0", { subnet: "0.0.0.0/0" }],
  ["--subnet 2001:db8::/32 --nsid", { options: [OPTION_CODES.SUBNET, OPTION_CODES.NSID], subnet: "2001:db8::/32" }],
  ["--class CH", { class: "CH" }],
  ["-c hs", { class: "HS" }],
  ["--type TYPE65280", { type: "TYPE65280" }],
  ["--type any", { type: "ANY" }],
  ["--type type15", { type: "MX" }],
];

/** Returns the facts of a query that an option may change. */
function facts({ edns, questions, ...head }: DnsMessage): Record<string, unknown> {
  const subnet = clientSubnet(edns);
  return {
    ...head,
    dnssecOk: edns?.dnssecOk,
    udpSize: edns?.udpSize,
    options: edns?.options.map(({ code }) => code),
    subnet: subnet && `${subnet.address}/${subnet.source}`,
    type: questions[0]?.type,
    class: questions[0]?.class,
  };
}

Deno.test("resolve: options say what the query has", async () => {
  for (const [options, expected] of QUERIES) {
    let asked: Record<string, unknown> = {};
    await using server = scriptedServer(async ({ query, bytes, send }) => {
      asked = facts(decodeMessage(bytes));
      await send(response(query, { rcode: 3 }));
    });
    const words = options.split(" ").filter((word) => word !== "");
    const { code, stderr } = await runTool("resolve", [
      ...words,
      "--server",
      `127.0.0.1:${server.addr.port}`,
      "a.test",
    ]);
    assertEquals([options, code], [options, 1], stderr);
    const found = Object.fromEntries(Object.keys(expected).map((name) => [name, asked[name]]));
    assertEquals([options, found], [options, expected]);
  }
});

const EDNS: Edns = { udpSize: 1232, version: 0, dnssecOk: false, options: [] };

/** Reasons of servers (RFC 8914), and what is said of them. */
const REASONS: readonly (readonly [rcode: number, codes: readonly (readonly [number, string])[], said: string])[] = [
  [2, [[6, ""], [7, ""]], "responded SERVFAIL for A of a.test: DNSSEC bogus (signature expired)"],
  [2, [[7, "at 2026-01-01"]], 'responded SERVFAIL for A of a.test: DNSSEC bogus (signature expired): "at 2026-01-01"'],
  [2, [[22, "192.0.2.1 timed out"]], 'SERVFAIL for A of a.test: no reachable authority: "192.0.2.1 timed out"'],
  [5, [[18, ""]], "responded REFUSED for A of a.test: prohibited"],
  [2, [[9999, "\x1b[31mred"]], 'code 9999: "\\x1b[31mred"'],
  [0, [[3, ""]], "note: a.test: reported by 127.0.0.1:"],
];

Deno.test("resolve: the reasons of a server are said in words", async () => {
  for (const [rcode, codes, said] of REASONS) {
    await using server = scriptedServer(async ({ bytes, send }) => {
      const { id, questions } = decodeMessage(bytes);
      const options = codes.map(([code, text]) => extendedErrorOption(code, text));
      await send(encodeMessage({ id, response: true, rcode, questions, edns: { ...EDNS, options } }));
    });
    const args = ["--type", "A", "--server", `127.0.0.1:${server.addr.port}`, "a.test"];
    const { stderr } = await runTool("resolve", args);
    assertStringIncludes(stderr, said);
  }
});

Deno.test("resolve --json: flags, identifier of the server and extended errors", async () => {
  await using server = scriptedServer(async ({ bytes, send }) => {
    const { id, questions } = decodeMessage(bytes);
    const options = [nsidOption(new TextEncoder().encode("lab1")), extendedErrorOption(3, "")];
    const flags = { authenticData: true, recursionAvailable: true, recursionDesired: true };
    await send(encodeMessage({ id, response: true, ...flags, questions, edns: { ...EDNS, options } }));
  });
  const { stdout } = await runTool("resolve", [
    ...["--json", "--nsid", "--type", "A", "--server", `127.0.0.1:${server.addr.port}`, "a.test"],
  ]);
  const { flags, nsid, extendedErrors } = JSON.parse(stdout);
  assertEquals({ flags, nsid, extendedErrors }, {
    flags: ["rd", "ra", "ad"],
    nsid: "lab1",
    extendedErrors: [{ code: 3, name: "stale answer", text: "" }],
  });
});
