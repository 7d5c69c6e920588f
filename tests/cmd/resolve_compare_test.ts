import { assertEquals, assertStringIncludes } from "@std/assert";
import { encodeMessage, recordFrom } from "../../lib/dns/internal.ts";
import { type ScriptedServer, scriptedServer } from "../kit/scripted_dns.ts";
import { runTool } from "../kit/tool.ts";

/** A server with these addresses, or one that fails. */
function holding(ttl: number, ...addresses: string[]): ScriptedServer {
  return scriptedServer(({ query: { id, questions }, send }) => {
    const name = questions[0]?.name ?? ".";
    const answers = addresses.map((data) => recordFrom({ name, type: "A", ttl, data }));
    return send(encodeMessage({ id, response: true, questions, rcode: addresses.length > 0 ? 0 : 3, answers }));
  });
}

const among = (...servers: ScriptedServer[]) => servers.flatMap(({ addr }) => ["--server", `127.0.0.1:${addr.port}`]);

Deno.test("resolve --compare: servers that agree whatever order and TTL, disagree, or do not answer", async () => {
  await using one = holding(60, "192.0.2.1", "192.0.2.2");
  await using same = holding(30, "192.0.2.2", "192.0.2.1");
  await using none = holding(0);
  await using silent = scriptedServer(() => {});
  const agree = await runTool("resolve", ["--compare", ...among(one, same), "a.test"]);
  assertEquals([agree.code, agree.stderr], [0, ""]);
  assertEquals(agree.stdout.replace(/\(\d+ms\)/g, "(ms)").split("\n"), [
    `; NOERROR, 2 records: 127.0.0.1:${one.addr.port} (ms), 127.0.0.1:${same.addr.port} (ms)`,
    "a.test. 60 IN A 192.0.2.1",
    "a.test. 60 IN A 192.0.2.2",
    "",
  ]);
  const disagree = await runTool("resolve", ["--compare", ...among(none, one, same), "a.test"]);
  assertEquals(disagree.code, 1);
  assertStringIncludes(disagree.stdout, `; NXDOMAIN, 0 records: 127.0.0.1:${none.addr.port} `);
  assertEquals(disagree.stdout.indexOf("; NOERROR"), 0);
  assertStringIncludes(disagree.stderr, "servers disagree about A of a.test.: 2 different answers");
  const json = await runTool("resolve", ["--compare", "--json", ...among(one, same, silent), "a.test"]);
  const { agree: agreed, groups, silent: failed, error } = JSON.parse(json.stdout);
  assertEquals([json.code, agreed, groups.length, groups[0].servers.length], [3, true, 1, 2]);
  assertEquals([failed.length, failed[0].error.code, error.code], [1, "connection-refused", "connection-refused"]);
  const single = await runTool("resolve", ["--compare", ...among(one), "a.test"]);
  assertEquals(single.code, 2);
});
