import { assertEquals, assertMatch } from "@std/assert";
import { grantFlags } from "../../lib/cli/mod.ts";
import { record, toolNames } from "../../scripts/records.ts";
import { runTool, TARGET } from "../kit/tool.ts";

const TOOLS = toolNames().filter((name) => name !== "toucan");

/** Command lines that are none, and what is said of them. */
const SENSELESS: readonly (readonly [words: string[], first: RegExp, hint: RegExp])[] = [
  [[], /^toucan: a tool is missing$/, new RegExp(`^hint: the tools are ${TOOLS[0]}|^hint: the tools are`)],
  [["tpc"], /^toucan: unknown tool "tpc"$/, /^hint: did you mean tcp\?$/],
  [["\x1b[2J"], /^toucan: unknown tool "\\x1b\[2J"$/, /^hint: /],
  [["tcp"], /^toucan tcp: a verb is missing$/, /^hint: the verbs are connect, listen$/],
  [["tcp", "conect"], /^toucan tcp: unknown verb "conect"$/, /^hint: did you mean connect\?$/],
  [["--verison"], /^toucan: unknown option --verison$/, /^hint: did you mean --version\?$/],
  [["tour", "more"], /^toucan tour: "more" is one operand too many/, /^$/],
];

for (const [words, first, hint] of SENSELESS) {
  Deno.test(`toucan ${JSON.stringify(words)} is refused, with a hint`, async () => {
    const { code, stdout, stderr } = await runTool("toucan", words);
    const [line = "", next = ""] = stderr.split("\n");
    assertMatch(line, first);
    assertMatch(next, hint);
    assertEquals([code, stdout], [2, ""]);
  });
}

Deno.test("toucan --help tells of every tool", async () => {
  const { code, stdout } = await runTool("toucan", ["--help"]);
  assertEquals(code, 0);
  for (const tool of TOOLS) assertMatch(stdout, new RegExp(`^ +${tool} +\\w`, "m"));
});

for (const tool of TOOLS) {
  Deno.test(`toucan ${tool} is toucan-${tool}`, async () => {
    for (const words of [["--help"], ["--version"], ["--no-such-option"]]) {
      assertEquals(await runTool("toucan", [tool, ...words]), await runTool(tool, words));
    }
  });
}

Deno.test("toucan tour walks both ends of every tool, and every claim holds", async () => {
  const { code, stdout, stderr } = await runTool("toucan", ["tour"]);
  assertEquals([code, stderr], [0, ""]);
  for (const tool of TOOLS) {
    assertMatch(stdout, new RegExp(`^\\d+\\. toucan ${tool}: `, "m"));
    assertMatch(stdout, new RegExp(`^ok +toucan ${tool} `, "m"));
  }
  assertMatch(
    stdout,
    new RegExp(`\n${TOOLS.length} of ${TOOLS.length} legs, \\d+ claims checked, nothing left this machine\n$`),
  );
});

Deno.test("toucan tour --json has a record for each leg", async () => {
  const { code, stdout } = await runTool("toucan", ["tour", "--json"]);
  const legs: { tool: string; ok: boolean; claims: number }[] = stdout.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(code, 0);
  assertEquals(
    legs.map((leg) => [leg.tool, leg.ok, leg.claims > 0]).sort(),
    TOOLS.map((tool) => [tool, true, true]).sort(),
  );
});

Deno.test("toucan tour fails when a leg is broken, says which, and walks the others", {
  ignore: TARGET === "executable",
}, async () => {
  const { permissions } = await record("toucan");
  const flags = grantFlags(permissions).filter((flag) => !flag.startsWith("--allow-write"));
  const { code, stdout } = await runTool("toucan", ["tour"], { flags });
  assertEquals(code, 6);
  assertMatch(stdout, /^ {3}failed: .*the write permission is missing$/m);
  assertMatch(stdout, /^failed +toucan file /m);
  assertMatch(stdout, /^ok +toucan tcp /m);
});
