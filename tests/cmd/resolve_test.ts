import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { response, scriptedServer, type UdpTurn } from "../kit/scripted_dns.ts";
import { runTool, startTool, TARGET } from "../kit/tool.ts";

interface Case {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly code: number;
  readonly stdout?: string;
  readonly stderr?: string | RegExp;
}

const TYPES = "record types such as A,AAAA,MX, ANY, or TYPE and a number";

/** Usage errors: one line that names what is accepted. */
const SENSELESS: readonly (readonly [args: readonly string[], accepts: string])[] = [
  [["--type", "X", "a"], TYPES],
  [["--type", "", "a"], TYPES],
  [["--type", "A,", "a"], TYPES],
  [["--type=A;MX", "a"], TYPES],
  [["a", "--type"], TYPES],
  [["--server", "", "a"], "HOST[:PORT]"],
  [["--server", "192.0.2.1:0", "a"], "HOST[:PORT]"],
  [["--server", "192.0.2.1:70000", "a"], "HOST[:PORT]"],
  [["--server", "192.0.2.1:x", "a"], "HOST[:PORT]"],
  [["--server", "[192.0.2.1]:53", "a"], "HOST[:PORT]"],
  [["--server", "unix:/run/dns", "a"], "HOST[:PORT]"],
  [["--server", "a b", "a"], "HOST[:PORT]"],
  [["--timeout", "0", "a"], "500ms or 10s"],
  [["--timeout", "-1s", "a"], "500ms or 10s"],
  [["--timeout", "soon", "a"], "500ms or 10s"],
  [["--attempts", "0", "a"], "from 1 to 10"],
  [["--attempts", "11", "a"], "from 1 to 10"],
  [["--attempts", "1.5", "a"], "from 1 to 10"],
  [["--json=maybe", "a"], "accepts no value"],
  [["-4", "-6", "localhost"], "--ipv4 cannot be combined with --ipv6"],
  [["--type", "A", "-4", "localhost"], "--type cannot be combined with --ipv4: use --type A or --type AAAA"],
  [["--port", "5353", "localhost"], "--port requires --server"],
  [["--tls", "localhost"], "--tls requires --server"],
  [["--tls", "--https", "--server", "192.0.2.1", "a"], "--tls cannot be combined with --https"],
  [["--tcp", "--tls", "--server", "192.0.2.1", "a"], "--tcp cannot be combined with --tls"],
  [["--server", "192.0.2.1#dns.test", "a"], "a name in the certificate requires TLS"],
  [["--server", "192.0.2.1/dns", "a"], "has no valid host"],
  [["--search", "a..b", "--server", "192.0.2.1", "a"], "separated by commas"],
  [["--search", "a,,b", "--server", "192.0.2.1", "a"], "one is empty"],
  [["--rate", "5", "--server", "192.0.2.1", "a"], "--rate requires --type"],
];

for (const [args, accepts] of SENSELESS) {
  Deno.test(`resolve ${args.join(" ")}: usage error`, async () => {
    const { code, stdout, stderr } = await runTool("resolve", args);
    assertEquals([code, stdout], [2, ""], stderr);
    const [line = "", ...more] = stderr.trimEnd().split("\n");
    assertMatch(line, /^toucan resolve: /);
    assertStringIncludes(line, accepts);
    assertEquals(more.every((line) => line.startsWith("hint: ")), true, stderr);
  });
}

