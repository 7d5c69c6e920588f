import { assertEquals, assertMatch, fail } from "@std/assert";
import { type DelegationLab, startDelegationLab } from "../kit/delegation_lab.ts";
import { RecordCheck } from "../kit/json_records.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool } from "../kit/tool.ts";

/** Names of the lab by type: error code, last zone, and data of the records. */
const NAMES: Readonly<
  Record<string, Readonly<Record<string, readonly [code: string, zone: string, ...data: string[]]>>>
> = {
  "A": {
    "www.example.test": ["", "example.test.", "192.0.2.1", "192.0.2.2"],
    "www.glueless.test": ["", "glueless.test.", "192.0.2.8"],
    "alias.test": ["", "example.test.", "www.example.test.", "192.0.2.1", "192.0.2.2"],
    "far.test": ["", "other.", "www.hosting.other.", "192.0.2.9"],
    "www.moved.test": ["", "example.test.", "example.test.", "www.example.test.", "192.0.2.1", "192.0.2.2"],
    "www.hosting.other": ["", "other.", "192.0.2.9"],
    "nope.example.test": ["name-not-found", "example.test."],
    "missing": ["name-not-found", "."],
    "x.lame.test": ["lame-delegation", "lame.test."],
    "x.dead.test": ["server-unreachable", "dead.test."],
  },
  "TXT": {
    "deep.in.here.test": ["", "test.", '"found"'],
    "wild.test": ["", "test.", '"wild"'],
    "in.here.test": ["no-data", "test."],
  },
};

/** Step of a record, as far as it matters here. */
interface Step {
  readonly within: readonly string[];
  readonly referral?: { readonly zone: string; readonly servers: readonly { readonly name: string }[] };
}

/** Lines of `drill -T` for a name: owner, type and data of the delegations and the answer. */
async function drilled(lab: DelegationLab, hints: string, name: string, type: string): Promise<string[]> {
  const args = ["-T", "-p", String(lab.port), "-r", hints, name, type];
  const { stdout } = await new Deno.Command("drill", { args }).output();
  const lines = new TextDecoder().decode(stdout).split("\n").map((line) => line.split("\t"));
  return lines.filter((words) => words.length === 5).map(([owner, , , type, data]) => `${owner} ${type} ${data}`);
}

peerTest(
  "resolve --trace-delegation: from a root to names at nsd, as drill -T finds them",
  ["nsd", "drill"],
  async () => {
    await using lab = await startDelegationLab();
    await withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/hints`, lab.hints);
      const rows = new Map<string, { type: string; delegations: string[]; answers: string[] }>();
      const common = ["--trace-delegation", "--port", String(lab.port), "--json"];
      for (const [type, names] of Object.entries(NAMES)) {
        const words = ["--root-hints", `${folder}/hints`, "--type", type, ...Object.keys(names)];
        const { code, stdout } = await runTool("resolve", [...common, ...words]);
        assertEquals(code, 6);
        for (const record of await new RecordCheck().check("resolve", stdout)) {
          const answers = (record.answers as { data: string }[]).map(({ data }) => data);
          const error = record.error as { code: string } | undefined;
          const name = String(record.input);
          assertEquals([error?.code ?? "", String(record.zone), ...answers], [...names[name] ?? fail(name)], name);
          const delegations = (record.steps as Step[]).filter(({ within }) => within.length === 0)
            .flatMap(({ referral }) => referral?.servers.map((server) => `${referral.zone} NS ${server.name}`) ?? []);
          rows.set(name, { type, delegations, answers });
        }
      }
      // It follows no aliases, looks up no servers without addresses, and asks one server of a zone only.
      for (const name of ["wild.test", "deep.in.here.test", "www.hosting.other"]) {
        const { type, delegations, answers } = rows.get(name) ?? fail(name);
        const lines = await drilled(lab, `${folder}/hints`, name, type);
        assertEquals(delegations.filter((line) => !lines.includes(line)), [], name);
        assertEquals(answers.map((data) => `${name}. ${type} ${data}`).filter((line) => !lines.includes(line)), []);
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
  },
);
