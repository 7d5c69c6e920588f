import { assertEquals, assertMatch } from "@std/assert";
import { grantFlags } from "../../lib/cli/mod.ts";
import { record, toolNames } from "../../scripts/records.ts";
import { runTool, TARGET } from "../kit/tool.ts";

const TOOLS = toolNames().filter((name) => name !== "toucan");

/** Invalid command lines, and their error messages. */
const SENSELESS: readonly (readonly [words: string[], first: RegExp, hint: RegExp])[] = [
  [["tpc"], /^toucan: unknown tool "tpc"$/, /^hint: did you mean tcp\?$/],
  [["\x1b[2J"], /^toucan: unknown tool "\\x1b\[2J"$/, /^hint: /],
  [["tcp"], /^toucan tcp: a verb is missing$/, /^hint: the verbs are connect, listen, check$/],
  [["hepl"], /^toucan: unknown tool "hepl"$/, /^hint: did you mean help\?$/],
  [["help", "tpc"], /^toucan: unknown tool "tpc"$/, /^hint: did you mean tcp\?$/],
  [["help", "tcp", "conect"], /^toucan tcp: unknown verb "conect"$/, /^hint: did you mean connect\?$/],
  [["version", "tcp"], /^toucan version: "tcp" is one operand too many/, /^$/],
  [["tcp", "conect"], /^toucan tcp: unknown verb "conect"$/, /^hint: did you mean connect\?$/],
  [["--verison"], /^toucan: unknown option --verison$/, /^hint: did you mean --version\?$/],
  [["tour", "more"], /^toucan tour: .*"?more"?.*url, resolve, tcp/, /^$/],
  [["tour", "tcp", "udp"], /^toucan tour: "udp" is one operand too many/, /^$/],
];

for (const [words, first, hint] of SENSELESS) {
  Deno.test(`toucan ${JSON.stringify(words)} is rejected with a hint`, async () => {
    const { code, stdout, stderr } = await runTool("toucan", words);
    const [line = "", next = ""] = stderr.split("\n");
    assertMatch(line, first);
    assertMatch(next, hint);
    assertEquals([code, stdout], [2, ""]);
  });
}

Deno.test("toucan --help lists every tool", async () => {
  const { code, stdout } = await runTool("toucan", ["--help"]);
  assertEquals(code, 0);
  for (const tool of TOOLS) assertMatch(stdout, new RegExp(`^ +${tool} +\\w`, "m"));
});

/** Words for help and version, and the equivalent options. */
const SAME: readonly (readonly [tool: string, words: readonly string[], same: readonly string[]])[] = [
  ["toucan", ["help"], ["--help"]],
  ["toucan", ["help", "help"], ["--help"]],
  ["toucan", ["version"], ["--version"]],
  ["toucan", ["help", "url"], ["url", "--help"]],
  ["toucan", ["help", "tcp"], ["tcp", "--help"]],
  ["toucan", ["help", "tcp", "connect"], ["tcp", "connect", "--help"]],
  ["toucan", ["tcp", "help", "connect"], ["tcp", "connect", "--help"]],
  ["toucan", ["help", "tour"], ["tour", "--help"]],
  ["tcp", ["help"], ["--help"]],
  ["tcp", ["help", "connect"], ["connect", "--help"]],
  ["tcp", ["version"], ["--version"]],
];

for (const [tool, words, same] of SAME) {
  Deno.test(`${tool} ${words.join(" ")} is ${tool} ${same.join(" ")}`, async () => {
    const answer = await runTool(tool, words);
    assertEquals([answer.code, answer.stderr, answer.stdout.length > 10], [0, "", true]);
    assertEquals(answer, await runTool(tool, same));
  });
}

Deno.test("toucan without arguments lists the tools", async () => {
  const { code, stdout, stderr } = await runTool("toucan", []);
  assertEquals([code, stderr], [0, ""]);
  for (const tool of TOOLS) assertMatch(stdout, new RegExp(`^ {2}${tool} +\\w`, "m"));
  assertMatch(stdout, /^toucan help \[TOOL \[VERB\]\] describes each/m);
  assertEquals(stdout, (await runTool("toucan", ["-h"])).stdout);
  const { stdout: whole } = await runTool("toucan", ["--help"]);
  assertEquals(stdout.length < whole.length, true);
});

Deno.test("a tool without verbs accepts help and version as operands", async () => {
  assertMatch((await runTool("url", ["--base", "http://a.example/", "version"])).stdout, /a\.example\/version/);
});

for (const tool of TOOLS) {
  Deno.test(`toucan ${tool} is toucan-${tool}`, async () => {
    for (const words of [["--help"], ["--version"], ["--no-such-option"]]) {
      assertEquals(await runTool("toucan", [tool, ...words]), await runTool(tool, words));
    }
  });
}

Deno.test("toucan tour runs client and server of every tool, and all checks pass", async () => {
  const { code, stdout, stderr } = await runTool("toucan", ["tour"]);
  assertEquals([code, stderr], [0, ""]);
  for (const tool of TOOLS) {
    assertMatch(stdout, new RegExp(`^\\d+\\. toucan ${tool}: `, "m"));
    assertMatch(stdout, new RegExp(`^ok +toucan ${tool} `, "m"));
  }
  assertMatch(
    stdout,
    /\n(\d+) of \1 legs, \d+ claims checked, nothing left this machine\n$/,
  );
});

Deno.test("toucan tour --json prints a record for each part", async () => {
  const { code, stdout } = await runTool("toucan", ["tour", "--json"]);
  const legs: { tool: string; ok: boolean; claims: number }[] = stdout.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(code, 0);
  assertEquals(
    // A tool with several protocols has a leg for each.
    [...new Set(legs.map((leg) => [leg.tool, leg.ok, leg.claims > 0].join(" ")))].sort(),
    TOOLS.map((tool) => `${tool} true true`).sort(),
  );
});

Deno.test("toucan tour fails when a part fails, names it, and runs the others", {
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
