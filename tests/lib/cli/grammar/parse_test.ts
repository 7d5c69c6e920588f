import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../../lib/core/mod.ts";
import { parseVerb } from "../../../../lib/cli/grammar/parse.ts";
import { command } from "../../../kit/sample.ts";

const verb = command.verbs?.show;
if (!verb) throw new Error("the sample has no verb show");
const verbs = command.verbs ?? {};

/** Returns the given options: those that differ from their defaults. */
function parse(words: readonly string[]): { options: Record<string, unknown>; operands: readonly string[] } {
  const nothing: Record<string, unknown> = parseVerb(verb ?? fail(), []).options;
  const { options, operands } = parseVerb(verb ?? fail(), words);
  const given = Object.entries(options).filter(([name, value]) =>
    JSON.stringify(value) !== JSON.stringify(nothing[name])
  );
  return { options: Object.fromEntries(given), operands };
}

function fail(): never {
  throw new Error("no verb");
}

const UNDERSTOOD: readonly (readonly [words: string[], options: Record<string, unknown>, operands?: string[]])[] = [
  [[], {}],
  [["--json"], { json: true }],
  [["--json=true"], { json: true }],
  [["--json=false"], {}],
  [["--json", "--json=false"], {}],
  [["-q"], { quiet: true }],
  [["-q2"], { quiet: true, 2: true }],
  [["-qw5s"], { quiet: true, wait: 5000 }],
  [["-qw", "5s"], { quiet: true, wait: 5000 }],
  [["-w=5s"], { wait: 5000 }],
  [["--wait", "5s"], { wait: 5000 }],
  [["--size=1.5M"], { size: 1_572_864 }],
  [["--mode", "slow"], { mode: "slow" }],
  [["--types=A,AAAA"], { types: ["A", "AAAA"] }],
  [["--types=A, AAAA"], { types: ["A", "AAAA"] }],
  [["-H", "a", "--head=b", "-Hc"], { head: ["a", "b", "c"] }],
  [["--head="], { head: [""] }],
  [["--head", ""], { head: [""] }],
  [["--head=a=b"], { head: ["a=b"] }],
  [["--head=a\nb"], { head: ["a\nb"] }],
  [["--head=--json"], { head: ["--json"] }],
  [["--head=true"], { head: ["true"] }],
  [["--head", "-"], { head: ["-"] }],
  [["--count=-5"], { count: -5 }],
  [["--port=080"], { port: 80 }],
  [["--secret"], { secret: true }],
  [["--no-frills"], { "no-frills": true }],
  [["--no-frills", "--no-frills=false"], {}],
  [["first"], {}, ["first"]],
  [["--json", "first"], { json: true }, ["first"]],
  [["first", "--json"], { json: true }, ["first"]],
  [["first", "true", "1e3"], {}, ["first", "true", "1e3"]],
  [["first", "-"], {}, ["first", "-"]],
  [["--", "first", "--json", "-q"], {}, ["first", "--json", "-q"]],
  [["first", "--", "--"], {}, ["first", "--"]],
  [["first", ...Array<string>(50).fill("a")], {}, ["first", ...Array<string>(50).fill("a")]],
];

