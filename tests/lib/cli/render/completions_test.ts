import { assertStringIncludes } from "@std/assert";
import { completionScript } from "../../../../lib/cli/render/completions.ts";
import { verbShape } from "../../../../lib/cli/grammar/shape.ts";
import { flag, verb } from "../../../../lib/cli/mod.ts";

Deno.test("completionScript escapes quotes in help texts for PowerShell", () => {
  const said = verb({
    summary: "a verb",
    operands: [],
    options: { "odd": flag("it's what \u2018they\u2019 say; $(nothing) is `done`") },
    examples: [],
    exits: [],
    run: () => Promise.resolve(),
  });
  const script = completionScript("powershell", verbShape(["toucan-odd"], said));
  assertStringIncludes(
    script,
    ",@('--odd', 'it''s what \u2018\u2018they\u2019\u2019 say; $(nothing) is `done`')",
  );
});
