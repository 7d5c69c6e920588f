import { assertEquals } from "@std/assert";
import type { Declaration, DocComment } from "../../scripts/checks/docs/doc_node.ts";
import { docBreaches } from "../../scripts/checks/docs/doc_rules.ts";

const location = { filename: "file:///lib/url/x.ts", line: 0 };
const WHOLE: DocComment = {
  doc: "Reads a text.",
  tags: [
    { kind: "param", name: "text", doc: "what to read" },
    { kind: "return", doc: "what it says" },
    { kind: "throws", doc: "when it is cut" },
    { kind: "example", doc: "Read one\n```ts\nread();\n```" },
  ],
};

function read(jsDoc: DocComment, result = "string"): Declaration {
  return {
    kind: "function",
    location,
    jsDoc,
    def: { params: [{ name: "text" }, { name: "options" }], returnType: { repr: result, kind: "keyword" } },
  };
}

function without(kind: string): DocComment {
  return { ...WHOLE, tags: WHOLE.tags?.filter((tag) => tag.kind !== kind) };
}

const ROWS: readonly (readonly [string, Declaration, string[]])[] = [
  ["a whole comment", read(WHOLE), []],
  ["a noun at the start", read({ ...WHOLE, doc: "The text of it." }), [
    "does not begin with a verb in the third person",
  ]],
  ["no @param", read(without("param")), ["has no @param text"]],
  ["no @returns", read(without("return")), ["has no @returns"]],
  ["no @returns where nothing is returned", read(without("return"), "void"), []],
  ["no @throws of a call that cannot wait", read(without("throws")), []],
  ["no @throws of a call that waits", read(without("throws"), "Promise"), ["has no @throws"]],
  ["no @example", read(without("example")), ["has no titled @example with code"]],
  [
    "an @example without a title",
    read({ ...WHOLE, tags: [...without("example").tags ?? [], { kind: "example", doc: "```ts\nread();\n```" }] }),
    ["has no titled @example with code"],
  ],
];

for (const [name, declaration, messages] of ROWS) {
  Deno.test(`docBreaches: ${name}`, () => {
    assertEquals(docBreaches({ name: "read", declarations: [declaration] }).map(({ message }) => message), messages);
  });
}

Deno.test("docBreaches: an optional field of options without @default", () => {
  const properties = [
    { name: "family", optional: true, jsDoc: { tags: [{ kind: "default", doc: "{4}" }] } },
    { name: "port", optional: true, jsDoc: { doc: "The port." } },
    { name: "host", jsDoc: { doc: "The host." } },
  ];
  const declarations = [{ kind: "interface", location, def: { properties } }];
  assertEquals(docBreaches({ name: "ReadOptions", declarations }).map(({ name }) => name), ["ReadOptions.port"]);
  assertEquals(docBreaches({ name: "Report", declarations }), []);
});
