import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/core/mod.ts";
import {
  AliasFollower,
  type AnswerSource,
  NameTable,
  rcodeName,
  recordFrom,
  recordLine,
  type ServedAnswer,
} from "../../../../lib/dns/internal.ts";
import { clientQuery } from "../../../kit/client_query.ts";

function table(words: readonly string[], hosts?: string): NameTable {
  const names = new NameTable();
  for (const word of words) names.addWord(word);
  if (hosts !== undefined) names.addHosts(hosts, "hosts");
  return names;
}

/** The answer to a question `NAME TYPE` as lines; undefined if the source has none. */
function lines(source: AnswerSource, question: string): readonly string[] | undefined {
  const [name = "", type = ""] = question.split(" ");
  const answer = source.answer(clientQuery(name, type)) as ServedAnswer | undefined;
  if (!answer) return undefined;
  const { rcode, answers, authorities = [] } = answer;
  return [rcodeName(rcode), ...answers.map(recordLine), ...authorities.map((record) => `; ${recordLine(record)}`)];
}

const SOA = "IN SOA localhost. hostmaster.invalid. 1 3600 1200 604800 60";

Deno.test("Words answer with addresses and aliases, exact names before wildcards, and nothing else", () => {
  const names = table([
    "app.test=127.0.0.1,::1",
    "app.test=127.0.0.2",
    "*.test=192.0.2.1",
    "*.deep.test=192.0.2.2",
    "alias.test=app.test",
    "far.test=www.example.net.",
    "bücher.test=192.0.2.3",
    "circle.test=circle.test",
    "into.test=ring-1.test",
    "ring-1.test=ring-2.test",
    "ring-2.test=ring-1.test",
  ]);
  const cases: Record<string, readonly string[] | undefined> = {
    "app.test. A": ["NOERROR", "app.test. 60 IN A 127.0.0.1", "app.test. 60 IN A 127.0.0.2"],
    "app.test. AAAA": ["NOERROR", "app.test. 60 IN AAAA ::1"],
    "APP.Test. AAAA": ["NOERROR", "APP.Test. 60 IN AAAA ::1"],
    "app.test. MX": ["NOERROR", `; app.test. 60 ${SOA}`],
    "app.test. ANY": [
      "NOERROR",
      "app.test. 60 IN A 127.0.0.1",
      "app.test. 60 IN AAAA ::1",
      "app.test. 60 IN A 127.0.0.2",
    ],
    "other.test. A": ["NOERROR", "other.test. 60 IN A 192.0.2.1"],
    "a.b.test. A": ["NOERROR", "a.b.test. 60 IN A 192.0.2.1"],
    "other.test. AAAA": ["NOERROR", `; test. 60 ${SOA}`],
    "x.deep.test. A": ["NOERROR", "x.deep.test. 60 IN A 192.0.2.2"],
    "alias.test. A": [
      "NOERROR",
      "alias.test. 60 IN CNAME app.test.",
      "app.test. 60 IN A 127.0.0.1",
      "app.test. 60 IN A 127.0.0.2",
    ],
    "alias.test. CNAME": ["NOERROR", "alias.test. 60 IN CNAME app.test."],
    "alias.test. TXT": ["NOERROR", "alias.test. 60 IN CNAME app.test.", `; app.test. 60 ${SOA}`],
    "far.test. A": ["NOERROR", "far.test. 60 IN CNAME www.example.net."],
    "xn--bcher-kva.test. A": ["NOERROR", "xn--bcher-kva.test. 60 IN A 192.0.2.3"],
    "test. A": undefined,
    "app.example. A": undefined,
    "1.0.0.127.in-addr.arpa. PTR": ["NOERROR", "1.0.0.127.in-addr.arpa. 60 IN PTR app.test."],
    "2.0.0.127.in-addr.arpa. PTR": ["NOERROR", "2.0.0.127.in-addr.arpa. 60 IN PTR app.test."],
    "1.2.0.192.in-addr.arpa. PTR": undefined,
  };
  for (const [question, expected] of Object.entries(cases)) assertEquals(lines(names, question), expected, question);
  const ring = ["ring-1.test. 60 IN CNAME ring-2.test.", "ring-2.test. 60 IN CNAME ring-1.test."];
  const circles: Record<string, readonly string[]> = {
    "circle.test.": ["circle.test. 60 IN CNAME circle.test."],
    "ring-1.test.": ring,
    "into.test.": ["into.test. 60 IN CNAME ring-1.test.", ...ring],
  };
  for (const [name, expected] of Object.entries(circles)) {
    assertEquals(lines(names, `${name} A`), ["NOERROR", ...expected]);
    const followed = new AliasFollower([names]).answer(clientQuery(name, "A"));
    assert(followed && !(followed instanceof Promise));
    assertEquals(followed.answers.map(recordLine), [...expected]);
  }
  assertEquals(names.answer(clientQuery("app.test.", "A", { class: "CH" })), undefined);
});

