import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../../scripts/root.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { system } from "../kit/system.ts";
import { startUnbound } from "../kit/unbound.ts";
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

/** Ports of the servers by the words of a line, and the paths of the files that it names. */
interface Places {
  readonly plain: number;
  readonly tls: number;
  readonly https: number;
  readonly folder: string;
}

/** Returns the words of a line with the address, port and files of this test. */
function placed(line: string, { plain, tls, https, folder }: Places): string[] {
  const port = /\+https|--https/.test(line) ? https : /\+tls |--tls/.test(line) ? tls : plain;
  return line.replace(/ -p 53\b/, "").replace(/@?192\.0\.2\.53\b/, (word) => word.replace(/[\d.]+/, "127.0.0.1"))
    .replace(/\b(?:ca\.pem|names\.txt)\b/, (name) => `${folder}/${name}`)
    .split(" ").flatMap((word) => /^@?127\.0\.0\.1$/.test(word) ? [word, "-p", String(port)] : [word]);
}

peerTest(
  "Each line of dig in the README prints the records of the line of resolve beside it, which accepts its words, too",
  ["nsd", "dig", "unbound"],
  () =>
    withFolder(async (folder) => {
      const certificate = await makeCertificate();
      await using nsd = await startNsd(ZONES, { transfers: true });
      await using unbound = await startUnbound(certificate);
      await Deno.writeTextFile(`${folder}/ca.pem`, certificate.cert);
      await Deno.writeTextFile(`${folder}/names.txt`, "example.com\nwww.example.com\n");
      const places = { plain: nsd.port, tls: unbound.tls, https: unbound.https, folder };
      const table = await rows();
      assert(table.length >= 22, "the table was not found");
      for (const [theirs, ours] of table) {
        // The first two lines query the server of the system.
        const words = placed(theirs.includes("@") ? theirs : `@192.0.2.53 ${theirs}`, places);
        const own = placed(/192\.0\.2\.53/.test(ours) ? ours : `@192.0.2.53 ${ours}`, places);
        const sections = /short|AXFR/.test(theirs) ? [] : ["+noall", "+answer"];
        // The sections beside the answer are not compared. The options of a list stand before its file.
        const dig = await system("dig", ["+nocookie", ...sections, ...words]);
        const tool = await runTool("resolve", own);
        const found = records(dig.stdout);
        assertEquals([ours, tool.code, tool.stderr, records(tool.stdout)], [ours, 0, "", found]);
        assert(found.length > 0, ours);
        // Without a type dig means A; one name and --type are what prints records.
        const typed = /\b(?:[A-Z]{2,}|mx|TYPE\d+)$|-x |-t /.test(theirs) ? [] : ["-t", "A"];
        const same = await runTool("resolve", ["+nocookie", ...sections, ...words, ...typed]);
        assertEquals([theirs, same.code, same.stderr], [theirs, 0, ""]);
      }
    }),
);
