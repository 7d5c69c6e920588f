import { assert, assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { ROOT, runTool, startTool, type ToolOptions, type ToolResult } from "../../kit/tool.ts";

function sample(args: readonly string[], options: ToolOptions & { readonly stdin?: string } = {}): Promise<ToolResult> {
  return runTool("sample", args, options);
}

/** Arguments, and the expected results. */
const CASES: readonly (readonly [args: string[], code: number, stdout: RegExp, stderr: RegExp])[] = [
  [["--version"], 0, /^toucan sample \d+\.\d+\.\d+(?:-[\w.]+)?\n$/, /^$/],
  [["-V"], 0, /^toucan sample \d/, /^$/],
  [["show", "--version"], 0, /^toucan sample \d+\.\d+\.\d+(?:-[\w.]+)?\n$/, /^$/],
  [["show", "-qV"], 0, /^toucan sample \d/, /^$/],
  [["--help"], 0, /^toucan sample: a tool for tests\n\nusage:\n {2}toucan sample VERB \.\.\.\n/, /^$/],
  [["show", "--help"], 0, /^toucan sample show: show what was understood\n/, /^$/],
  [["show", "--wait=x", "-h"], 0, /^toucan sample show: /, /^$/],
  [["show", "-qh"], 0, /^toucan sample show: /, /^$/],
  [["fail", "--help"], 0, /^toucan sample fail: /, /^$/],
  [["show", "first", "--", "--help"], 0, /"operands":\["first","--help"\]/, /^$/],
  [["--man"], 0, /^\.TH "TOUCAN\\-SAMPLE" 1 /, /^$/],
  [["--completions", "bash"], 0, /^# bash completion for toucan-sample\n/, /^$/],
  [["--completions=zsh"], 0, /^#compdef toucan-sample\n/, /^$/],
  [["--completions"], 2, /^$/, /^toucan sample: --completions requires a shell: bash, zsh, fish, powershell\n$/],
  [["--completions", "tcsh"], 2, /^$/, /^toucan sample: no completions for "tcsh" \(supported: bash, /],
  [["--completionsbash"], 2, /^$/, /^toucan sample: unknown option --completionsbash\nhint: /],
  [[], 2, /^$/, /^toucan sample: a verb is missing\nhint: the verbs are show, fail, /],
  [["shwo"], 2, /^$/, /^toucan sample: unknown verb "shwo"\nhint: did you mean show\?\n$/],
  [["sho\x1b[31m"], 2, /^$/, /^toucan sample: unknown verb "sho\\x1b\[31m"\nhint: /],
  [["--hepl"], 2, /^$/, /^toucan sample: unknown option --hepl\nhint: did you mean --help\?\n$/],
  [["show", "--jsno"], 2, /^$/, /^toucan sample: unknown option --jsno\nhint: did you mean --json\?\n$/],
  [["fail", "0"], 0, /^before\n$/, /^$/],
  [["fail", "6"], 6, /^before\n$/, /^$/],
  [["fail", "negative"], 1, /^before\n$/, /^toucan sample: the answer is no\n$/],
  [["fail", "usage"], 2, /^before\n$/, /^toucan sample: makes no sense\nhint: give another\n$/],
  [["fail", "network"], 3, /^before\n$/, /^toucan sample: cannot connect to \\x1b\[31mevil: refused\n$/],
  [["fail", "timeout"], 4, /^before\n$/, /^toucan sample: timed out\n$/],
  [["fail", "bug"], 70, /^before\n$/, /^toucan sample: bug: off by one\nhint: this should not happen; /],
  [["fail", "text"], 70, /^before\n$/, /^toucan sample: bug: just a text\n/],
  [
    ["fail", "network", "--json"],
    3,
    /^before\n\{"error":\{"code":"connection-refused",.*\}\}\n$/,
    /^toucan sample: /,
  ],
  [["fail", "--jsno", "--json"], 2, /^\{"error":\{"code":"unknown-option",.*\}\}\n$/, /^toucan sample: /],
  [["fail", "--jsno", "--json=false"], 2, /^$/, /unknown option/],
  [["fail", "--jsno", "--", "--json"], 2, /^$/, /unknown option/],
  [
    ["refused"],
    5,
    /^$/,
    /^toucan sample: cannot read \/etc\/hostname: the read permission is missing\nhint: this run lacks --allow-read\n$/,
  ],
];

for (const [args, code, stdout, stderr] of CASES) {
  Deno.test(`runTool: sample ${JSON.stringify(args)} exits with ${code}`, async () => {
    const result = await sample(args);
    assertMatch(result.stdout, stdout);
    assertMatch(result.stderr, stderr);
    assertEquals(result.code, code);
  });
}

Deno.test("runTool prints a stack trace only with TOUCAN_DEBUG=1", async () => {
  assertNotMatch((await sample(["fail", "bug"])).stderr, /^ +at /m);
  assertMatch((await sample(["fail", "bug"], { env: { TOUCAN_DEBUG: "1" } })).stderr, /RangeError: off by one\n +at /);
  assertNotMatch((await sample(["fail", "bug"], { env: { TOUCAN_DEBUG: "0" } })).stderr, /^ +at /m);
  assertNotMatch((await sample(["fail", "bug"], { env: { TOUCAN_DEBUG: "1" }, flags: [] })).stderr, /^ +at /m);
});

Deno.test("inputs returns the operands, or the lines of stdin", async () => {
  const stdin = "one\r\n\n\xff".replace("\xff", "two") + `\n${"x".repeat(1001)}\nlast`;
  assertEquals((await sample(["lines", "a", "b"], { stdin })).stdout, '{"text":"a"}\n{"text":"b"}\n');
  const read = `{"text":"one"}\n{"text":"two"}\n{"text":"${"x".repeat(256)}","problem":"too-long"}\n{"text":"last"}\n`;
  assertEquals((await sample(["lines"], { stdin })).stdout, read);
  assertEquals((await sample(["lines", "a", "-", "b"], { stdin })).stdout, `{"text":"a"}\n${read}{"text":"b"}\n`);
});

Deno.test("runTool exits silently with 141 when stdout is closed", async () => {
  await using tool = await startTool("sample", ["flood"]);
  const reader = tool.process.stdout.getReader();
  await reader.read();
  await reader.cancel();
  assertEquals(await tool.code, 141);
  assertEquals(tool.stderr(), "");
});

/** Runs a tool in a shell, for redirections that the runtime cannot create. */
async function shell(script: string, ...args: readonly string[]): Promise<ToolResult> {
  const run = `deno() { "${Deno.execPath()}" run --quiet --no-prompt "$@"; }; sample="${ROOT}tests/kit/sample.ts"; `;
  const output = await new Deno.Command("bash", { args: ["-c", run + script, "bash", ...args], stdin: "null" })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

const unix = { ignore: Deno.build.os === "windows" };
const linux = { ignore: Deno.build.os !== "linux" };

Deno.test("runTool reports a full disk under stdout in one line", linux, async () => {
  for (const words of ["--help", "fail 0", "show --json"]) {
    const { code, stderr } = await shell(`deno $sample ${words} > /dev/full`);
    assertEquals(
      stderr,
      `toucan sample: cannot write to stdout: no space left on the device\n`,
    );
    assertEquals(code, 5);
  }
});

Deno.test("runTool reports an error although the disk under stdout is full", linux, async () => {
  const { stderr, code } = await shell("deno $sample fail network --json > /dev/full");
  assertStringIncludes(stderr, "evil: refused\n");
  assertEquals(code, 5);
});

Deno.test("runTool handles closed streams and a folder as stdin", unix, async () => {
  assertEquals((await shell("deno $sample show 2>&-")).code, 0);
  assertEquals((await shell("deno $sample fail network 2>&-")).code, 3);
  const folder = await shell("deno $sample lines < /");
  assertEquals([folder.code, folder.stderr], [5, "toucan sample: cannot read stdin: is a directory\n"]);
  const closed = await shell("deno $sample lines <&-");
  assert(closed.code === 0 || closed.code === 5, `${closed.code} ${closed.stderr}`);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} stops a client with exit code ${code}, and a server with 0`, unix, async () => {
    for (const [verb, expected] of [["wait", code], ["serve", 0]] as const) {
      await using tool = await startTool("sample", [verb]);
      await tool.stderrMatch(/ready/);
      tool.process.kill(signal);
      assertEquals(await tool.code, expected);
      assertEquals(tool.stderr(), "ready\n");
    }
  });
}

Deno.test("runTool drops the permissions that a call does not need", unix, async () => {
  const permitted = async (...args: string[]) => {
    const record: Record<string, string> = JSON.parse((await sample(["sandbox", ...args])).stdout);
    return Object.keys(record).filter((name) => record[name] === "granted");
  };
  assertEquals(await permitted(), []);
  assertEquals(await permitted("--net"), ["net"]);
  assertEquals(await permitted("--out", "a.txt"), []);
  assertEquals(await permitted("--out", "."), ["writeHere"]);
  assertEquals(await permitted("--out", "a/.."), ["writeHere"]);
  assertEquals(await permitted("--out", "/"), ["write", "writeHere"]);
  assertEquals(await permitted("--out", ".."), ["writeHere"]);
  assertEquals(await permitted("--in", "a", "--in", "b"), []);
  assertEquals(await permitted("--in", "/etc", "--in", "."), ["read", "readHere"]);
});

Deno.test("help is wrapped to the width, and coloured only on a terminal", async () => {
  const { stdout } = await sample(["show", "--help"], { env: { NO_COLOR: "" } });
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  assertNotMatch(stdout, /\x1b/);
  // The address in the command for Deno is a single word.
  for (const line of stdout.split("\n")) assert(line.length <= 80 || line.startsWith("    https:"), line);
});