Deno.test("Words that are not a name and addresses are refused", () => {
  const cases: Record<string, string> = {
    "app.test": "invalid-word",
    "=127.0.0.1": "invalid-word",
    "app.test=": "invalid-word",
    "app.test=127.0.0.1,": "invalid-word",
    "app.test=127.0.0.1=x": "invalid-word",
    "http://app.test=127.0.0.1": "invalid-word",
    "app.test=https://127.0.0.1/": "invalid-word",
    "https://app.test/": "invalid-word",
    "app.test=127.0.0.256": "invalid-word",
    "app.test=::1::2": "invalid-word",
    "app.test=fe80::1%lo": "invalid-word",
    "app.test=*.test": "invalid-word",
    "*app.test=127.0.0.1": "invalid-word",
    "a.*.test=127.0.0.1": "invalid-word",
    "app.test=www.test,127.0.0.1": "invalid-word",
    "a..test=127.0.0.1": "invalid-name",
    [`${"a".repeat(64)}.test=127.0.0.1`]: "invalid-name",
  };
  for (const [word, code] of Object.entries(cases)) {
    assertEquals(assertThrows(() => table([word]), UsageError).code, code, word);
  }
});

Deno.test("A hosts file adds names that no word has, and names of addresses", () => {
  const names = table(
    ["app.test=127.0.0.9"],
    "\ufeff# local\r\n127.0.0.1\tlocalhost app.test # comment\r\n::1 localhost ip6-localhost\n" +
      "::ffff:192.0.2.4 mapped.test\nfe80::1%lo0 link.test\n0.0.0.0 blocked.test\n0.0.0.0 blocked.test\n",
  );
  assertEquals(lines(names, "localhost. A"), ["NOERROR", "localhost. 60 IN A 127.0.0.1"]);
  assertEquals(lines(names, "localhost. AAAA"), ["NOERROR", "localhost. 60 IN AAAA ::1"]);
  assertEquals(lines(names, "app.test. A"), ["NOERROR", "app.test. 60 IN A 127.0.0.9"]);
  assertEquals(lines(names, "mapped.test. A"), ["NOERROR", "mapped.test. 60 IN A 192.0.2.4"]);
  assertEquals(lines(names, "link.test. AAAA"), undefined);
  assertEquals(lines(names, "blocked.test. A"), ["NOERROR", "blocked.test. 60 IN A 0.0.0.0"]);
  assertEquals(lines(names, "1.0.0.127.in-addr.arpa. PTR"), [
    "NOERROR",
    "1.0.0.127.in-addr.arpa. 60 IN PTR localhost.",
  ]);
  assertEquals(names.answer(clientQuery("localhost.", "A"))?.source, "hosts");
});

Deno.test("A fault of a hosts file is told with its line and column", () => {
  const cases: Record<string, string> = {
    "\n127.0.0.1": "hosts:2:1: address 127.0.0.1 has no name",
    "127.0.0.1 a\n 127.0.0.256 b": 'hosts:2:2: invalid address "127.0.0.256"',
    "127.0.0.1 ok a..b": 'hosts:1:14: invalid domain name "a..b": a label is empty',
  };
  for (const [text, message] of Object.entries(cases)) {
    const error = assertThrows(() => table([], text), UsageError);
    assertEquals([error.code, error.message], ["invalid-hosts", message]);
  }
});

Deno.test("An alias is followed to what another source knows, once each", async () => {
  const names = table(["far.test=www.example.net", "there.test=back.example.net"]);
  const others: AnswerSource = {
    answer({ question: { name, type } }) {
      const records = name === "back.example.net."
        ? [recordFrom({ name, type: "CNAME", ttl: 5, data: "there.test." })]
        : name === "www.example.net." && type === "A"
        ? [recordFrom({ name, type: "A", ttl: 5, data: "192.0.2.80" })]
        : [];
      return Promise.resolve({ rcode: 0, answers: records, source: "forward", keep: 5 });
    },
  };
  const follower = new AliasFollower([names, others]);
  const ask = async (name: string, type = "A") => await follower.answer(clientQuery(name, type));
  const found = await ask("far.test.");
  assertEquals(found?.answers.map(recordLine), [
    "far.test. 60 IN CNAME www.example.net.",
    "www.example.net. 5 IN A 192.0.2.80",
  ]);
  assertEquals([found?.source, found?.keep, found?.authoritative], ["word, forward", 5, true]);
  assertEquals((await ask("far.test.", "CNAME"))?.answers.length, 1);
  const circle = await ask("there.test.");
  assertEquals(circle?.answers.map(({ name }) => name), ["there.test.", "back.example.net."]);
  assertEquals(await new AliasFollower([names]).answer(clientQuery("other.test.", "A")), undefined);
  assertEquals(
    (await new AliasFollower([names]).answer(clientQuery("far.test.", "A")))?.answers.length,
    1,
  );
});
