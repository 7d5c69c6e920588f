import { assertEquals } from "@std/assert";
import { Deadline } from "../../lib/core/mod.ts";
import { DnsConnections, nameServerAt, readZone, ZoneStore } from "../../lib/dns/internal.ts";
import { everyTypeText } from "../kit/every_type.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { signedZones } from "../kit/signed_zones.ts";
import { DEADLINE_MS } from "../kit/wait.ts";
import { answerFacts, storeAnswer } from "../kit/zone_answers.ts";
import { NSD_DIFFERENCES } from "../kit/zone_differences.ts";
import { type ZoneQuestion, zoneQuestions } from "../kit/zone_questions.ts";

const DATA = new URL("../data/dns/", import.meta.url);

interface Given {
  readonly text: string;
  /** Number of questions of which one is asked. */
  readonly every: number;
}

/** The zones for these tests, in groups of one server: a parent that does not delegate would answer about DS. */
function groups(): Readonly<Record<string, Given>>[] {
  const read = (name: string) => Deno.readTextFileSync(new URL(`${name}.zone`, DATA));
  const labs = ["lab", "second", "lab-nsec", "lab-nsec3", "lab-optout"];
  const lab = Object.fromEntries(labs.map((name) => [`${name}.test.`, { text: read(name), every: 37 }]));
  const signed = Object.entries(signedZones()).map((
    [name, text],
  ) => [name === "." ? name : `${name}.`, { text, every: 89 }]);
  return [{ ...lab, "types.test.": { text: everyTypeText, every: 41 } }, Object.fromEntries(signed)];
}

peerTest("Zones are answered as nsd answers them, in every section", ["nsd"], async () => {
  const used = new Set<string>();
  let count = 0;
  for (const given of groups()) {
    const read = Object.entries(given).map(([origin, { text }]) => readZone(text, { origin }));
    assertEquals(read.flatMap(({ errors }) => errors), []);
    const store = ZoneStore.fromZones(read);
    await using nsd = await startNsd(Object.fromEntries(Object.entries(given).map(([name, { text }]) => [name, text])));
    await using connections = new DnsConnections({});
    const server = { ...nameServerAt({ host: "127.0.0.1", port: nsd.port }, true), protocol: "tcp" as const };
    using deadline = new Deadline({ timeout: DEADLINE_MS }, "ask", "resolve");
    const compare = async (question: ZoneQuestion) => {
      const { message } = await connections.exchange(server, { ...question, recursionDesired: false }, deadline);
      let pair = { ours: answerFacts(storeAnswer(store, question)), theirs: answerFacts(message) };
      for (const [reason, difference] of Object.entries(NSD_DIFFERENCES)) {
        const rest = difference(question, pair);
        if (!rest) continue;
        used.add(reason);
        pair = rest;
      }
      assertEquals(pair.ours, pair.theirs, `${question.name} ${question.type}${question.dnssecOk ? " DO" : ""}`);
    };
    const questions = read.flatMap(({ origin, records }) => [
      ...zoneQuestions(origin, records, { every: given[origin]?.every }),
    ]);
    for (let start = 0; start < questions.length; start += 200) {
      await Promise.all(questions.slice(start, start + 200).map(compare));
    }
    count += questions.length;
  }
  // An exception that is not needed any more hides faults.
  assertEquals([...used].sort(), Object.keys(NSD_DIFFERENCES).sort());
  assertEquals(count > 1500, true, `${count} questions`);
});
