import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/core/mod.ts";
import { decodeMessage, encodeMessage, recordFrom } from "../../../../lib/dns/internal.ts";
import { Faults } from "../../../../lib/dns/server/fault/faults.ts";
import { type FaultKind, type FaultRule, FAULTS, parseFaultRules } from "../../../../lib/dns/server/fault/rule.ts";
import { spoil } from "../../../../lib/dns/server/fault/spoil.ts";

const RULES: Readonly<Record<string, Partial<FaultRule>[]>> = {
  "app.test=drop": [{ name: "app.test.", type: undefined, kind: "drop", delay: 0, share: 1 }],
  "App.Test.=servfail": [{ name: "app.test.", kind: "servfail" }],
  "app.test/mx=delay": [{ name: "app.test.", type: "MX", kind: "delay", delay: 1000, share: 1 }],
  "app.test/TYPE65280=refuse:20ms": [{ type: "TYPE65280", kind: "refuse", delay: 20 }],
  "*=drop:1%,servfail:0.5%:2s": [
    { name: "*", kind: "drop", share: 0.01 },
    { name: "*", kind: "servfail", share: 0.005, delay: 2000 },
  ],
  "*.test/ANY=delay:250ms:10%": [{ name: "*.test.", type: "ANY", kind: "delay", delay: 250, share: 0.1 }],
  ".=wrong-id:100%": [{ name: ".", kind: "wrong-id", share: 1 }],
  "a\\.b.test=cut": [{ name: "a\\.b.test.", kind: "cut" }],
  "bücher.test=garbage": [{ name: "xn--bcher-kva.test.", kind: "garbage" }],
};

for (const [text, expected] of Object.entries(RULES)) {
  Deno.test(`parseFaultRules: ${text}`, () => {
    const rules = parseFaultRules(text);
    assertEquals(rules.length, expected.length);
    for (const [at, rule] of rules.entries()) assertEquals({ ...rule, ...expected[at] }, rule);
  });
}

const REJECTED: Readonly<Record<string, RegExp>> = {
  "": /must be NAME=FAULT/,
  "app.test": /must be NAME=FAULT/,
  "=drop": /must be NAME=FAULT/,
  "app.test=": /must be NAME=FAULT/,
  "app.test/=drop": /must be NAME=FAULT/,
  "app.test/AXFR=drop": /"AXFR" is not a record type/,
  "app.test/NO=drop": /"NO" is not a record type/,
  "a..test=drop": /"a\.\.test" is not a name/,
  "app.test=explode": /"explode" is not a fault: must be one of delay, drop, servfail/,
  "a.*.test=drop": /a wildcard is "\*" alone, or "\*\." before a name/,
  "*app.test=drop": /a wildcard is "\*" alone/,
  "https://app.test/=drop": /"https:\/\/app\.test\/" is a URL/,
  "app.test=drop,": /"" is not a fault/,
  "app.test=constructor": /"constructor" is not a fault/,
  "app.test=drop:0%": /must be above 0% and at most 100%/,
  "app.test=drop:101%": /must be above 0% and at most 100%/,
  "app.test=drop:-1%": /must be above 0%/,
  "app.test=drop:1%:2%": /second of its kind/,
  "app.test=delay:1s:2s": /second of its kind/,
  "app.test=delay:soon": /neither a time up to 10m, such as 200ms, nor a share/,
  "app.test=delay:11m": /neither a time up to 10m/,
};

Deno.test("parseFaultRules: rejects what is not a rule, and says why", () => {
  for (const [text, reason] of Object.entries(REJECTED)) {
    const error = assertThrows(() => parseFaultRules(text), UsageError);
    assertEquals([error.code, reason.test(error.message)], ["invalid-fault", true], error.message);
  }
});

/** Rules that contradict each other, or do not. */
const TOGETHER: readonly (readonly [rules: string, problem?: string])[] = [
  ["app.test=drop:60%,servfail:60%", "the shares of app.test are 120%, above 100%"],
  ["app.test=drop,servfail:1%", "the shares of app.test are 101%, above 100%"],
  ["app.test/A=drop:60% App.Test./a=refuse:40.5%", "the shares of app.test/A are 100.5%, above 100%"],
  ["*=drop:99% *=cut:2%", "the shares of * are 101%, above 100%"],
  [".=drop .=cut", "the shares of . are 200%, above 100%"],
  ["app.test=drop:1%,cut:1%,drop:2%", "app.test has the fault drop twice"],
  ["app.test=delay:1s:1%,delay:1s:2%", "app.test has the fault delay twice"],
  ["app.test=delay:1s:10%,delay:2s:10%"],
  ["app.test=drop app.test/A=drop *=drop"],
  ["app.test=drop:10%,servfail:20%,refuse:30%,cut:40%"],
];

