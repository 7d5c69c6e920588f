import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { SystemError, UsageError } from "../../../../lib/core/mod.ts";
import {
  decodeMessage,
  encodeMessage,
  nameKey,
  rcodeName,
  readZone,
  readZoneFile,
  recordFrom,
  recordLine,
  type ServedAnswer,
  ZoneStore,
} from "../../../../lib/dns/internal.ts";
import { clientQuery } from "../../../kit/client_query.ts";
import { EVERY_TYPE_FILE, everyRecord } from "../../../kit/every_type.ts";
import { withFolder } from "../../../kit/folder.ts";

const DATA = new URL("../../../data/dns/", import.meta.url);

function stored(...names: readonly string[]): ZoneStore {
  return ZoneStore.fromZones(
    names.map((name) => {
      const origin = `${name}.test.`;
      return readZone(Deno.readTextFileSync(new URL(`${name}.zone`, DATA)), { origin });
    }),
  );
}

/** An answer in short: status, flag, and names and types by section. */
function short(answer: ServedAnswer | undefined): string {
  if (!answer) return "";
  const { rcode, authoritative, answers, authorities = [], additionals = [] } = answer;
  const sections = [answers, authorities, additionals].map((records) =>
    records.map(({ name, type }) => `${name.replace(/\.?lab\.test\.$/, "") || "@"} ${type}`).join(", ")
  );
  return `${rcodeName(rcode)}${authoritative ? " AA" : ""} | ${sections.join(" | ")}`;
}

Deno.test("Names hide, stand for, and lead to others as RFC 1034 §4.3.2 says", () => {
  const store = stored("lab", "second");
  const cases: Record<string, string> = {
    "www A": "NOERROR AA | www A |  | ",
    "www MX": "NOERROR AA |  | @ SOA | ",
    "missing A": "NXDOMAIN AA |  | @ SOA | ",
    "below.empty A": "NOERROR AA |  | @ SOA | ",
    "x.below.empty A": "NXDOMAIN AA |  | @ SOA | ",
    "x.y.wild MX": "NOERROR AA | x.y.wild MX |  | mail A, mail A, mail AAAA",
    "host.wild A": "NOERROR AA |  | @ SOA | ",
    "b.wild A": "NOERROR AA |  | @ SOA | ",
    "x.b.wild A": "NXDOMAIN AA |  | @ SOA | ",
    "x.alias AAAA": "NOERROR AA | x.alias CNAME, www AAAA |  | ",
    "x.star A": "NOERROR AA |  | @ SOA | ",
    "c1 A": "NOERROR AA | c1 CNAME, c2 CNAME, c3 CNAME, www A |  | ",
    "c1 CNAME": "NOERROR AA | c1 CNAME |  | ",
    "to-missing A": "NXDOMAIN AA | to-missing CNAME | @ SOA | ",
    "to-outside A": "NOERROR AA | to-outside CNAME |  | ",
    "to-other A": "NOERROR AA | to-other CNAME, www.second.test. A |  | ",
    "loop1 A": "NOERROR AA | loop1 CNAME, loop2 CNAME |  | ",
    "self A": "NOERROR AA | self CNAME |  | ",
    "x.loop A": "NOERROR AA | x.loop CNAME, again.loop CNAME |  | ",
    "tree DNAME": "NOERROR AA | tree DNAME |  | ",
    "host.tree A": "NOERROR AA | tree DNAME, host.tree CNAME, host.under.dname-target A |  | ",
    "www.to-second A": "NOERROR AA | to-second DNAME, www.to-second CNAME, www.second.test. A |  | ",
    "child A": "NOERROR |  | child NS, child NS, child NS | ns.child A, ns.child AAAA, ns.grand.child A, ns A, ns AAAA",
    "child DS": "NOERROR AA |  | @ SOA | ",
    "secure DS": "NOERROR AA | secure DS |  | ",
    "hidden.child TXT":
      "NOERROR |  | child NS, child NS, child NS | ns.child A, ns.child AAAA, ns.grand.child A, ns A, ns AAAA",
    "to-cut A":
      "NOERROR AA | to-cut CNAME | child NS, child NS, child NS | ns.child A, ns.child AAAA, ns.grand.child A, ns A, ns AAAA",
    "outside A": "NOERROR |  | outside NS | ",
    "svc HTTPS": "NOERROR AA | svc HTTPS |  | svc A",
    "_sip._udp SRV": "NOERROR AA | _sip._udp SRV, _sip._udp SRV, _sip._udp SRV |  | mail A, mail A, mail AAAA",
  };
  for (const [question, expected] of Object.entries(cases)) {
    const [name = "", type = ""] = question.split(" ");
    assertEquals(short(store.answer(clientQuery(`${name}.lab.test.`, type))), expected, question);
  }
  assertEquals(store.answer(clientQuery("www.example.net.", "A")), undefined);
  assertEquals(store.answer(clientQuery("www.lab.test.", "A", { class: "HS" })), undefined);
  assertEquals(store.answer(clientQuery("test.", "A")), undefined);
  assertEquals(store.zoneOf("a.b.LAB.test")?.origin, "lab.test.");
});

