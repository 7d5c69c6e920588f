import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { serveDns } from "../../lib/dns/mod.ts";
import { DnsConnections, parseNameServer } from "../../lib/dns/internal.ts";
import { resolve } from "../../lib/dns/mod.ts";
import { RecordCheck } from "../kit/json_records.ts";
import { withFolder } from "../kit/folder.ts";
import { runTool, startTool, TARGET, toolArgs } from "../kit/tool.ts";

const COUNT = 4000;

Deno.test({
  name:
    "resolve against resolve serve with faults: a list that is killed twice has each result once, and all are right",
  // The lookup is the same in all of them.
  ignore: TARGET !== "source",
  fn: () =>
    withFolder(async (folder) => {
      const names = Array.from({ length: COUNT }, (_, number) => `n${number}.bulk.test`);
      await Deno.writeTextFile(`${folder}/names`, names.join("\n") + "\n");
      let process: Deno.ChildProcess | undefined;
      let [queries, armed] = [0, false];
      const faults: Record<string, number> = {};
      await using server = serveDns("127.0.0.1:0", {
        names: ["*.bulk.test=192.0.2.1"],
        faults: ["*=drop:1%,servfail:1%,truncate:1%"],
        onQuery({ fault = "none" }) {
          faults[fault] = (faults[fault] ?? 0) + 1;
          if (!armed || ++queries < COUNT / 4) return;
          armed = false;
          process?.kill("SIGKILL");
        },
      });
      const words = ["--server", server.address, "--type", "A", "--attempts", "5", "--json", "--resume", "done"];
      const { program, args } = await toolArgs("resolve", words);
      const codes: number[] = [];
      for (let run = 0; run < 3; run++) {
        process = new Deno.Command("sh", {
          args: ["-c", 'exec "$0" "$@" < names >> results', program, ...args],
          cwd: folder,
          stdin: "null",
        }).spawn();
        [queries, armed] = [0, run < 2];
        codes.push((await process.status).code);
      }
      assertEquals(codes, [137, 137, 0]);
      const records = await new RecordCheck().check("resolve", await Deno.readTextFile(`${folder}/results`));
      assertEquals(records.map(({ input }) => String(input)).sort(), names.sort());
      for (const { input, status, answers } of records) {
        const data = Array.isArray(answers) ? answers.map((answer) => answer.data) : [];
        assertEquals([status, data], ["NOERROR", ["192.0.2.1"]], String(input));
      }
      assertEquals(Object.keys(faults).sort(), ["drop", "none", "servfail", "truncate"]);
    }),
});

Deno.test("resolve serve: names, a zone with an included file, forwarding, faults and the log", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/example.zone`, "@ 60 SOA ns admin 1 2 3 4 5\n@ NS ns\n$INCLUDE more.zone\n");
    await Deno.writeTextFile(`${folder}/more.zone`, "ns A 192.0.2.53\nwww A 192.0.2.80\n");
    await using above = serveDns("127.0.0.1:0", { names: ["other.test=192.0.2.99"] });
    await using tool = await startTool("resolve", [
      ...["serve", "--port", "0", "--log", "--zone", "example.test=example.zone", "--forward", above.address],
      ...["--fault", "bad.test=servfail", "app.test=192.0.2.7", "bad.test=192.0.2.8"],
    ], { cwd: folder });
    const [, address = ""] = await tool.stderrMatch(/listening on udp:\/\/(\S+)\n/);
    await using connections = new DnsConnections();
    const ask = async (name: string) => {
      const options = { server: parseNameServer(`udp://${address}`), types: ["A"] as const, connections };
      for await (const { status, answers } of resolve(name, options)) {
        return [status, ...answers.map(({ data }) => data)].join(" ");
      }
    };
    assertEquals(await ask("app.test"), "NOERROR 192.0.2.7");
    assertEquals(await ask("www.example.test"), "NOERROR 192.0.2.80");
    assertEquals(await ask("none.example.test"), "NXDOMAIN");
    assertEquals(await ask("other.test"), "NOERROR 192.0.2.99");
    assertEquals(await ask("bad.test"), "SERVFAIL");
    tool.process.kill("SIGTERM");
    const log = await new Response(tool.process.stdout).text();
    assertEquals(await tool.code, 0);
    assertMatch(log, /^127\.0\.0\.1:\d+ udp \S+ A NOERROR 1 answer \(word\) [\d.]+ms$/m);
    assertStringIncludes(log, "1 answer (zone example.test)");
    assertStringIncludes(log, `1 answer (forward ${above.address})`);
    assertStringIncludes(log, "SERVFAIL 0 answers (fault) fault servfail");
  }));

/** Calls that are rejected before anything listens: the exit code, and the message. */
const REJECTED: readonly (readonly [words: readonly string[], code: number, message: RegExp])[] = [
  [
    ["--host", "0.0.0.0"],
    2,
    /cannot listen on 0\.0\.0\.0 without networks whose clients are answered\nhint: use --allow CIDR\n/,
  ],
  [["--host", "0.0.0.0", "--allow", "0.0.0.0/0", "--forward", "192.0.2.1"], 2, /open resolver\nhint: use --allow/],
  [["--fault", "a.test=explode"], 2, /"explode" is not a fault: must be one of delay, drop/],
  [["--fault", "a.test=drop", "--fault", "a.test=cut:1%"], 2, /contradictory faults: the shares of a\.test are 101%/],
  [["--nsid", "é".repeat(65)], 2, /option --nsid.*1 to 128 bytes/],
  [["http://a.test=127.0.0.1"], 2, /invalid word "http:.*not a URL/],
  [["--zone", "none.zone"], 5, /cannot read none\.zone: no such file/],
  [
    ["--zone", "bad.zone"],
    2,
    /bad\.zone:2:\d+: .*\nbad\.zone:4:\d+: .*\ntoucan resolve: cannot serve zone file bad\.zone: 2 errors\n/,
  ],
  [["--zone", "ok.test=ok.zone", "--zone", "OK.test=ok.zone"], 2, /another file has the zone/],
  [["--forward", "127.0.0.1:1053"], 2, /cannot forward to 127\.0\.0\.1:1053: it is an address of this server/],
  [["--forward", "[::ffff:127.0.0.1]:1053"], 2, /cannot forward to \S+: it is an address of this server/],
  [["--cert", "x.pem"], 2, /option --cert requires --tls-listen or --https-listen/],
];

for (const [words, code, message] of REJECTED) {
  Deno.test(`resolve serve ${words.join(" ")}: is rejected`, () =>
    withFolder(async (cwd) => {
      await Deno.writeTextFile(
        `${cwd}/bad.zone`,
        "$ORIGIN bad.test.\n@ 60 SOA ns admin 1 2 3 4\n@ 60 NS ns\nns 60 A 192.0.2.256\n",
      );
      await Deno.writeTextFile(`${cwd}/ok.zone`, "@ 60 SOA ns admin 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\n");
      const result = await runTool("resolve", ["serve", ...words], { cwd });
      assertEquals([result.code, result.stdout], [code, ""], result.stderr);
      assertMatch(result.stderr, message);
    }));
}