for (const [rules, problem] of TOGETHER) {
  Deno.test(`Faults: ${rules} ${problem ? "is a contradiction" : "is possible"}`, () => {
    const together = () => new Faults(rules.split(" ").flatMap(parseFaultRules));
    if (problem) assertThrows(together, UsageError, `contradictory faults: ${problem}`);
    else together();
  });
}

Deno.test("Faults: a rule concerns its name and type, names below *.NAME, or all", () => {
  const rows: readonly [rule: string, name: string, type: string, concerned: boolean][] = [
    ["app.test=drop", "APP.test.", "A", true],
    ["app.test=drop", "x.app.test.", "A", false],
    ["app.test/MX=drop", "app.test.", "MX", true],
    ["app.test/MX=drop", "app.test.", "A", false],
    ["*.test=drop", "x.y.test.", "A", true],
    ["*.test=drop", "test.", "A", false],
    ["*.test=drop", "atest.", "A", false],
    ["*.=drop", "test.", "A", true],
    ["*=drop", ".", "NS", true],
    [".=drop", ".", "NS", true],
    [".=drop", "test.", "NS", false],
  ];
  for (const [rule, name, type, concerned] of rows) {
    assertEquals(
      new Faults(parseFaultRules(rule)).draw(name, type) !== undefined,
      concerned,
      `${rule} ${name} ${type}`,
    );
  }
});

Deno.test("Faults: shares are those asked for, add up, and are the same for the same seed", () => {
  const rules = parseFaultRules("*=drop:1%,servfail:2%,truncate:3%");
  const count = (seed: number) => {
    const faults = new Faults(rules, seed);
    const counts: Partial<Record<FaultKind | "none", number>> = {};
    for (let at = 0; at < 100_000; at++) {
      const kind = faults.draw("app.test.", "A")?.kind ?? "none";
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  };
  for (const seed of [1, 2, 0xffffffff]) {
    const { drop = 0, servfail = 0, truncate = 0, none = 0 } = count(seed);
    for (const [seen, share] of [[drop, 0.01], [servfail, 0.02], [truncate, 0.03], [none, 0.94]] as const) {
      assert(Math.abs(seen / 100_000 - share) < 0.003, `seed ${seed}: ${seen} for ${share}`);
    }
  }
  assertEquals(count(7), count(7));
  assertEquals(new Faults([]).draw("app.test.", "A"), undefined);
});

const RESPONSE = encodeMessage({
  id: 0x1234,
  response: true,
  authoritative: true,
  recursionDesired: true,
  questions: [{ name: "app.test.", type: "A", class: "IN" }],
  answers: [recordFrom({ name: "app.test.", type: "A", ttl: 60, data: "192.0.2.1" })],
});
/** End of the question `app.test. IN A`. */
const QUESTION_END = 12 + 10 + 4;

Deno.test("spoil: each fault is what it says", () => {
  const seen: Partial<Record<FaultKind, unknown>> = {};
  for (const kind of Object.keys(FAULTS) as FaultKind[]) {
    const sent = spoil(kind, RESPONSE, QUESTION_END, true);
    if (sent === undefined) seen[kind] = undefined;
    else if (kind === "cut") seen[kind] = sent.length;
    else if (kind === "garbage") {
      assertThrows(() => decodeMessage(sent));
      seen[kind] = [sent[0], sent[1]];
    } else {
      const { id, rcode, truncated, authoritative, answers, questions } = decodeMessage(sent);
      assertEquals(questions, [{ name: "app.test.", type: "A", class: "IN" }]);
      seen[kind] = [id, rcode, truncated, authoritative, answers.length];
    }
  }
  assertEquals(seen, {
    delay: [0x1234, 0, false, true, 1],
    drop: undefined,
    servfail: [0x1234, 2, false, false, 0],
    refuse: [0x1234, 5, false, false, 0],
    nxdomain: [0x1234, 3, false, false, 0],
    truncate: [0x1234, 0, true, true, 0],
    "wrong-id": [0xed34, 0, false, true, 1],
    garbage: [0x12, 0x34],
    cut: RESPONSE.length >> 1,
  });
  // Over a connection nothing is truncated: that is where clients go with a truncated response.
  assertEquals(spoil("truncate", RESPONSE, QUESTION_END, false), RESPONSE);
});