Deno.test("An alias that a DNAME makes has the letters of the query, and is not kept encoded", () => {
  const found = stored("lab", "second").answer(clientQuery("HoST.tREe.lab.test.", "A"));
  const [dname, alias] = found?.answers ?? [];
  assertEquals([dname?.type, alias?.name, alias?.data, found?.keep], [
    "DNAME",
    "HoST.tREe.lab.test.",
    "HoST.under.dname-target.lab.test.",
    0,
  ]);
});

Deno.test("A name that a DNAME makes too long has the status YXDOMAIN", () => {
  const store = stored("lab");
  const name = `${"x".repeat(60)}.${"y".repeat(60)}.long.lab.test.`;
  const found = store.answer(clientQuery(name, "A"));
  assertEquals([found?.rcode, found?.answers.map(({ type }) => type)], [6, ["DNAME"]]);
  assertEquals(store.answer(clientQuery("x.long.lab.test.", "A"))?.rcode, 3);
  const root = store.answer(clientQuery("www.example.net.to-root.lab.test.", "CNAME"));
  assertEquals(root?.answers.at(-1)?.data, "www.example.net.");
});

Deno.test("ANY is answered with one set over UDP, and with all over TCP", () => {
  const store = stored("lab", "lab-nsec");
  const types = (name: string, options: Parameters<typeof clientQuery>[2]) => {
    const found = store.answer(clientQuery(name, "ANY", options));
    return [...new Set(found?.answers.map(({ type }) => type))].join();
  };
  assertEquals(types("lab.test.", {}), "SOA");
  assertEquals(types("lab.test.", { transport: "tcp" }), "SOA,NS,MX,TXT");
  assertEquals(types("tree.lab.test.", {}), "TXT");
  assertEquals(types("mixed.case.lab-nsec.test.", { transport: "tcp", dnssecOk: true }), "A,RRSIG,TXT,NSEC");
  assertEquals(store.answer(clientQuery("lab.test.", "ANY"))?.keep, 0);
});

Deno.test("Names are found in any case and with any escapes, and answered as the zone file has them", () => {
  const store = stored("lab");
  for (const name of ["MIXED.case.LAB.test.", "mixed.\\099ase.lab.test."]) {
    assertEquals(store.answer(clientQuery(name, "TXT"))?.answers.map(recordLine), [
      'Mixed.Case.lab.test. 3600 IN TXT "Mixed"',
    ]);
  }
  assertEquals(store.answer(clientQuery("a\\.dot.lab.test.", "A"))?.answers.length, 1);
  assertEquals(store.answer(clientQuery("a.dot.lab.test.", "A"))?.rcode, 3);
});

Deno.test("Negative answers have the SOA record with the smaller of its TTL and its minimum", () => {
  const ttl = (store: ZoneStore, name: string) => store.answer(clientQuery(name, "A"))?.authorities?.[0]?.ttl;
  assertEquals(ttl(stored("lab"), "missing.lab.test."), 300);
  assertEquals(ttl(stored("second"), "missing.second.test."), 300);
});

Deno.test("Sets have one TTL, one spelling of their owner, and no record twice", () => {
  const text = "@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\nWww 60 A 192.0.2.1\nwww 30 A 192.0.2.2\nwWw 60 A 192.0.2.1\n";
  const store = ZoneStore.fromZones([readZone(text, { origin: "a.test." })]);
  assertEquals(store.answer(clientQuery("www.a.test.", "A"))?.answers.map(recordLine), [
    "Www.a.test. 30 IN A 192.0.2.1",
    "Www.a.test. 30 IN A 192.0.2.2",
  ]);
});

