import { assertEquals } from "@std/assert";
import { joinEager, relinked } from "../../scripts/build/eager.ts";

const PARTS = new Map([
  ["tool.js", `import {\n  a,\n  b as local\n} from "./chunk-1.js";\nvar run = () => import("./send-3.js");\n`],
  ["chunk-1.js", `import "./chunk-2.js";\nvar a = () => import("./send-3.js");\nexport {\n  a,\n  a as b\n};\n`],
  ["chunk-2.js", `var x = 1;\nexport {\n  x as a\n};\n`],
  [
    "send-3.js",
    `import {\n  a\n} from "./chunk-2.js";\nimport "./chunk-1.js";\nimport {\n  c\n} from "./chunk-4.js";\n`,
  ],
  ["chunk-4.js", `export {\n  c\n};\n`],
]);

Deno.test("joinEager joins the parts that each call loads, and gives each of their exports a name of its own", () => {
  const { entry, joined, others } = joinEager("tool.js", PARTS);
  assertEquals(
    entry,
    `export { a as a__0, b as b__0 } from "./chunk-1.js";\nexport { a as a__1 } from "./chunk-2.js";\n`,
  );
  assertEquals([...joined.keys()], ["chunk-1.js", "chunk-2.js"]);
  assertEquals(joined.get("chunk-1.js")?.includes(`import("part:send-3.js")`), true);
  assertEquals(Object.fromEntries(others), {
    "tool.js": `import { a__0 as a, b__0 as local } from "./base.js";\nvar run = () => import("./send-3.js");\n`,
    "send-3.js": `import { a__1 as a } from "./base.js";\nimport "./base.js";\nimport {\n  c\n} from "./chunk-4.js";\n`,
    "chunk-4.js": `export {\n  c\n};\n`,
  });
});

Deno.test("joinEager joins nothing of a first part that imports none", () => {
  const { entry, joined, others } = joinEager("tool.js", new Map([["tool.js", "run();\n"]]));
  assertEquals([entry, joined.size, others.get("tool.js")], ["", 0, "run();\n"]);
});

Deno.test("relinked names the files of lazy parts again", () => {
  assertEquals(relinked(`import("part:send-3.js")`), `import("./send-3.js")`);
});
