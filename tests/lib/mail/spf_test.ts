import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { checkSpf, parseSpfRecord } from "../../../lib/mail/mod.ts";
import { lookupIn, SPF_CASES, spfZone } from "../../kit/spf_cases.ts";

Deno.test(`SPF: ${SPF_CASES.length} records and clients, by RFC 7208`, async () => {
  for (const [name, record, ip, from, result] of SPF_CASES) {
    // The sender of a bounce is at the EHLO name.
    const lookup = lookupIn(spfZone(record));
    const outcome = await checkSpf({ ip, from, helo: "case.test" }, { lookup });
    assertEquals([name, outcome.result, outcome.reason], [name, result, outcome.reason]);
    assertEquals(outcome.faults.length > 0, parseSpfRecord(record || "v=spf1").faults.length > 0, name);
    assert(lookup.asked.length <= 40, name);
  }
});

Deno.test("SPF: the terms that decide are named, also those of other records", async () => {
  const check = async (record: string, ip: string, explain = false) => {
    const lookup = lookupIn(spfZone(record));
    return await checkSpf({ ip, from: "ada@case.test", helo: "mail.case.test" }, { lookup, explain });
  };
  const included = await check("v=spf1 mx:example.com include:inner.test -all", "192.0.2.1");
  assertEquals(included.reason, "192.0.2.1 matches ip4:192.0.2.1 of inner.test");
  assertEquals(included.path, [
    { domain: "case.test", term: "include:inner.test" },
    { domain: "inner.test", term: "ip4:192.0.2.1" },
  ]);
  assertEquals([included.lookups, included.voidLookups], [2, 0]);
  const none = await check("v=spf1 a:v1.test", "192.0.2.1");
  assertEquals([none.result, none.path, none.lookups, none.voidLookups], ["neutral", [], 1, 1]);
  const broken = await check("v=spf1 a:x..y ip4:1.2.3.4/99 -all", "192.0.2.1");
  assertEquals(broken.faults.map(({ at, term }) => [at, term]), [[14, "ip4:1.2.3.4/99"]]);
  const plain = await checkSpf(
    { ip: "192.0.2.1", from: "ada@exp.test", helo: "h" },
    { lookup: lookupIn(spfZone("")), explain: true },
  );
  assertEquals(plain.explanation, "192.0.2.1 may not send for exp.test; see unknown");
  const lookup = lookupIn(spfZone(""));
  await checkSpf({ ip: "192.0.2.1", from: "ada@exp.test", helo: "h" }, { lookup });
  assertEquals(lookup.asked, ["TXT exp.test"]);
});

Deno.test("SPF: the faults of a record have their positions", () => {
  const record = "v=spf1 ip4:192.0.2.0/33 foo include: a:b.%{x} redirect=a.1 ~all";
  const faults = parseSpfRecord(record).faults.map(({ at, problem }) => [record.slice(at, at + 8), problem]);
  assertEquals(faults, [
    ["ip4:192.", "invalid prefix length: use 0 to 32"],
    ["foo incl", 'unknown mechanism "foo"'],
    [" a:b.%{x", "the domain is empty"],
    ["%{x} red", 'unknown macro letter "x"'],
    ["a.1 ~all", "the domain does not end with a macro or a top-level label"],
  ]);
  assertStringIncludes(parseSpfRecord(`v=spf1 ${"a ".repeat(5000)}`).faults[0]?.problem ?? "", "8192");
});

Deno.test("SPF: the examples of macros of RFC 7208, section 7.4", async () => {
  const table = [
    ["%{s}", "strong-bad@email.example.com"],
    ["%{o}", "email.example.com"],
    ["%{d}", "email.example.com"],
    ["%{d4}", "email.example.com"],
    ["%{d2}", "example.com"],
    ["%{d1}", "com"],
    ["%{dr}", "com.example.email"],
    ["%{d2r}", "example.email"],
    ["%{l}", "strong-bad"],
    ["%{l-}", "strong.bad"],
    ["%{lr}", "strong-bad"],
    ["%{lr-}", "bad.strong"],
    ["%{l1r-}", "strong"],
    ["%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"],
    ["%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"],
    ["%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"],
  ] as const;
  for (const [macro, text] of table) {
    const lookup = lookupIn({ "email.example.com": { TXT: [`v=spf1 exists:${macro}.x.%{d1} -all`] } });
    await checkSpf({ ip: "192.0.2.3", from: "strong-bad@email.example.com", helo: "h.test" }, { lookup });
    assertEquals(lookup.asked[1], `A ${text}.x.com`);
  }
});

Deno.test("SPF: no record makes the check fail, run long, or ask too much", async () => {
  const words = fc.constantFrom(
    "v=spf1",
    " ",
    "a",
    "mx",
    "ptr",
    "exists",
    "include",
    "redirect",
    "=",
    ":",
    "/",
    "%",
    "{",
    "}",
  );
  const more = fc.constantFrom(
    "d",
    "p",
    "case.test",
    "1",
    "ip4",
    "ip6",
    "-all",
    "::",
    "\u0000",
    "é",
    "//",
    ".",
    "i9r-",
  );
  const text = fc.array(fc.oneof(words, more), { maxLength: 30 }).map((parts) => `v=spf1 ${parts.join("")}`);
  await fc.assert(
    fc.asyncProperty(text, async (record) => {
      const lookup = lookupIn(spfZone(record));
      const { lookups } = await checkSpf({ ip: "192.0.2.10", from: "ada@case.test", helo: "case.test" }, { lookup });
      assert(lookups <= 11 && lookup.asked.length <= 11 * 12);
    }),
    { seed: 7208, numRuns: 3000 },
  );
});