Deno.test("The parent answers about DS at a zone cut if both zones are served", () => {
  const parent = "@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\nns A 192.0.2.1\nsub 60 NS ns\nsub 60 DS 1 13 2 " +
    "00".repeat(32);
  const child = "@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns.b.test.\n";
  const zones = [readZone(parent, { origin: "b.test." }), readZone(child, { origin: "sub.b.test." })];
  const both = ZoneStore.fromZones(zones);
  assertEquals(both.answer(clientQuery("sub.b.test.", "DS"))?.answers.length, 1);
  assertEquals(both.answer(clientQuery("sub.b.test.", "NS"))?.answers.length, 1);
  const alone = ZoneStore.fromZones(zones.slice(1)).answer(clientQuery("sub.b.test.", "DS"));
  assertEquals([alone?.answers.length, alone?.authorities?.[0]?.name], [0, "sub.b.test."]);
});

Deno.test("Questions of the class CH about the server tell the name of the software only", () => {
  const store = stored("lab");
  const ask = (name: string, type = "TXT") => store.answer(clientQuery(name, type, { class: "CH" }));
  assertEquals(ask("VERSION.bind.")?.answers.map(({ data }) => data), ['"toucan"']);
  for (const name of ["id.server.", "hostname.bind.", "lab.test."]) assertEquals(ask(name)?.rcode, 5, name);
  assertEquals(ask("version.bind.", "A")?.rcode, 5);
});

Deno.test("Every record of every type is answered as the file has it", () => {
  const store = ZoneStore.fromZones([readZone(Deno.readTextFileSync(EVERY_TYPE_FILE), { file: "zone" })]);
  for (const record of everyRecord) {
    if (record.type === "NSEC3" || /child\.types/.test(record.name) && record.type !== "DS") continue;
    const found = store.answer(clientQuery(record.name, record.type))?.answers.map(recordLine) ?? [];
    assertEquals(found.includes(recordLine(record)), true, recordLine(record));
  }
});

Deno.test("A zone with errors is refused, with file, line and column of each", async () => {
  const start = "$ORIGIN c.test.\n@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\n";
  const cases: Record<string, string> = {
    "": "zone: zone zone. has no SOA record",
    [`${start}www 60 A 192.0.2.256\n`]: "zone:4:10: ",
    [`${start}www 60 A 192.0.2.1\nwww 60 CNAME ns\n`]: "zone:4: www.c.test. has a CNAME record and A records",
    [start.replaceAll("60", "60 CH")]: "zone:2: class CH (only IN is supported)",
    [`${start}@ 60 NSEC3PARAM 1 0 60000 -\n`]: "zone:4: 60000 iterations of NSEC3 (at most 2500)",
    [`${start}$INCLUDE missing\n`]: 'zone:4:10: cannot include "missing"',
  };
  await withFolder(async (folder) => {
    const path = `${folder}/zone`;
    for (const [text, message] of Object.entries(cases)) {
      await Deno.writeTextFile(path, text);
      const { zone, errors } = readZoneFile(path, text === "" ? "zone" : undefined);
      assertEquals(zone, undefined, text);
      assertEquals(errors[0]?.replace(`${folder}/`, "").slice(0, message.length), message);
    }
    await Deno.writeTextFile(path, start);
    assertEquals(readZoneFile(path, "d.test").errors, [`${path}: the SOA record is of c.test. instead of d.test.`]);
    assertEquals(readZoneFile(path, "C.test").zone?.origin, "c.test.");
    // Files outside the folder are not included, whatever their name or a link says.
    const outside = await Deno.makeTempFile();
    await Deno.symlink(outside, `${folder}/link`);
    for (const name of [outside, `../${outside.split("/").at(-1)}`, "link", "/etc/passwd"]) {
      await Deno.writeTextFile(
        path,
        `$ORIGIN c.test.\n@ 1 SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n$INCLUDE ${name}\n`,
      );
      assertEquals(readZoneFile(path).errors, [`${path}:5:10: cannot include "${name}"`]);
    }
    await Deno.remove(outside);
    await Deno.mkdir(`${folder}/in`);
    await Deno.writeTextFile(path, `${start}$INCLUDE in/more\n`);
    await Deno.writeTextFile(`${folder}/in/more`, "$INCLUDE last\n");
    await Deno.writeTextFile(`${folder}/in/last`, "www 60 A 192.0.2.1\n");
    const { zone, warnings } = readZoneFile(path);
    assertEquals(zone?.nodes.has("www.c.test."), true);
    assertEquals(warnings, [`${path}:3: NS of c.test.: ns.c.test. has no address`]);
    await Deno.writeTextFile(`${folder}/in/last`, "www 60 A 192.0.2.1.\n");
    assertMatch(readZoneFile(path).errors.join(), /\/in\/last:1:10: /);
    assertEquals(assertThrows(() => readZoneFile(`${folder}/none`), SystemError).code, "file-not-found");
    assertEquals(assertThrows(() => readZoneFile(folder), UsageError).code, "invalid-zone");
  });
});

