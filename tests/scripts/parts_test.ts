import { assertEquals, assertThrows } from "@std/assert";
import { numberParts } from "../../scripts/build/parts.ts";

const PARTS = new Map([
  ["tool.js", `import { a } from "./chunk-AAAA2222.js";\nconst run = () => import("./run_send-BBBB3333.js");\n`],
  ["run_send-BBBB3333.js", `import "./chunk-CCCC4444.js";\nimport { a } from "./chunk-AAAA2222.js";\n`],
  ["chunk-AAAA2222.js", `export const a = "./other-DDDD5555.js";\n`],
  ["chunk-CCCC4444.js", `import "./chunk-AAAA2222.js";\n`],
  ["other-DDDD5555.js", ""],
]);

Deno.test("numberParts gives the parts the same names, whatever their hashes are", () => {
  const numbered = Object.fromEntries(numberParts("tool.js", PARTS));
  assertEquals(numbered, {
    "tool.js": `import { a } from "./chunk-1.js";\nconst run = () => import("./run_send-2.js");\n`,
    "chunk-1.js": `export const a = "./other-3.js";\n`,
    "run_send-2.js": `import "./chunk-4.js";\nimport { a } from "./chunk-1.js";\n`,
    "other-3.js": "",
    "chunk-4.js": `import "./chunk-1.js";\n`,
  });
  const elsewhere = new Map(
    [...PARTS].map(([name, text]) => [name.replace("CCCC4444", "EEEE6666"), text.replace("CCCC4444", "EEEE6666")]),
  );
  assertEquals(Object.fromEntries(numberParts("tool.js", elsewhere)), numbered);
});

Deno.test("numberParts refuses a part that waits for the first", () => {
  const parts = new Map([["tool.js", `import("./run-AAAA2222.js");`], ["run-AAAA2222.js", `import "./tool.js";`]]);
  assertThrows(() => numberParts("tool.js", parts), Error, "run-AAAA2222.js imports tool.js");
});
