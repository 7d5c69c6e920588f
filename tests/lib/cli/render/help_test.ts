import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { flag, kind, list, option, verb } from "../../../../lib/cli/mod.ts";
import { arranged } from "../../../../lib/cli/grammar/layout.ts";
import { verbShape } from "../../../../lib/cli/grammar/shape.ts";
import { completionScript } from "../../../../lib/cli/render/completions.ts";
import { helpText, shortHelp } from "../../../../lib/cli/render/help.ts";
import { manPage } from "../../../../lib/cli/render/man.ts";
import { style } from "../../../../lib/cli/render/style.ts";
import { layoutProblems, screenProblems } from "../../../../scripts/checks/layout_rules.ts";

const LONG = "sample --first 1 --second 2 'a b' --third 3 --fourth 4 --fifth 5 --sixth 6 --seventh 7 < file";

const sample = verb({
  summary: "do a thing",
  description: "The first paragraph.\n\nThe second paragraph.",
  operands: [],
  options: {
    "late": flag("in the second group", { without: ["early"] }),
    "early": option(kind.text("TEXT"), "in the first group", { default: "x" }),
    "secure": list(kind.text("NAME"), "brings its group", { group: "TLS", alias: ["--safe"] }),
    "hidden": flag("not listed", { hidden: true }),
  },
  layout: {
    everyday: ["secure", "early"],
    groups: { input: ["early"], output: ["late"] },
    aliases: { "early": ["-e", { written: "--soon", value: "now" }] },
    accepted: { "--fast": "it is fast" },
    exits: { 1: "no thing was done" },
  },
  examples: [{ line: LONG, does: "do it" }, { line: "sample", does: "do it again" }],
  exits: [1],
  run: () => Promise.resolve(),
});

const shape = verbShape(["toucan", "sample"], sample);

Deno.test("helpText: lists options by group, in the order of the layout, and exit codes in the verb's words", () => {
  const help = helpText(shape, style(false), 80);
  assertEquals(help.match(/^\w+ options:$/gm), [
    "input options:",
    "output options:",
    "TLS options:",
    "general options:",
  ]);
  assertMatch(help, /^ {6}--early TEXT {2,}in the first group \(default x\)$/m);
  assertMatch(help, /^ {6}--secure NAME {2,}brings its group \(repeatable\)$/m);
  assertMatch(help, /^ {2}1 {2}no thing was done$/m);
  assertStringIncludes(help, "The first paragraph.");
  for (const absent of ["second paragraph", "--hidden", "--safe", "not with"]) {
    assertEquals(help.includes(absent), false, absent);
  }
});

/** Whether a line can be broken: a flag and a URL are single words. */
const isBreakable = (line: string) => !/^ {4}(?:"--allow-|https:)\S+/.test(line);

Deno.test("helpText: breaks long command lines as a shell joins them", () => {
  const help = helpText(shape, style(false), 80);
  for (const line of help.split("\n").filter(isBreakable)) assertEquals(line.length <= 80, true, line);
  assertStringIncludes(help.replaceAll(/ \\\n +/g, " "), `toucan ${LONG}`);
});

Deno.test("shortHelp: lists the everyday options, in their order, and examples", () => {
  const lines = shortHelp(shape, style(false), 80).split("\n");
  assertEquals(lines.filter((line) => line.includes("--secure ") || line.includes("--early ")).length, 2);
  assertEquals(lines.findIndex((l) => l.includes("--secure")) < lines.findIndex((l) => l.includes("--early")), true);
  assertEquals(lines.some((line) => line.includes("--late")), false);
  assertMatch(lines.at(-1) ?? "", /^--help lists all options/);
});

Deno.test("manPage: has aliases, accepted words and rules", () => {
  const page = manPage(shape).replaceAll("\\-", "-");
  assertStringIncludes(page, "\nAlso: -e, --soon (for now).\n");
  assertStringIncludes(page, "\nAlso: --safe.\n");
  assertStringIncludes(page, '.SS "Accepted without effect"');
  assertStringIncludes(page, "\n.B --fast\nit is fast\n");
  assertStringIncludes(page, "in the second group (not with --early)");
});

Deno.test("layoutProblems: an option without a group, a name that is not there, a word that stands for two things", () => {
  assertEquals(layoutProblems(sample), []);
  const layout = {
    everyday: ["missing"],
    groups: { input: ["early"] },
    aliases: { "early": ["--safe", "odd word"] },
    accepted: { "--early": "no" },
  };
  const bad = { ...sample, options: arranged({ ...sample.options, late: flag("alone") }, layout), layout };
  assertEquals(layoutProblems(bad), [
    "its layout names --missing, which it lacks",
    "--late is in no group",
    "--safe stands for two things",
    "--early stands for two things",
    "odd word is not a word of a command line",
  ]);
});

Deno.test("screenProblems: a summary of more than 24 lines", async () => {
  const help = "words ".repeat(150).trim();
  const tall = verb({ ...sample, options: { ...sample.options, late: flag(help), early: flag(help) } });
  const wordy = { ...tall, layout: { everyday: ["late", "early"], groups: {} } };
  const command = { name: "sample", summary: "do a thing", permissions: {}, verb: wordy };
  assertMatch((await screenProblems(command)).join("\n"), /^toucan sample -h has \d+ lines, more than 24$/);
  assertEquals(await screenProblems({ ...command, verb: sample }), []);
});

Deno.test("completionScript: completes aliases and accepted words that shells can complete", () => {
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const script = completionScript(shell, shape);
    for (const name of ["safe", "soon", "fast"]) assertMatch(script, new RegExp(`(?:--|-l )${name}\\b`), shell);
  }
});
