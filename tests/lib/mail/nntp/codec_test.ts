import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../../lib/core/mod.ts";
import { parseNntpCapabilities } from "../../../../lib/mail/nntp/codec/capabilities.ts";
import {
  formatNntpCommand,
  isMessageId,
  parseArticleNumber,
  parseArticleRange,
  parseNntpCommand,
} from "../../../../lib/mail/nntp/codec/command.ts";
import { addressOfGroup, groupOfAddress, isGroupName } from "../../../../lib/mail/nntp/codec/group_name.ts";
import {
  formatNntpDate,
  parseActiveLine,
  parseDescriptionLine,
  parseGroupReply,
  parseNntpTime,
} from "../../../../lib/mail/nntp/codec/listing.ts";
import { formatOverview, parseOverview } from "../../../../lib/mail/nntp/codec/overview.ts";
import { parseNntpReply } from "../../../../lib/mail/nntp/codec/reply.ts";
import { parseWildmat } from "../../../../lib/mail/nntp/codec/wildmat.ts";

const SEED = 20261128;

for (
  const [line, keyword, words] of [
    ["article 3", "ARTICLE", ["3"]],
    ["QUIT", "QUIT", []],
    ["Group\tmisc.test  ", "GROUP", ["misc.test"]],
    ["", "", []],
    [" QUIT", "", ["QUIT"]],
  ] as const
) {
  Deno.test(`nntp codec: command ${JSON.stringify(line)}`, () => {
    const command = parseNntpCommand(line);
    assertEquals([command.keyword, command.words], [keyword, [...words]]);
  });
}

Deno.test("nntp codec: commands contain no line end and no empty argument", () => {
  for (const word of ["a\r\nPOST", "a\nb", "a\rb", "a\0b", ""]) {
    assertThrows(() => formatNntpCommand("GROUP", word), UsageError, "invalid NNTP command");
  }
  assertEquals(formatNntpCommand("OVER", "3-9"), "OVER 3-9");
});

Deno.test("nntp codec: numbers and ranges are decimal digits up to 2147483647", () => {
  for (const text of ["", "0x1", "1e3", "-1", "+1", " 1", "2147483648", "99999999999999999", "١"]) {
    assertEquals(parseArticleNumber(text), undefined, text);
  }
  assertEquals([parseArticleNumber("0"), parseArticleNumber("2147483647")], [0, 2_147_483_647]);
  assertEquals(parseArticleRange("3"), { from: 3, to: 3 });
  assertEquals(parseArticleRange("3-"), { from: 3, to: Infinity });
  assertEquals(parseArticleRange("3-1"), { from: 3, to: 1 });
  for (const text of ["", "-", "-3", "3-4-5", "3 - 4", "a-b", "3-2147483648"]) {
    assertEquals(parseArticleRange(text), undefined, text);
  }
});

Deno.test("nntp codec: message ids", () => {
  for (const text of ["<a@b>", "<1>", `<${"x".repeat(248)}>`]) assert(isMessageId(text), text);
  for (const text of ["", "<>", "a@b", "<a b>", "<a>b>", "<a@b", `<${"x".repeat(249)}>`, "<ä@b>", "<a\r\n>"]) {
    assert(!isMessageId(text), text);
  }
});

for (
  const [line, expected] of [
    ["200 ready", { code: 200, text: "ready" }],
    ["211 2 1 2 misc.test", { code: 211, text: "2 1 2 misc.test" }],
    ["500", { code: 500, text: "" }],
    ["", undefined],
    ["20 x", undefined],
    ["600 x", undefined],
    ["200x", undefined],
    ["2000 x", undefined],
    ["+OK", undefined],
  ] as const
) {
  Deno.test(`nntp codec: reply ${JSON.stringify(line)}`, () => assertEquals(parseNntpReply(line), expected));
}

Deno.test("nntp codec: wildmats of RFC 3977 §4.4 and hostile ones", () => {
  const matches = (pattern: string, name: string) => parseWildmat(pattern)?.(name);
  for (
    const [pattern, yes, no] of [
      ["a*,!*b,*c*", ["aaa", "abc", "abcb", "c"], ["abb", "ddd"]],
      ["a*,c*,!*b", ["aaa", "ccc"], ["abb", "ddd"]],
      ["?a*", ["xa", "üab", "😀a"], ["a", "xb"]],
      ["*", ["", "a"], []],
      ["!*", [], ["a"]],
      ["a*b*c", ["abc", "axxbxxc"], ["ab", "acb"]],
    ] as const
  ) {
    for (const name of yes) assertEquals(matches(pattern, name), true, `${pattern} ${name}`);
    for (const name of no) assertEquals(matches(pattern, name), false, `${pattern} ${name}`);
  }
  for (const invalid of ["", ",", "a,", "[a-z]", "a\\b", "a b", "!!a", `${"a,".repeat(64)}a`]) {
    assertEquals(parseWildmat(invalid), undefined, invalid);
  }
  // Would take for ever with a matcher that tries each star at each place.
  assertEquals(matches(`${"*a".repeat(60)}b`, "a".repeat(5000)), false);
});

