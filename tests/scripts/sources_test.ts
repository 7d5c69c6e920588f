import { assertEquals } from "@std/assert";
import { direct } from "../../scripts/build/sources.ts";

/** Modules of `cmd/` beside this library, and the text that is bundled in place of each. */
function bundled(text: string): Record<string, string> {
  const sources = new Map([
    ["cmd/tool.ts", text],
    ["lib/room/internal.ts", `export * from "./mod.ts";\nexport { parse as read, type Shape } from "./parse.ts";\n`],
    ["lib/room/mod.ts", `/** All. */\nexport * from "./serve.ts";\nexport * as kind from "./kind.ts";\n`],
    ["lib/room/serve.ts", `export async function serve() {}\nexport const LIMIT = 1;\nexport interface Options {}\n`],
    ["lib/room/parse.ts", `export function parse() {}\nexport type Shape = 1;\n`],
    ["lib/room/kind.ts", `export const text = "";\n`],
  ]);
  return Object.fromEntries(direct(sources));
}

const CASES: readonly (readonly [what: string, from: string, to: Record<string, string> | string])[] = [
  [
    "a name that an index passes on comes from the file that defines it",
    `import { LIMIT } from "../lib/room/internal.ts";\n`,
    `import { LIMIT } from "../lib/room/serve.ts";\n`,
  ],
  [
    "a name keeps its local one, over several lines",
    `import {\n  LIMIT as limit,\n  read,\n} from "../lib/room/internal.ts";\n`,
    `import { LIMIT as limit } from "../lib/room/serve.ts";\nimport { parse as read } from "../lib/room/parse.ts";\n`,
  ],
  [
    "a namespace stays one",
    `import { kind } from "../lib/room/mod.ts";\n`,
    `import * as kind from "../lib/room/kind.ts";\n`,
  ],
  ["types load nothing", `import { type Options } from "../lib/room/mod.ts";\nimport type { A } from "./a.ts";\n`, ""],
  [
    "a name that no file defines stays where it was looked for",
    `import { none } from "../lib/room/mod.ts";\n`,
    `import { none } from "../lib/room/mod.ts";\n`,
  ],
  [
    "what is loaded lazily has only what is asked for",
    `const { serve, LIMIT: most } = await import("../lib/room/internal.ts");\n`,
    {
      "cmd/tool.ts": `const { serve, LIMIT: most } = await import("./tool_1.ts");\n`,
      "cmd/tool_1.ts": `export { serve } from "../lib/room/serve.ts";\nexport { LIMIT } from "../lib/room/serve.ts";\n`,
    },
  ],
];

for (const [what, from, to] of CASES) {
  Deno.test(`direct: ${what}`, () => {
    const found = bundled(from);
    if (typeof to !== "string") assertEquals(found, to);
    else assertEquals(found["cmd/tool.ts"] ?? from, to);
  });
}
