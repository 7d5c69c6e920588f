import { assertEquals, assertMatch } from "@std/assert";
import { type DelegationLab, startDelegationLab } from "../kit/delegation_lab.ts";
import { RecordCheck } from "../kit/json_records.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool } from "../kit/tool.ts";

/** Names of the lab: type, exit code, last zone, and data of the records. */
const NAMES: Readonly<Record<string, readonly [type: string, code: number, zone: string, data: readonly string[]]>> = {
  "www.example.test": ["A", 0, "example.test.", ["192.0.2.1", "192.0.2.2"]],
  "_sip._tcp.example.test": ["SRV", 0, "example.test.", ["1 2 5060 www.example.test."]],
  "www.glueless.test": ["A", 0, "glueless.test.", ["192.0.2.8"]],
  "alias.test": ["A", 0, "example.test.", ["www.example.test.", "192.0.2.1", "192.0.2.2"]],
  "far.test": ["A", 0, "other.", ["www.hosting.other.", "192.0.2.9"]],
  "www.moved.test": ["A", 0, "example.test.", ["example.test.", "www.example.test.", "192.0.2.1", "192.0.2.2"]],
  "deep.in.here.test": ["TXT", 0, "test.", ['"found"']],
  "wild.test": ["TXT", 0, "test.", ['"wild"']],
  "in.here.test": ["TXT", 1, "test.", []],
  "nope.example.test": ["A", 1, "example.test.", []],
  "missing": ["A", 1, ".", []],
  "x.lame.test": ["A", 3, "lame.test.", []],
  "x.dead.test": ["A", 3, "dead.test.", []],
};

/** Records of `dig +trace` for a name: those of the last response. */
async function dug(lab: DelegationLab, name: string, type: string): Promise<string[]> {
  const args = ["+trace", "+nodnssec", "+tries=1", "+time=1", "@127.0.0.1", "-p", String(lab.port), name, type];
  const { stdout } = await new Deno.Command("dig", { args }).output();
  const parts = new TextDecoder().decode(stdout).split(/^;; Received .*\n/m);
  const lines = (parts.at(-2) ?? "").split("\n").filter((line) => line !== "" && !line.startsWith(";"));
  return lines.map((line) => line.split(/\s+/)).filter(([, , , found]) => found === type)
    .map(([, , , , ...data]) => data.join(" ")).sort();
}

peerTest("nsd", "resolve --trace-delegation: from a root to names at nsd, as dig +trace finds them", async () => {
  await using lab = await startDelegationLab();
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/hints`, lab.hints);
    const common = ["--trace-delegation", "--port", String(lab.port), "--json"];
    const rows = await Promise.all(
      Object.entries(NAMES).map(async ([name, [type, ...expected]]) => {
        const { code, stdout } = await runTool("resolve", [...common, "--root-hints", `${folder}/hints`, "-t", type, name]);
        const [record] = await new RecordCheck().check("resolve", stdout);
        const answers = record?.answers as { data: string; type: string }[];
        assertEquals([code, record?.zone, answers.map(({ data }) => data)], expected, name);
        return { name, type, data: answers.filter((answer) => answer.type === type).map(({ data }) => data).sort() };
      }),
    );
    // dig follows neither aliases nor servers whose addresses it would have to look up.
    for (const { name, type, data } of rows) {
      if (/^(?:www\.example|_sip|deep|wild)/.test(name)) assertEquals(await dug(lab, name, type), data, name);
    }
    const words = ["+trace", "-p", String(lab.port), "@127.0.0.1", "www.example.test"];
    const { code, stdout } = await runTool("resolve", words);
    assertEquals(code, 0);
    assertMatch(
      stdout,
      new RegExp(
        "^; A www\\.example\\.test\n; zone \\.\n;   A test\\.: referral to test\\.\n(?:.*\n)*" +
          ";     ns2\\.example\\.test\\. 127\\.0\\.0\\.5:\\d+: lame: responds REFUSED .*\n" +
          ";     note: only the zone above names ns2\\.example\\.test\\. as server of example\\.test\\.\n(?:.*\n)*" +
          "www\\.example\\.test\\. 3600 IN A 192\\.0\\.2\\.2\n; answer, \\d+ queries in [\\d.]+ms\n$",
      ),
    );
  });
});