const CASES: readonly Case[] = [
  { args: ["--typo", "MX", "a"], code: 2, stderr: /unknown option --typo\nhint: did you mean --type\?/ },
  { args: ["-4", "localhost"], code: 0, stdout: "127.0.0.1\n", stderr: "" },
  { args: ["127.0.0.1"], code: 0, stdout: "localhost\n", stderr: "" },
  {
    args: ["no-such-name.invalid"],
    code: 1,
    stdout: "",
    stderr: "toucan resolve: no-such-name.invalid does not exist\n",
  },
  { args: ["-4", "localhost", "127.0.0.1"], code: 0, stdout: "localhost 127.0.0.1\n127.0.0.1 localhost\n" },
  {
    args: ["-4", "localhost", "a.invalid"],
    code: 6,
    stdout: "localhost 127.0.0.1\n",
    stderr: /a\.invalid does not exist/,
  },
  { args: ["a.invalid", "b.invalid"], code: 1, stdout: "" },
  { args: [], stdin: "", code: 0, stdout: "" },
  { args: ["-4"], stdin: "localhost\r\n\nlocalhost", code: 0, stdout: "localhost 127.0.0.1\n".repeat(2) },
  { args: ["-4", "-"], stdin: "localhost\n", code: 0, stdout: "localhost 127.0.0.1\n" },
  { args: [""], code: 2, stderr: /"" is not a host name/ },
  { args: ["a b"], code: 2, stderr: /is not a host name/ },
  { args: ["--type", "A", "--server", "127.0.0.1", "a..b"], code: 2, stderr: /a label is empty/ },
  { args: ["--type", "A", "--server", "127.0.0.1", "x".repeat(64)], code: 2, stderr: /more than 63 bytes/ },
  { args: ["--server", "no-such-server.invalid", "a.test"], code: 3, stderr: /cannot find the server .*\nhint: / },
  { args: ["\x1b[31m.invalid"], code: 2, stderr: /\\x1b\[31m/ },
];

for (const { args, stdin, code, stdout, stderr } of CASES) {
  Deno.test(`resolve ${JSON.stringify(args)}${stdin === undefined ? "" : ` < ${JSON.stringify(stdin)}`}`, async () => {
    const result = await runTool("resolve", args, { stdin });
    assertEquals(result.code, code, result.stderr);
    if (stdout !== undefined) assertEquals(result.stdout, stdout);
    if (typeof stderr === "string") assertEquals(result.stderr, stderr);
    else if (stderr) assertMatch(result.stderr, stderr);
  });
}

Deno.test("resolve --json: one record per input, failures included", async () => {
  const stdin = new TextEncoder().encode("localhost\nno-such-name.invalid\n?\na b\n127.0.0.1\n");
  // A byte that is not UTF-8.
  stdin[stdin.indexOf(0x3f)] = 0xff;
  const { code, stdout, stderr } = await runTool("resolve", ["--json", "-4"], { stdin });
  const records = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([code, stderr], [6, ""]);
  assertEquals(records.map(({ error }) => error?.code), [
    undefined,
    "name-not-found",
    "invalid-name",
    "invalid-name",
    undefined,
  ]);
  const [{ ms, ...first }] = records;
  assertEquals(typeof ms, "number");
  assertEquals(first, {
    input: "localhost",
    name: "localhost.",
    type: "A",
    answers: [{ name: "localhost.", type: "A", class: "IN", data: "127.0.0.1", address: "127.0.0.1" }],
  });
});

Deno.test("resolve: a silent server exits with 4, with a record for each type", async () => {
  await using server = scriptedServer(() => {}, () => undefined);
  const where = `127.0.0.1:${server.addr.port}`;
  // Long enough for all attempts on a busy machine.
  const args = ["--server", where, "--timeout", "3s"];
  const one = await runTool("resolve", [...args, "a.test"]);
  assertEquals([one.code, one.stdout], [4, ""]);
  assertStringIncludes(one.stderr, `toucan resolve: no answer from ${where} in time`);
  const before = server.queries.length;
  const all = await runTool("resolve", [...args, "--attempts", "3", "--json", "--type", "A,MX", "a.test"]);
  const records = all.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([all.code, records.map(({ type, error }) => `${type} ${error.code}`)], [4, ["A timeout", "MX timeout"]]);
  assertEquals(server.queries.length - before, 6);
});

/** Servers that return the IPv4 address, and behave differently for the IPv6 address. */
const HALF_ANSWERS: Record<string, readonly [code: string, aaaa: (turn: UdpTurn) => Promise<void> | void]> = {
  "fails": ["server-failed", ({ query, send }) => send(response(query, { rcode: 2 }))],
  "refuses": ["query-refused", ({ query, send }) => send(response(query, { rcode: 5 }))],
  "is silent": ["timeout", () => {}],
};

for (const [what, [code, aaaa]] of Object.entries(HALF_ANSWERS)) {
  Deno.test(`resolve: prints the addresses of one family with a warning if a server ${what} about the other`, async () => {
    await using server = scriptedServer((turn) => {
      const { query, send } = turn;
      const [question] = query.questions;
      if (question?.type === "AAAA") return aaaa(turn);
      return send(response(query, { answers: [{ name: question?.name ?? "", type: "A", data: "192.0.2.1" }] }));
    }, () => undefined);
    const args = ["--server", `127.0.0.1:${server.addr.port}`, "--timeout", "1s", "a.test"];
    const [plain, json] = await Promise.all([runTool("resolve", args), runTool("resolve", ["--json", ...args])]);
    assertEquals([plain.code, plain.stdout], [0, "192.0.2.1\n"]);
    assertStringIncludes(plain.stderr, "toucan resolve: warning: no AAAA of a.test: ");
    const record = JSON.parse(json.stdout);
    assertEquals([json.code, record.answers.length, record.error], [0, 1, undefined]);
    assertEquals(record.failures.map((one: { type: string; error: { code: string } }) => [one.type, one.error.code]), [
      ["AAAA", code],
    ]);
  });
}

Deno.test("resolve: skips comments and blank lines in a list of names", async () => {
  const stdin = "# hosts\n\n  \nlocalhost\n \t# more\na.invalid\r\n";
  const { code, stdout, stderr } = await runTool("resolve", ["-4"], { stdin });
  assertEquals([code, stdout, stderr], [6, "localhost 127.0.0.1\n", "toucan resolve: a.invalid does not exist\n"]);
});

Deno.test("resolve: several types and servers, also repeated; queries the next server after a failure", async () => {
  const answering = () =>
    scriptedServer(({ query, send }) => {
      const [question] = query.questions;

      if (question?.type !== "A") return send(response(query, { rcode: 3 }));
      return send(response(query, { answers: [{ name: question.name, type: "A", data: "192.0.2.1" }] }));
    });
  await using failing = scriptedServer(({ query, send }) => send(response(query, { rcode: 2 })));
  await using server = answering();
  const servers = [failing, server].flatMap(({ addr }) => ["--server", `127.0.0.1:${addr.port}`]);
  const { stdout } = await runTool("resolve", [...servers, "-t", "a", "--type", "txt,A", "--json", "a.test"]);
  const records = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(records.map(({ type }) => type), ["A", "TXT"]);
  assertEquals(records[0].server, `127.0.0.1:${server.addr.port}`);
});

Deno.test("resolve: SIGINT exits with 130 while it waits", async () => {
  const asked = Promise.withResolvers<void>();
  await using server = scriptedServer(() => asked.resolve());
  const args = ["--server", `127.0.0.1:${server.addr.port}`, "--type", "A", "a.test"];
  await using tool = await startTool("resolve", args);
  await asked.promise;
  tool.process.kill("SIGINT");
  assertEquals(await tool.code, 130);
});

if (TARGET !== "executable") {
  Deno.test("resolve: exits with 5 without net permission, and names it", async () => {
    const flags = ["--allow-read=/etc/resolv.conf", "--allow-env=TOUCAN_*"];
    for (
      const args of [["localhost"], ["127.0.0.1"], ["--server", "127.0.0.1", "a.test"], [
        "--server",
        "127.0.0.1",
        "--type",
        "A",
        "a.test",
      ]]
    ) {
      const { code, stderr } = await runTool("resolve", args, { flags });
      assertEquals(code, 5, stderr);
      assertMatch(stderr, /the net permission is missing\nhint: this run lacks --allow-net/);
    }
  });

  Deno.test("resolve: works without read and env permissions where they are not needed", async () => {
    await using server = scriptedServer(({ query, send }) => send(response(query, { rcode: 3 })));
    const flags = ["--allow-net"];
    assertEquals((await runTool("resolve", ["-4", "localhost"], { flags })).stdout, "127.0.0.1\n");
    const args = ["--server", `127.0.0.1:${server.addr.port}`, "--type", "A", "a.test"];
    assertEquals((await runTool("resolve", args, { flags })).code, 1);
  });
}
