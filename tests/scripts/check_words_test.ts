import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/cli/mod.ts";
import { nameBreaches, phraseBreaches } from "../../scripts/checks/words/match.ts";
import { judge, lower, parsePending } from "../../scripts/checks/words/pending.ts";
import { readMarkdown } from "../../scripts/checks/words/read_markdown.ts";
import { readModule } from "../../scripts/checks/words/read_module.ts";
import { readRecord } from "../../scripts/checks/words/read_records.ts";
import type { TextKind } from "../../scripts/checks/words/text.ts";

/** A text of each kind, and the phrase of it that is rejected; an empty one where none is. */
const TEXTS: readonly (readonly [kind: TextKind, text: string, rejected: string])[] = [
  ["text", 'port "99999" is no number', "is no "],
  ["text", "there is no such folder", ""],
  ["text", "the file is no longer there", ""],
  ["text", "--port has no sense here", "has no sense"],
  ["text", "--resume goes with --output", "goes with"],
  ["text", "a bug of ours", "ours"],
  ["text", "cannot write x: use --force", "--force"],
  ["text", "this run lacks --allow-net", ""],
  ["text", "toucan resolve reports more", "toucan resolve"],
  ["doc", "Reads the option --force", ""],
  ["text", "load it to a file", "load"],
  ["text", "the workload, a payload and a download", ""],
  ["text", "keep-alive is not supported", ""],
  ["text", "give the user with --user", "give "],
  ["doc", "Gives the client a name", ""],
  ["doc", "What a server sends", "What"],
  ["doc", "Returns what a server sends", ""],
  ["doc", "Who may connect", "Who"],
  ["doc", "How many clients there are", "How"],
  ["doc", "Counts how many clients there are", ""],
  ["doc", "Whether it is closed", ""],
  ["doc", "Makes one for a client", "Makes one"],
  ["doc", "Makes one of several attempts to connect", "Makes one"],
  ["comment", "Nobody reads it", "Nobody"],
  ["comment", "Sent by whoever is connected", "whoever"],
  ["comment", "cleo, who is connected, reads it", ""],
  ["comment", "reads the lines in one pass over the text", ""],
  ["comment", "the line is passed over", "passed over"],
  ["comment", "waits for so many bytes", "so many"],
  ["comment", "sends so many bytes that the buffer is full", ""],
  ["comment", "the connection is given up", "given up"],
  ["comment", "What is loaded here is a script", ""],
  ["title", "a request cancelled amid its body", "amid"],
  ["prose", "Who has Deno says `deno`", "Who "],
  ["prose", "As you like", "As you like"],
  ["help", "say how it is used", "say"],
  ["help", "print help, and end", "and end"],
  ["help", "print help and exit", ""],
  ["help", "how many clients at once", "how"],
  ["help", "maximum number of clients", ""],
];

for (const [kind, text, rejected] of TEXTS) {
  Deno.test(`words: ${kind} ${JSON.stringify(text)} ${rejected ? "is rejected" : "is accepted"}`, () => {
    const found = phraseBreaches({ kind, path: "lib/x.ts", line: 1, text });
    assertEquals(found.length > 0, rejected !== "", found[0]?.message);
    if (rejected) assertEquals(found[0]?.message.includes(rejected), true, found[0]?.message);
  });
}

Deno.test("words: options and commands are named in lib/cli and lib/tour only", () => {
  const found = (path: string) => phraseBreaches({ kind: "text", path, line: 1, text: "use --force" }).length;
  assertEquals(["lib/get/x.ts", "lib/cli/x.ts", "lib/tour/x.ts", "cmd/get.ts"].map(found), [1, 0, 0, 0]);
  const [literal] = readModule("lib/get/x.ts", 'const force = "--force";').texts;
  assertEquals(literal?.text, "--force");
});

Deno.test("words: a bad help text in a record fails the check", () => {
  const bad: Command = {
    name: "bad",
    summary: "trust anybody",
    permissions: {},
    verb: {
      summary: "print a greeting",
      operands: [{ metavar: "NAME", help: "whom to greet" }],
      options: { "retries": { help: "try again so often", initial: 2, many: false } },
      examples: [{ line: "bad x", does: "load a greeting" }],
      exits: [],
      run: () => Promise.resolve(),
    },
  };
  const problems = judge(readRecord("bad", bad).flatMap(phraseBreaches), new Map());
  const phrases = ["anybody", "whom", "so often", "load"];
  assertEquals(phrases.filter((phrase) => !problems.some((problem) => problem.includes(phrase))), []);
});

Deno.test("words: strings, comments, templates and names of a module are read with their lines", () => {
  const source = [
    "/** What it does. */",
    'import { x } from "./is no module.ts";',
    "// Nobody calls it,",
    'export const PATIENCE = "a text " + `of ours ${x} here`;',
    "/**",
    " * Sends it.",
    " *",
    " * @returns What was sent.",
    " */",
    "export class Parcel { word = 1; #word = 2; }",
  ].join("\n");
  const { texts, names } = readModule("lib/x.ts", source);
  assertEquals(texts.flatMap(phraseBreaches).map(({ line }) => line).toSorted(), [1, 3, 4]);
  assertEquals(names.flatMap(nameBreaches).map(({ line, message }) => [line, message.split(":")[0]]), [
    [4, "name PATIENCE"],
    [10, "name Parcel"],
    [10, "name word"],
  ]);
});

Deno.test("words: only titles and comments of a test are read", () => {
  const source = 'Deno.test("nobody comes", () => assert("a bug of ours")); Deno.test({ name: "for whom" });';
  assertEquals(readModule("tests/x_test.ts", source).texts.map(({ text }) => text), ["nobody comes", "for whom"]);
});

Deno.test("words: paragraphs and items of Markdown are read across line ends, without code", () => {
  const source = "# T\n\nIt is passed\nover `so often`.\n\n- nobody\n- all\n\n```\nof ours\n```\n";
  assertEquals(readMarkdown("X.md", source).flatMap(phraseBreaches).map(({ line }) => line), [3, 6]);
});

Deno.test("words: known breaches may become fewer, not more, and an area without any leaves the list", () => {
  const breach = (path: string) => ({ path, line: 1, message: "m" });
  const pending = parsePending("lib/a/ 2\nlib/b 1\nlib/a/ 1\n");
  assertEquals(pending, new Map([["lib/a/", 1], ["lib/b", 1]]));
  assertEquals(judge([breach("lib/a/x.ts"), breach("lib/b.ts")], pending), []);
  assertEquals(judge([breach("lib/a/x.ts"), breach("lib/a/y.ts"), breach("lib/b.ts")], pending).length, 1);
  assertEquals(judge([breach("lib/a/x.ts")], pending).length, 1);
  assertEquals(judge([breach("lib/a/x.ts"), breach("lib/b.ts"), breach("lib/c.ts")], pending), ["lib/c.ts:1: m"]);
  assertEquals(lower([breach("lib/a/x.ts")], new Map([["lib/a/", 5], ["lib/b", 1]])), new Map([["lib/a/", 1]]));
});