const REFUSED: readonly (readonly [words: string[], message: string, hint?: string])[] = [
  [["--jsno"], "unknown option --jsno", "did you mean --json?"],
  [["--js"], "unknown option --js"],
  [["--zzzzzzzz=1"], "unknown option --zzzzzzzz", "--help lists the options"],
  [["--no-json"], "unknown option --no-json"],
  [["--__proto__=1"], "unknown option --__proto__"],
  [["--constructor"], "unknown option --constructor"],
  [["--=1"], "unknown option --"],
  [["---json"], "unknown option ---json"],
  [["-x"], "unknown option -x"],
  [["-qx"], "unknown option -x"],
  [["-\x1b"], "unknown option -\\x1b"],
  [["-1"], "unknown option -1"],
  [["--json=yes"], 'option --json accepts no value, but was given "yes"'],
  [["--json="], 'option --json accepts no value, but was given ""'],
  [["--wait"], "option --wait requires a value: a number with ms, s, m or h"],
  [["-w"], "option -w requires a value"],
  [["--wait", "--json"], "option --wait requires a value", 'a value that starts with "-" is written --wait=--json'],
  [["--count", "-5"], "option --count requires a value", 'a value that starts with "-" is written --count=-5'],
  [["--head", "--"], "option --head requires a value"],
  [["--wait=5s", "--wait", "6s"], "option --wait accepts one value, but was given 2 times"],
  [["-w5s", "-w", "5s", "--wait=5s"], "option --wait accepts one value, but was given 3 times"],
  [["--wait="], 'option --wait: "" is not a duration; expected'],
  [
    ["--wait=soon"],
    'option --wait: "soon" is not a duration; expected a number with ms, s, m or h, such as 500ms or 10s',
  ],
  [["--wait=0"], 'invalid duration "0"'],
  [["--wait=x"], '"x" is not a duration'],
  [["--size=-1"], '"-1" is not a size'],
  [["--mode=medium"], "option --mode:", undefined],
  [["--mode=FAST"], "expected fast or slow"],
  [["--types=A,"], "option --types:"],
  [["--types=B"], "one or several of A,AAAA"],
  [["--port=0"], "from 1 to 65535"],
  [["--port=65536"], "from 1 to 65535"],
  [["--count=6"], "a whole number from -5 to 5"],
  [["--count=1.5"], "a whole number from -5 to 5"],
  [["--count="], "a whole number from -5 to 5"],
  [["--out="], 'invalid path ""'],
  [["third"], 'WORD: invalid value "third"'],
  [["first", ""], 'FILE: invalid path ""'],
];

for (const [words, options, operands = []] of UNDERSTOOD) {
  Deno.test(`parseVerb accepts ${JSON.stringify(words).slice(0, 70)}`, () => {
    assertEquals(parse(words), { options, operands });
  });
}

for (const [words, message, hint] of REFUSED) {
  Deno.test(`parseVerb rejects ${JSON.stringify(words)}`, () => {
    const error = assertThrows(() => parse(words), UsageError, message);
    if (hint) assert(error.hint?.startsWith(hint), error.hint);
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    assert(!/[\x00-\x1f]/.test(error.message), error.message);
    assert(!/\.$/.test(error.message), error.message);
  });
}

Deno.test("parseVerb does not suggest hidden options", () => {
  const error = assertThrows(() => parse(["--secre"]), UsageError);
  assert(!error.hint?.includes("secret"), error.hint);
});

Deno.test("parseVerb rejects too few and too many operands", () => {
  assertThrows(() => parseVerb(verbs.fail ?? fail(), []), UsageError, "HOW is missing: expected negative, usage");
  assertThrows(
    () => parseVerb(verbs.fail ?? fail(), ["a", "b\n"]),
    UsageError,
    '"b\\n" is one operand too many: only HOW is accepted',
  );
  assertThrows(
    () => parseVerb(verbs.wait ?? fail(), ["a"]),
    UsageError,
    '"a" is one operand too many: none is accepted',
  );
  assertEquals(parseVerb(verbs.fail ?? fail(), ["--help"]).options.help, true);
});

Deno.test("parseVerb preserves any text after an equals sign or a double dash", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.string()), (value, words) => {
      const head = parse([`--head=${value}`]).options.head ?? [];
      assertEquals(head, [value]);
      assertEquals(parseVerb(verbs.lines ?? fail(), ["--", ...words]).operands, words);
    }),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("parseVerb accepts any command line or rejects it with a UsageError", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("--", "-", "--head", "-H", "-q", "--wait=1", "-w1", "--json=", "--count", "first", "--2", "-2q"),
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      try {
        parse(words);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
    }),
    { seed: 2, numRuns: 2000 },
  );
});
