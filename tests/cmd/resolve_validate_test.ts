import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeMessage, extendedErrorOption, type MessageParts } from "../../lib/dns/internal.ts";
import { withFolder } from "../kit/folder.ts";
import { type ScriptedServer, scriptedServer } from "../kit/scripted_dns.ts";
import { runTool } from "../kit/tool.ts";

/** A server that says the same to each question. */
function saying(message: Omit<MessageParts, "id">): ScriptedServer {
  return scriptedServer(({ query: { id, questions }, send }) =>
    send(encodeMessage({ id, response: true, questions, ...message }))
  );
}

const validating = (server: ScriptedServer) => ["--validate", "--server", `127.0.0.1:${server.addr.port}`];

Deno.test("resolve --validate: indeterminate where the server fails, its words shown safely", async () => {
  const option = extendedErrorOption(22, "no\u001b[31m authority");
  await using server = saying({
    rcode: 2,
    edns: { udpSize: 1232, version: 0, dnssecOk: true, options: [option] },
  });
  const { code, stdout, stderr } = await runTool("resolve", [...validating(server), "www.example.test"]);
  assertEquals([code, stdout], [3, "; A www.example.test.\n; indeterminate (no-answer)\n"]);
  assertStringIncludes(stderr, "answers A of www.example.test. with SERVFAIL");
  assertStringIncludes(stderr, "SERVFAIL (no reachable authority: ");
  assert(!stderr.includes("\u001b"), stderr);
  const json = await runTool("resolve", [...validating(server), "--json", "--type", "A,MX", "www.example.test"]);
  const records = json.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(json.code, 3);
  assertEquals(records.map(({ type, validation, chain }) => [type, validation, chain]), [
    ["A", "indeterminate", []],
    ["MX", "indeterminate", []],
  ]);
  assertEquals(records[0].error.code, "no-answer");
});

Deno.test("resolve --validate: a server that is silent is a timeout", async () => {
  await using server = scriptedServer(() => {}, () => undefined);
  const { code, stdout } = await runTool("resolve", [...validating(server), "--timeout", "1s", "www.example.test"]);
  assertEquals([code, stdout], [4, "; A www.example.test.\n; indeterminate (timeout)\n"]);
});

Deno.test("resolve --validate: a server without signatures is bogus, and named as the cause", async () => {
  await using server = saying({ edns: { udpSize: 1232, version: 0, dnssecOk: true, options: [] } });
  const { code, stdout, stderr } = await runTool("resolve", [...validating(server), "192.0.2.7", "no..name"]);
  assertEquals(code, 6);
  assertStringIncludes(stdout, "; PTR 7.2.0.192.in-addr.arpa.\n; zone .\n;   DNSKEY .: bogus\n");
  assertStringIncludes(stdout, "\n; bogus (no-signatures), no records\n");
  assertStringIncludes(
    stderr,
    "toucan resolve: PTR of 7.2.0.192.in-addr.arpa. is bogus: no response has a signature (RRSIG), although " +
      "signatures were requested: the server does not support DNSSEC, or they are removed on the way\n" +
      "hint: specify another server with --server\n",
  );
  assertStringIncludes(stderr, 'toucan resolve: invalid domain name "no..name"');
});

Deno.test("resolve --validate --anchor: a file that is missing, broken, or without keys is not used", async () => {
  await withFolder(async (folder) => {
    await using server = saying({});
    const run = (file: string) =>
      runTool("resolve", [...validating(server), "--anchor", `${folder}/${file}`, "www.example.test"]);
    await Deno.writeTextFile(`${folder}/broken`, ". IN NS a.\n. IN DS 1 13\n");
    await Deno.writeTextFile(`${folder}/other`, ". IN NS a.\n");
    const [missing, broken, other] = [await run("missing"), await run("broken"), await run("other")];
    assertEquals([missing.code, broken.code, other.code], [5, 2, 2]);
    assertStringIncludes(broken.stderr, "broken: line 2, column ");
    assertStringIncludes(other.stderr, "it has neither DS nor DNSKEY records");
    assertEquals(server.queries, []);
  });
});