for (
  const [address, group] of [
    ["ada@example.com", "mail.com.example.ada"],
    ["a.b@example.com", "mail.com.example.a+2eb"],
    ["bob+list@example.com", "mail.com.example.bob+2blist"],
    ["bob_x@example.com", "mail.com.example.bob_x"],
    ["_x@example.com", "mail.com.example.+5fx"],
    ["all@example.com", "mail.com.example.+61ll"],
    ["123@4.example.com", "mail.com.example.+34.+3123"],
    ["postmaster", "mail.postmaster"],
    ["a@[127.0.0.1]", "mail.+5b127+2e0+2e0+2e1+5d.a"],
    ["ä@müller.example", "mail.example.m+c3+bcller.+c3+a4"],
    ["comp.test@news.invalid", "comp.test"],
    ["toucan.inbox@news.invalid", "mail.invalid.news.toucan+2einbox"],
    ["mail.com.example.ada@news.invalid", "mail.invalid.news.mail+2ecom+2eexample+2eada"],
  ] as const
) {
  Deno.test(`nntp codec: the group of ${address}`, () => {
    assertEquals(groupOfAddress(address), group);
    assertEquals(addressOfGroup(group), address);
    assert(isGroupName(group));
  });
}

Deno.test("nntp codec: names of groups and addresses are converted both ways", () => {
  assertEquals(groupOfAddress("Ada@Example.COM"), "mail.com.example.ada");
  assertEquals(addressOfGroup("toucan.inbox"), undefined);
  assertEquals(addressOfGroup("a..b"), undefined);
  assertEquals(groupOfAddress(`${"ü".repeat(200)}@example.com`), undefined);
  const part = fc.string({ unit: "grapheme", minLength: 0, maxLength: 12 }).map((text) =>
    // deno-lint-ignore no-control-regex -- addresses have none
    text.replace(/[\x00-\x1f\x7f]/g, "").toLowerCase()
  ).filter((text) => text.toLowerCase() === text && text.isWellFormed());
  fc.assert(
    fc.property(part.filter((text) => text !== ""), fc.array(part, { maxLength: 4 }), (local, labels) => {
      const domain = labels.join(".").replaceAll("@", "");
      if (local.includes("@") && domain === "") return;
      const address = domain === "" ? local : `${local}@${domain}`;
      const group = groupOfAddress(address);
      if (group === undefined) return;
      assert(isGroupName(group), group);
      assertEquals(addressOfGroup(group), address);
    }),
    { seed: SEED, numRuns: 2000 },
  );
  const name = fc.array(fc.stringMatching(/^[a-z0-9+_-]{1,8}$/), { minLength: 1, maxLength: 4 }).map((parts) =>
    parts.join(".")
  );
  fc.assert(
    fc.property(name, fc.boolean(), (tail, mail) => {
      const group = mail ? `mail.${tail}` : tail;
      const address = addressOfGroup(group);
      if (address !== undefined) assertEquals(groupOfAddress(address), group);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

Deno.test("nntp codec: lines of GROUP, LIST and OVER", () => {
  assertEquals(parseGroupReply("2 1 9 misc.test extra", "misc.test"), { name: "misc.test", low: 1, high: 9, count: 2 });
  assertEquals(parseGroupReply("0 1 0", "misc.test")?.name, "misc.test");
  for (const text of ["", "1 2", "a b c d", "-1 1 2 x", "1 1 99999999999 x", "1 1 1 \x1b[31m"]) {
    assertEquals(parseGroupReply(text, "x"), undefined, text);
  }
  assertEquals(parseActiveLine("misc.test 0009 0001 y"), { name: "misc.test", low: 1, high: 9, status: "y" });
  for (const line of ["", "misc.test", "misc.test a b y", "a*b 1 1 y", "\x1b[2J 1 1 y"]) {
    assertEquals(parseActiveLine(line), undefined, line);
  }
  assertEquals(parseDescriptionLine("misc.test\tTests. "), ["misc.test", "Tests."]);
  const overview = {
    ...{ number: 3, subject: "a\tb", from: "c", date: "d", messageId: "<e@f>", references: "", bytes: 10, lines: 2 },
  };
  assertEquals(formatOverview(overview), "3\ta b\tc\td\t<e@f>\t\t10\t2");
  assertEquals(parseOverview(formatOverview(overview)), { ...overview, subject: "a b" });
  assertEquals(parseOverview("3\ta"), { number: 3, subject: "a", from: "", date: "", messageId: "", references: "" });
  for (const line of ["", "x\ta", "-1\ta"]) assertEquals(parseOverview(line), undefined, line);
});

Deno.test("nntp codec: dates", () => {
  const now = Date.UTC(2026, 10, 28, 12, 0, 5);
  assertEquals(formatNntpDate(now), "20261128120005");
  assertEquals(parseNntpTime("20261128", "120005", now), now);
  assertEquals(parseNntpTime("261128", "120005", now), now);
  assertEquals(parseNntpTime("991128", "120005", now), Date.UTC(1999, 10, 28, 12, 0, 5));
  for (
    const [date, time] of [["20260231", "000000"], ["20261301", "000000"], ["2026", "000000"], ["20260101", "2400"], [
      "20260101",
      "240000",
    ]]
  ) {
    assertEquals(parseNntpTime(date ?? "", time ?? "", now), undefined, date);
  }
});

Deno.test("nntp codec: capabilities", () => {
  const { reader, post, over, startTls, user, sasl, list, known } = parseNntpCapabilities(
    [
      "VERSION 2",
      "READER",
      "POST",
      "over MSGID",
      "STARTTLS",
      "AUTHINFO USER SASL",
      "SASL PLAIN  cram-md5",
      "LIST ACTIVE",
    ],
  );
  assertEquals([known, reader, post, over, startTls, user], [true, true, true, true, true, true]);
  assertEquals([sasl, list], [["PLAIN", "CRAM-MD5"], ["ACTIVE"]]);
  // Mechanisms without AUTHINFO SASL are not usable now (RFC 4643 §2.1).
  assertEquals(parseNntpCapabilities(["AUTHINFO", "SASL PLAIN", "constructor", "__proto__ x"]).sasl, []);
});

Deno.test("nntp codec: 100,000 mutated commands and replies are parsed or rejected", () => {
  const seeds = [
    ...[
      "211 2 1 2 misc.test",
      "224 Overview follows",
      "misc.test 9 1 y",
      "3\ta\tb\tc\t<d@e>\t\t10\t2",
      "misc.test\tTests",
    ],
    ...[
      "ARTICLE <a@b>",
      "OVER 3-9",
      "NEWNEWS misc.*,!x 20260101 000000 GMT",
      "AUTHINFO SASL PLAIN AGFkYQBwdw==",
      "mail.com.example.a+2eb",
    ],
  ];
  const mutation = fc.record({
    seed: fc.constantFrom(...seeds),
    at: fc.nat(40),
    removed: fc.nat(5),
    put: fc.string({ unit: "binary", maxLength: 5 }),
  });
  fc.assert(
    fc.property(mutation, ({ seed, at, removed, put }) => {
      const line = seed.slice(0, at) + put + seed.slice(at + removed);
      const { keyword, words, rest } = parseNntpCommand(line);
      assertEquals(keyword, keyword.toUpperCase());
      assert(line.endsWith(rest));
      for (const word of words) {
        assert(!/[ \t]/.test(word));
        const range = parseArticleRange(word);
        if (range) assert(range.from >= 0 && range.to >= 0);
        parseWildmat(word)?.("misc.test");
        const address = addressOfGroup(word);
        if (address !== undefined) assertEquals(groupOfAddress(address), word.toLowerCase());
      }
      parseNntpCapabilities([line]);
      const reply = parseNntpReply(line);
      if (reply) assert(reply.code >= 100 && reply.code < 600);
      const group = parseGroupReply(reply?.text ?? line, "x") ?? parseActiveLine(line);
      if (group) assert(group.low >= 0 && !/[\s\p{C}]/u.test(group.name));
      const name = parseDescriptionLine(line)?.[0];
      if (name !== undefined) assert(!/[\s\p{C}]/u.test(name));
      const overview = parseOverview(line);
      if (overview) assert(overview.number >= 0 && !/[\r\n\t]/.test(formatOverview(overview).replaceAll("\t", "")));
    }),
    { seed: SEED, numRuns: 100_000 },
  );
});
