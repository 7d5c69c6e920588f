import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readZone, recordLine } from "../../lib/dns/internal.ts";
import { everyRecord } from "../kit/every_type.ts";
import { withFolder } from "../kit/folder.ts";
import { runTool } from "../kit/tool.ts";
import { KEY_FILE, transferServer } from "../kit/transfer_server.ts";

const [soa] = everyRecord;
assert(soa);

const whole = () => [...everyRecord, soa];

Deno.test("resolve --axfr: a zone file of all records, or nothing and the reason", async () => {
  await using server = transferServer(whole);
  const { code, stdout, stderr } = await runTool("resolve", ["--server", server.address, "--axfr", "types.test"]);
  assertEquals([code, stderr], [0, ""]);
  const { records, errors } = readZone(stdout);
  assertEquals([errors, records], [[], [...everyRecord]]);
  await using cutting = transferServer(whole, 1);
  const cut = await runTool("resolve", ["--server", cutting.address, "--axfr", "types.test"]);
  assertEquals([cut.code, cut.stdout], [3, ""]);
  assertStringIncludes(cut.stderr, "closed the connection in the middle of the transfer");
  const refused = await runTool("resolve", ["--server", server.address, "--axfr", "other.test"]);
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertStringIncludes(refused.stderr, "refuses the transfer of other.test.: REFUSED");
});

Deno.test("resolve --axfr --tsig: signed with a key of a file", async () => {
  await withFolder(async (folder) => {
    await using server = transferServer(whole);
    await Deno.writeTextFile(`${folder}/key`, KEY_FILE);
    await Deno.writeTextFile(`${folder}/other`, "hmac-sha256:k.test:AAAA\n");
    const at = ["--server", server.address, "--json", "--axfr", "types.test"];
    const { code, stdout } = await runTool("resolve", [...at, "--tsig", `${folder}/key`]);
    const record = JSON.parse(stdout);
    assertEquals([code, record.kind, record.serial, record.signed], [0, "full", 2026112801, true]);
    assertEquals(record.records.length, everyRecord.length);
    const wrong = await runTool("resolve", [...at, "--tsig", `${folder}/other`]);
    assertEquals([wrong.code, JSON.parse(wrong.stdout).error.code], [3, "tsig-failed"]);
    assertStringIncludes(wrong.stdout, "BADSIG");
    assert(!wrong.stdout.includes("AAAA"));
  });
});

Deno.test("resolve --ixfr: the changes since a serial, or that there are none", async () => {
  const at = (serial: number) => ({ ...soa, data: soa.data.replace("2026112801", `${serial}`) });
  const versions = (serial: number) => readZone(`@ 3600 SOA ${at(serial).data}`, { origin: "types.test." }).records;
  const [gone, added] = everyRecord.filter(({ type }) => type === "A");
  assert(gone && added);
  const changes = () => [...versions(8), ...versions(7), gone, ...versions(8), added, ...versions(8)];
  await using server = transferServer((query) => query.authorities[0]?.fields.serial === 7 ? changes() : versions(8));
  const args = ["--server", server.address, "--ixfr"];
  const found = await runTool("resolve", [...args, "7", "types.test"]);
  const [before, after] = [versions(7), versions(8)].map(([record]) => record ? recordLine(record) : "");
  assertEquals([found.code, found.stdout], [
    0,
    `; 7 -> 8\n- ${before}\n- ${recordLine(gone)}\n+ ${after}\n+ ${recordLine(added)}\n`,
  ]);
  const none = await runTool("resolve", [...args, "8", "types.test"]);
  assertEquals([none.code, none.stdout], [0, ""]);
  assertStringIncludes(none.stderr, "types.test. is up to date");
  const json = await runTool("resolve", [...args, "7", "--json", "types.test"]);
  assertEquals(JSON.parse(json.stdout).changes[0].from, 7);
});
