import { assertEquals, assertThrows } from "@std/assert";
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

Deno.test("bundleTool writes ASCII without paths of the build machine, with tables as text", () => {
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

Deno.test("tidyBundle imports the built-in modules that a package requires", () => {
  const required = `import { createRequire as __deno_internal_createRequire } from "node:module";
var __require = __deno_internal_createRequire(import.meta.url);
var __commonJS = (cb, mod) => function __require2() {};
import {
  __require,
  other
} from "./chunk-AAAA2222.js";
var Buffer2 = __require("node:buffer").Buffer;
var { join } = __require("node:path/posix");
`;
  assertEquals(
    tidyBundle(required, () => ""),
    `import __node_buffer from "node:buffer";
import __node_path_posix from "node:path/posix";
var __commonJS = (cb, mod) => function __require2() {};
import {
  other
} from "./chunk-AAAA2222.js";
var Buffer2 = __node_buffer.Buffer;
var { join } = __node_path_posix;
`,
  );
});

Deno.test("tidyBundle refuses a module that is required at run time", () => {
  assertThrows(() => tidyBundle(`var x = __require("./x.js");`, () => ""), Error, `run time: __require("./x.js")`);
  assertThrows(() => tidyBundle("const r = createRequire(base);", () => ""), Error, "createRequire");
});

Deno.test("tidyBundle refuses a class under another name than it is looked up by", () => {
  const look = `if (element.constructor.name === "Sequence") found();\n`;
  for (const declared of ["class Sequence extends Base {}", "Sequence = class {};"]) {
    assertEquals(tidyBundle(look + declared, () => ""), look + declared);
  }
  assertThrows(() => tidyBundle(`${look}class Sequence2 {}`, () => ""), Error, "the class Sequence");
});

Deno.test("tidyBundle runs a package in CommonJS when it is used, and reads a long expression then", () => {
  const letters = "a".repeat(1000);
  const bundle = `var require_table = () => {
  var table = /^[\\/\u00e9${letters}]/u;
  return { Test: class { of(text) { return table.test(text); } } };
};
var import_table = __toESM(require_table());
var check = (text) => new import_table.Test().of(text);
`;
  const tidy = tidyBundle(bundle, () => "");
  assertEquals(
    tidy,
    `var require_table = () => {
  var table = new RegExp("^[\\\\/\\u00e9${letters}]", "u");
  return { Test: class { of(text) { return table.test(text); } } };
};
var import_table_run;
var import_table = () => import_table_run ??= __toESM(require_table());
var check = (text) => new (import_table()).Test().of(text);
`,
  );
  const runs: unknown[] = [];
  const check = new Function("__toESM", `${tidy}; return check;`)((all: unknown) => (runs.push(all), all));
  assertEquals([runs.length, check("/"), check("\u00e9"), check("b"), runs.length], [0, true, true, false, 1]);
  const passedOn = `${bundle}export { import_table };\n`;
  assertEquals(tidyBundle(passedOn, () => "").includes("import_table_run"), false);
});
