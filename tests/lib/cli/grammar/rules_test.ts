import { assertEquals, assertThrows } from "@std/assert";
import { manPage } from "../../../../lib/cli/render/man.ts";
import { parseVerb } from "../../../../lib/cli/grammar/parse.ts";
import { verbShape } from "../../../../lib/cli/grammar/shape.ts";
import { flag, kind, option, verb } from "../../../../lib/cli/mod.ts";
import { UsageError } from "../../../../lib/core/mod.ts";

const sample = verb({
  summary: "a verb whose options have to do with each other",
  operands: [],
  options: {
    "keep": flag("one after the other"),
    "all": flag("all at once", { with: ["keep"] }),
    "most": option(kind.integer(1, 9), "how many", { default: "3", with: ["all"] }),
    "red": flag("in red", { without: ["blue"] }),
    "blue": flag("in blue"),
    "soft": flag("in pastel", { hidden: true, alias: ["--red=soft"], with: ["keep", "blue"], without: ["red"] }),
    "bright": flag("in bright", { with: ["soft"] }),
    "loud": flag("aloud (default: not)", { with: ["red", "blue"], without: ["keep"], because: "colours are loud" }),
  },
  examples: [{ line: "sample", does: "nothing" }],
  exits: [],
  run: () => Promise.resolve(),
});

const ACCEPTED = [
  "",
  "--keep",
  "--keep --all --most 4",
  "--most=2 --all --keep",
  "--red",
  "--loud --red",
  "--all=false",
];

const REFUSED: readonly (readonly [line: string, message: string, hint?: string])[] = [
  ["--all", "option --all requires --keep", "add --keep"],
  ["--all --keep=false", "option --all requires --keep", "add --keep"],
  ["--most 3 --keep", "option --most requires --all", "add --all"],
  ["--red --blue", "--red cannot be combined with --blue"],
  ["--blue --red", "--red cannot be combined with --blue"],
  ["--red=soft", "option --red=soft requires --keep or --blue"],
  ["--red --red=soft --keep", "--red cannot be combined with --red=soft"],
  ["--bright", "option --bright requires --red=soft", "add --red=soft"],
  ["--loud", "option --loud requires --red or --blue: colours are loud"],
  ["--loud --red --keep", "--keep cannot be combined with --loud: colours are loud"],
];

Deno.test("parseVerb accepts options that may be combined, and ignores defaults", () => {
  for (const line of ACCEPTED) parseVerb(sample, line.split(" ").filter(Boolean));
});

Deno.test("parseVerb rejects options that cannot be combined, with one wording", () => {
  for (const [line, message, hint] of REFUSED) {
    const error = assertThrows(() => parseVerb(sample, line.split(" ")), UsageError);
    assertEquals([error.message, error.hint], [message, hint]);
  }
});

Deno.test("parseVerb accepts --help beside options that cannot be combined", () => {
  assertEquals(parseVerb(sample, ["--all", "--red", "--blue", "--help"]).options.help, true);
});

Deno.test("manPage lists for both options that they cannot be combined", () => {
  const said = manPage(verbShape(["toucan", "sample"], sample)).replaceAll("\\-", "-").split("\n");
  const of = (name: string) => said[said.findIndex((line) => line.startsWith(`\\fB--${name}\\fR`)) + 1];
  assertEquals(["keep", "all", "most", "red", "blue", "loud"].map(of), [
    "one after the other (not with --loud)",
    "all at once (with --keep)",
    "how many (default 3; with --all)",
    "in red (not with --blue or --red=soft)",
    "in blue (not with --red)",
    "aloud (default: not; with --red or --blue; not with --keep)",
  ]);
});
