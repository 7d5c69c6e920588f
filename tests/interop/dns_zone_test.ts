import { assertEquals } from "@std/assert";
import { Deadline } from "../../lib/core/mod.ts";
import {
  exchange,
  nameServerAt,
  parseData,
  readZone,
  recordLine,
  typeName,
  typeNumber,
  writeZone,
} from "../../lib/dns/internal.ts";
import { EVERY_TYPE_FILE, everyRecord, everyTypeText } from "../kit/every_type.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { DEADLINE_MS } from "../kit/wait.ts";
import { zoneServer } from "../kit/zone_server.ts";

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
    await compareTransfers(server.port);
  },
);

peerTest("dig and kdig transfer a zone with every type from a server of zones", ["dig", "kdig"], async () => {
  await using server = zoneServer({ [ORIGIN]: everyTypeText });
  await compareTransfers(server.port);
});

async function compareTransfers(port: number): Promise<void> {
  const at = ["@127.0.0.1", "-p", `${port}`, ORIGIN, "AXFR", "+noall", "+answer"];
  const ours = facts(everyTypeText, EVERY_TYPE_FILE);
  assertEquals(facts(await run("dig", [...at, "+nosplit"]), "dig"), ours);
  assertEquals(facts(await run("dig", [...at, "+multiline"]), "dig +multiline"), ours);
  assertEquals(facts(await run("kdig", at), "kdig"), ours);
}

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

/** A record as `kdig +json` has it (RFC 8427). */
interface JsonRecord {
  readonly NAME: string;
  readonly TYPE: number;
  readonly TTL: number;
  readonly [key: string]: unknown;
}

peerTest("dig, kdig +json and ours agree on each record of every type", ["nsd", "dig", "kdig"], async () => {
  await using server = await startNsd({ [ORIGIN]: everyTypeText });
  await compareAnswers(server.port);
});

peerTest("dig, kdig +json and ours agree on each record of every type of a server of zones", [
  "dig",
  "kdig",
], async () => {
  await using server = zoneServer({ [ORIGIN]: everyTypeText });
  await compareAnswers(server.port);
});

async function compareAnswers(port: number): Promise<void> {
  // Names below a delegation and records NSEC3 are not answered (RFC 5155 §7.2.8).
  const asked = everyRecord.filter(({ name, type }) =>
    type !== "NSEC3" && !/child\.types\.test\.$/.test(name) || type === "DS"
  );
  const questions = [...new Set(asked.map(({ name, type }) => `${name} ${type}`))];
  const at = ["@127.0.0.1", "-p", `${port}`];
  const folder = await Deno.makeTempDir();
  const address = nameServerAt({ host: "127.0.0.1", port });
  try {
    // Some types are known to kdig by number only.
    await Deno.writeTextFile(`${folder}/questions`, questions.join("\n"));
    const digs = await run("dig", [...at, "+noall", "+answer", "+nosplit", "+norecurse", "-f", `${folder}/questions`]);
    const kdigs = await run("kdig", [
      ...at,
      "+json",
      "+norec",
      ...asked.flatMap(({ name, type }) => [name, `TYPE${typeNumber(type)}`]),
    ]);
    const printed: string[] = [];
    const shown = new Map<string, JsonRecord>();
    for (const text of kdigs.split(/^(?=\{)/m)) {
      for (const record of JSON.parse(text).answerRRs ?? []) {
        shown.set(`${record.NAME} ${typeName(record.TYPE)}`, record);
      }
    }
    for (const question of questions) {
      const [name = "", type = ""] = question.split(" ");
      using deadline = new Deadline({ timeout: DEADLINE_MS }, "ask", "resolve");
      const { answers } = (await exchange(address, { name, type }, { deadline })).message;
      const own = asked.filter((record) => record.name === name && record.type === type);
      assertEquals(answers.map(recordLine), own.map(recordLine), question);
      printed.push(...answers.map(recordLine));
      const theirs = shown.get(question);
      assertEquals(theirs?.TTL, own[0]?.ttl, question);
      // In the zone file form, or in hexadecimal for a type that kdig does not know.
      const [key = "", data = ""] = Object.entries(theirs ?? {}).find(([key]) => /^rdata/i.test(key)) ?? [];
      const bytes = key === "RDATAHEX" || key === ""
        ? String(data).toLowerCase()
        : parseData(type, String(data)).toHex();
      assertEquals(bytes, own[0]?.rdata.toHex(), `${question}: ${data}`);
    }
    assertEquals(facts(printed.join("\n"), "ours"), facts(digs, "dig"));
    assertEquals(printed.length, asked.length);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
