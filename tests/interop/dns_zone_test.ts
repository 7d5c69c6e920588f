import { assertEquals } from "@std/assert";
import { readZone, writeZone } from "../../lib/dns/internal.ts";
import { EVERY_TYPE_FILE, everyRecord, everyTypeText } from "../kit/every_type.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";

const ORIGIN = "types.test.";

async function run(program: string, args: readonly string[]): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], stdin: "null", stdout: "piped", stderr: "piped" });
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  assertEquals(code, 0, `${program} ${args.join(" ")}: ${text.decode(stdout)}${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Records without their form, to compare with those of others. */
function facts(text: string, file: string): string[] {
  const { records, errors } = readZone(text, { file, origin: ORIGIN });
  assertEquals(errors, [], file);
  return [
    ...new Set(records.map(({ name, type, ttl, rdata }) => `${name.toLowerCase()} ${ttl} ${type} ${rdata.toHex()}`)),
  ]
    .sort();
}

peerTest(
  "readZone reads what dig and kdig print of a zone with every type that nsd serves",
  ["nsd", "dig", "kdig"],
  async () => {
    await using server = await startNsd({ [ORIGIN]: everyTypeText }, { transfers: true });
    const at = ["@127.0.0.1", "-p", `${server.port}`, ORIGIN, "AXFR", "+noall", "+answer"];
    const ours = facts(everyTypeText, EVERY_TYPE_FILE);
    assertEquals(facts(await run("dig", [...at, "+nosplit"]), "dig"), ours);
    assertEquals(facts(await run("dig", [...at, "+multiline"]), "dig +multiline"), ours);
    assertEquals(facts(await run("kdig", at), "kdig"), ours);
  },
);

peerTest("nsd-checkzone accepts what writeZone prints, and nsd answers with the same records", [
  "nsd",
  "nsd-checkzone",
  "kdig",
], async () => {
  // HIP is not known to nsd by name, but in the form of RFC 3597.
  const records = everyRecord.map((record) =>
    record.type === "HIP"
      ? { ...record, type: "TYPE55", data: `\\# ${record.rdata.length} ${record.rdata.toHex()}` }
      : record
  );
  for (const options of [{}, { origin: ORIGIN, columns: true }]) {
    const text = [...writeZone(records, options), ""].join("\n");
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/zone`, text);
      await run("nsd-checkzone", [ORIGIN, `${folder}/zone`]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  await using server = await startNsd({ [ORIGIN]: [...writeZone(records), ""].join("\n") }, { transfers: true });
  const printed = await run("kdig", ["@127.0.0.1", "-p", `${server.port}`, ORIGIN, "AXFR", "+noall", "+answer"]);
  assertEquals(facts(printed, "kdig"), facts(everyTypeText, EVERY_TYPE_FILE));
});
