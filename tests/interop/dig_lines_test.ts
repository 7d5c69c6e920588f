import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../../scripts/root.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { system } from "../kit/system.ts";
import { runTool } from "../kit/tool.ts";

const ZONES = {
  "example.com": `$ORIGIN example.com.
$TTL 300
@ SOA ns hostmaster 1 7200 900 1209600 300
@ NS ns
ns A 192.0.2.53
@ A 192.0.2.7
@ AAAA 2001:db8::7
@ MX 10 mail
@ TXT "v=spf1 mx -all" "second \\"string\\""
@ CAA 0 issue "ca.example.net"
mail A 192.0.2.25
www A 192.0.2.7
`,
  "2.0.192.in-addr.arpa": `$ORIGIN 2.0.192.in-addr.arpa.
$TTL 300
@ SOA ns.example.com. hostmaster.example.com. 1 7200 900 1209600 300
@ NS ns.example.com.
7 PTR example.com.
`,
};

/** The rows of the table in the README: a command line of dig, and one of resolve. */
async function rows(): Promise<(readonly [dig: string, ours: string])[]> {
  const text = await Deno.readTextFile(`${ROOT}lib/dns/README.md`);
  return [...text.matchAll(/^\| `dig ([^`]+)` +\| `toucan resolve ([^`]+)` +\|$/gm)]
    .map(([, dig = "", ours = ""]) => [dig, ours]);
}

/** Returns the records in the output of dig or resolve, with single blanks, sorted. */
function records(text: string): string[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith(";"));
  return [...new Set(lines.map((line) => line.replace(/[\t ]+/g, " ")))].sort();
}

peerTest(
  "Each line of dig in the README prints the records of the line of resolve beside it",
  ["nsd", "dig"],
  async () => {
    await using nsd = await startNsd(ZONES, { transfers: true });
    const table = await rows();
    assert(table.length >= 15, "the table was not found");
    for (const [theirs, ours] of table) {
      // The first two lines query the server of the system.
      const words = theirs.includes("@") ? theirs : `@192.0.2.53 ${theirs}`;
      const own = /192\.0\.2\.53/.test(ours) ? ours : `@192.0.2.53 ${ours}`;
      const dig = await system("dig", [
        "-p",
        String(nsd.port),
        "+nocookie",
        // The sections beside the answer are not compared.
        ...(/short|AXFR/.test(words) ? [] : ["+noall", "+answer"]),
        ...words.replace("192.0.2.53", "127.0.0.1").split(" "),
      ]);
      const tool = await runTool("resolve", own.replace("192.0.2.53", `127.0.0.1:${nsd.port}`).split(" "));
      assertEquals([ours, tool.code, tool.stderr, records(tool.stdout)], [ours, 0, "", records(dig.stdout)]);
      assert(records(tool.stdout).length > 0, ours);
    }
  },
);