Deno.test("A transfer has the whole zone; one of changes nothing but the SOA record where the client is current", () => {
  const store = stored("lab-nsec3");
  const origin = "lab-nsec3.test.";
  const { records } = readZone(Deno.readTextFileSync(new URL("lab-nsec3.zone", DATA)), { origin });
  const serialOf = (serial: number) =>
    recordFrom({ name: origin, type: "SOA", ttl: 0, data: `a. b. ${serial} 1 1 1 1` });
  const ask = (type: string, serial?: number, reserve = 0) =>
    [
      ...store.transfer(
        clientQuery(origin, type, {
          transport: "tcp",
          parts: serial === undefined ? {} : { authorities: [serialOf(serial)] },
        }),
        reserve,
      ) ?? [],
    ].map((bytes) => decodeMessage(bytes));
  const facts = (list: readonly ReturnType<typeof decodeMessage>[]) => list.flatMap(({ answers }) => answers);
  const whole = facts(ask("AXFR"));
  assertEquals(whole.at(0)?.type, "SOA");
  assertEquals(whole.at(-1), whole.at(0));
  const keys = (list: typeof whole) => list.map(({ name, type, data }) => `${nameKey(name)} ${type} ${data}`).sort();
  assertEquals(keys(whole.slice(1)), keys(records));
  const current = 2_026_112_801;
  assertEquals(facts(ask("IXFR", current - 1)).length, whole.length);
  for (const serial of [current, current + 1]) {
    assertEquals(facts(ask("IXFR", serial)).map(({ type }) => type), ["SOA"]);
  }
  assertEquals(ask("IXFR").map(({ rcode }) => rcode), [1]);
  assertEquals(store.transfer(clientQuery("www.lab-nsec3.test.", "AXFR"), 0), undefined);
  assertEquals(ask("AXFR").every(({ size }) => size <= 16_384), true);
  const small = ask("AXFR", undefined, 16_000);
  assertEquals(small.every(({ size, answers }) => size <= 384 || answers.length === 1), true);
});

Deno.test("Zones whose lines are mixed up are answered without a crash, and say why there are no records", () => {
  const origin = "lab-nsec3.test.";
  const text = Deno.readTextFileSync(new URL("lab-nsec3.zone", DATA)).split("\n");
  const labels = ["a", "*", "www", "child", "tree", "circle", "wild", "loop", "star", "below", "long", "a\\.dot"];
  const types = ["A", "NS", "CNAME", "DNAME", "DS", "SOA", "ANY", "NSEC3", "RRSIG", "HTTPS"];
  let seed = 7;
  const below = (count: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (seed >> 8) % count;
  };
  const pick = (list: readonly string[]) => list[below(list.length)] ?? "";
  for (let round = 0; round < 40; round++) {
    const lines = text.slice();
    for (let left = 8; left > 0; left--) {
      const alias = `${pick(["", "*."])}${pick(labels)}.${origin} 60 ${pick(["NS", "CNAME", "DNAME"])} ${
        pick(labels)
      }.${origin}`;
      // The SOA record stays.
      lines.splice(1 + below(lines.length - 1), below(2), ...(below(2) === 0 ? [alias] : []));
    }
    const store = ZoneStore.fromZones([readZone(lines.join("\n"), { origin })]);
    for (let left = 60; left > 0; left--) {
      const name = [...Array.from({ length: below(4) }, () => pick(labels)), origin].join(".");
      const query = clientQuery(name, pick(types), { dnssecOk: below(2) === 0, transport: "tcp" });
      const found = store.answer(query);
      const { rcode = 0, answers = [], authorities = [] } = found ?? {};
      const message = encodeMessage({ id: 1, response: true, questions: [query.question], ...found });
      assertEquals(decodeMessage(message).answers.length, answers.length);
      const isSilent = rcode === 0 && answers.length === 0 || rcode === 3;
      assertEquals(isSilent && !authorities.some(({ type }) => type === "SOA" || type === "NS"), false, name);
    }
  }
});
