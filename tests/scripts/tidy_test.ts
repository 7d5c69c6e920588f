import { assertEquals } from "@std/assert";
import { tidyBundle } from "../../scripts/build/tidy.ts";

const BUNDLE = `// ../../home/somebody/.cache/npm/registry.example/pkg/1.0.0/table.json
var require_table = __commonJS({
  "../../home/somebody/.cache/npm/registry.example/pkg/1.0.0/table.json"(exports, module) {
    module.exports = [[1, 'é"'], { a: 2 }];
  }
});
// cmd/tool.ts
var said = "é 😀";
`;

Deno.test("a bundle reads its tables from text, is ASCII, and says nothing about where it was made", () => {
  const asked: string[] = [];
  const tidy = tidyBundle(BUNDLE, (path) => {
    asked.push(path);
    return '[[1, "é\\""],\n {"a": 2}]';
  });
  assertEquals(asked, ["../../home/somebody/.cache/npm/registry.example/pkg/1.0.0/table.json"]);
  assertEquals(
    tidy,
    `// npm:pkg/1.0.0/table.json
var require_table = __commonJS({
  "npm:pkg/1.0.0/table.json"(exports, module) {
    module.exports = JSON.parse("[[1,\\"\\u00e9\\\\\\"\\"],{\\"a\\":2}]");
  }
});
// cmd/tool.ts
var said = "\\u00e9 \\ud83d\\ude00";
`,
  );
  const values = new Function("__commonJS", "exports", "module", `${tidy}; return [require_table, said];`);
  const module = { exports: {} };
  const [table, said] = values(
    (all: Record<string, (exports: unknown, module: unknown) => void>) => Object.values(all)[0]?.({}, module),
  );
  assertEquals([table, module.exports, said], [undefined, [[1, 'é"'], { a: 2 }], "é 😀"]);
});
