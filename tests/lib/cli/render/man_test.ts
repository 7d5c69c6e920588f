import { assertEquals, assertStringIncludes } from "@std/assert";
import { flag, verb } from "../../../../lib/cli/mod.ts";
import { verbShape } from "../../../../lib/cli/grammar/shape.ts";
import { helpText } from "../../../../lib/cli/render/help.ts";
import { manPage } from "../../../../lib/cli/render/man.ts";
import { style } from "../../../../lib/cli/render/style.ts";

const shape = verbShape(
  ["toucan", "sample"],
  verb({
    summary: "do a thing",
    description: "The description.",
    more: "The rest.\n\nAnd more of it.",
    operands: [{ metavar: "THING", help: "the thing", more: "Long words about it." }],
    options: { "loud": flag("print more", { more: "First of two.\n\nSecond of two." }) },
    examples: [{ line: "sample x", does: "do it" }],
    exits: [],
    run: () => Promise.resolve(),
  }),
);

Deno.test("manPage: what only the man page says stands below what help says", () => {
  const page = manPage(shape);
  assertStringIncludes(page, ".SH DESCRIPTION\nThe description.\n.PP\nThe rest.\n.PP\nAnd more of it.\n");
  assertStringIncludes(page, ".TP\n.I THING\nthe thing\n.IP\nLong words about it.\n");
  assertStringIncludes(page, "print more\n.IP\nFirst of two.\n.IP\nSecond of two.\n");
});

Deno.test("helpText: leaves out what only the man page says", () => {
  const help = helpText(shape, style(false));
  assertEquals(["The rest", "Long words", "First of two"].filter((text) => help.includes(text)), []);
});
