import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatAddress } from "../../lib/core/mod.ts";
import { RecordCheck } from "../kit/json_records.ts";
import { withFolder } from "../kit/folder.ts";
import { response, scriptedServer } from "../kit/scripted_dns.ts";
import { runTool, toolArgs } from "../kit/tool.ts";

const COUNT = 3000;

Deno.test("resolve --resume: a list that is killed three times has each result once", () =>
  withFolder(async (folder) => {
    const names = Array.from({ length: COUNT }, (_, number) => `n${number}.example.test`);
    await Deno.writeTextFile(`${folder}/names`, names.join("\n") + "\n");
    let process: Deno.ChildProcess | undefined;
    // Queries of a process that was killed can arrive later: they must not kill the next one.
    let [queries, armed] = [0, false];
    await using server = scriptedServer(async ({ query, send }) => {
      if (armed && ++queries > 700) {
        armed = false;
        process?.kill("SIGKILL");
      }
      const name = query.questions[0]?.name ?? "";
      await send(response(query, { answers: [{ name, type: "A", ttl: 5, data: "192.0.2.1" }] }));
    });
    const words = ["--server", formatAddress(server.addr), "--type", "A", "--json", "--resume", "done"];
    const { program, args } = await toolArgs("resolve", words);
    const codes: number[] = [];
    for (let run = 0; run < 4; run++) {
      process = new Deno.Command("sh", {
        args: ["-c", 'exec "$0" "$@" < names >> results', program, ...args],
        cwd: folder,
        stdin: "null",
      }).spawn();
      [queries, armed] = [0, run < 3];
      codes.push((await process.status).code);
    }
    assertEquals(codes, [137, 137, 137, 0]);
    const records = await new RecordCheck().check("resolve", await Deno.readTextFile(`${folder}/results`));
    assertEquals(records.map(({ input }) => String(input)).sort(), names.sort());
  }));

Deno.test("resolve: many names with types of their own, in order, with numbers at the end", async () => {
  await using server = scriptedServer(({ query, send }) => send(response(query, { rcode: 3 })));
  const words = ["--server", formatAddress(server.addr), "--type", "A", "--json", "--ordered", "--summary", "-"];
  const stdin = "a.test\n# comment\n\nb.test MX,TXT\nc..test\n192.0.2.1\n";
  const { code, stdout, stderr } = await runTool("resolve", words, { stdin });
  const records = await new RecordCheck().check("resolve", stdout);
  assertEquals(records.map(({ input, type, status }) => `${input}: ${type} ${status}`), [
    "a.test: A NXDOMAIN",
    "b.test MX,TXT: MX NXDOMAIN",
    "b.test MX,TXT: TXT NXDOMAIN",
    "c..test: A INVALID",
    "192.0.2.1: PTR NXDOMAIN",
  ]);
  assertEquals(code, 6);
  assertStringIncludes(stderr, "5 results (INVALID 1, NXDOMAIN 4), 4 queries in ");
});

Deno.test("resolve --file: the names of operands and of files, each type of a line, with the search list", () =>
  withFolder(async (folder) => {
    const asked: string[] = [];
    await using server = scriptedServer(async ({ query, send }) => {
      const { name = "", type = "" } = query.questions[0] ?? {};
      asked.push(`${name.toLowerCase()} ${type}`);
      const known = name.toLowerCase().endsWith(".lab.test.");
      await send(response(query, known ? { answers: [{ name, type: "A", ttl: 5, data: "192.0.2.1" }] } : { rcode: 3 }));
    });
    await Deno.writeTextFile(`${folder}/one`, "# one\n; two\n\nb\nc.test. A\n");
    await Deno.writeTextFile(`${folder}/two`, "d.test A");
    const words = ["--server", "127.0.0.1", "-p", String(server.addr.port), "--search", "corp.test,lab.test"];
    const lists = ["--file", "one", "-f", "two", "--ordered", "--resume", "done", "--type", "A", "a"];
    const { code, stdout } = await runTool("resolve", [...words, ...lists, "--json"], { cwd: folder });
    const records = await new RecordCheck().check("resolve", stdout);
    assertEquals(records.map(({ input, name, status }) => `${input}: ${name} ${status}`), [
      "a: a.lab.test. NOERROR",
      "b: b.lab.test. NOERROR",
      "c.test. A: c.test. NXDOMAIN",
      "d.test A: d.test.lab.test. NOERROR",
    ]);
    assertEquals(code, 6);
    assertEquals(asked.includes("a.corp.test. A") && asked.includes("d.test. A"), true, asked.join());
    const again = await runTool("resolve", [...words, ...lists], { cwd: folder });
    assertEquals([again.code, again.stdout, again.stderr], [0, "", ""]);
    for (const [other, why] of [["-t", "a run with other types"], ["-f", "another list"]] as const) {
      const changed = lists.map((word) => other === "-t" ? word.replace(/^A$/, "MX") : word.replace(/^two$/, "one"));
      const refused = await runTool("resolve", [...words, ...changed], { cwd: folder });
      const line = `toucan resolve: cannot resume from done: it is of ${why}`;
      assertEquals([refused.code, refused.stdout, refused.stderr.split("\n")[0]], [5, "", line]);
    }
  }));

Deno.test("resolve: names of a list without --type may have types of their own", () =>
  withFolder(async (folder) => {
    await using server = scriptedServer(({ query, send }) => {
      const { name = "", type = "" } = query.questions[0] ?? {};
      return send(response(query, type === "A" ? { answers: [{ name, type: "A", ttl: 5, data: "192.0.2.1" }] } : {}));
    });
    await Deno.writeTextFile(`${folder}/names`, "; comment\na.test A\nb.test\n");
    const words = ["--server", formatAddress(server.addr), "-f", "names", "-f", "-"];
    const { code, stdout } = await runTool("resolve", words, { cwd: folder, stdin: "c.test a\n" });
    assertEquals(stdout, "a.test. 5 IN A 192.0.2.1\nb.test 192.0.2.1\nc.test. 5 IN A 192.0.2.1\n");
    assertEquals(code, 0);
  }));

Deno.test("resolve --file: a file that cannot be read is named", () =>
  withFolder(async (folder) => {
    const { code, stderr } = await runTool("resolve", ["-f", "missing", "--server", "127.0.0.1:1"], { cwd: folder });
    assertEquals([code, stderr], [5, "toucan resolve: cannot open missing: no such file or directory\n"]);
    const place = await runTool("resolve", ["-f", ".", "--server", "127.0.0.1:1"], { cwd: folder });
    assertEquals([place.code, place.stderr.split("\n")[0]], [5, "toucan resolve: cannot read .: is a directory"]);
  }));
