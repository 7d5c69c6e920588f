import { children, isNode, type Node, parse } from "../syntax.ts";

/** How one module names another. */
export interface Reference {
  /** What stands between the quotes. */
  readonly specifier: string;
  /** From 1. */
  readonly line: number;
  /** `dynamic` for `import()`, `asset` for `new URL("…", import.meta.url)`, `static` for everything else, types included. */
  readonly form: "static" | "dynamic" | "asset";
}

/** A global that a module mentions, with what is taken from it: `Deno`, `Deno.exit`, `console.log`. */
export interface Mention {
  /** The name as it is written, two words deep at most. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/** What the rules need to know of one module. */
export interface Scan {
  /** Every module that it names. */
  readonly references: readonly Reference[];
  /** Every free-standing identifier. */
  readonly mentions: readonly Mention[];
  /** The lines on which something other than a re-export begins. */
  readonly logic: readonly number[];
  /** The lines with an `import()` whose target only a run can tell. */
  readonly computed: readonly number[];
}

/** Reads a TypeScript module, or with `dts` a declaration file. */
export function scan(source: string, dts = false): Scan {
  const { program, comments } = parse(source, dts);
  const found = { references: [] as Reference[], mentions: [] as Mention[], computed: [] as number[] };
  walk(program, (node) => visit(node, found));
  for (const comment of comments) {
    const line = comment.loc?.start.line ?? 0;
    // Types may come in through a comment: a pragma of Deno or a triple-slash reference.
    for (
      const pragma of comment.value.matchAll(
        /@(?:ts-types|deno-types)\s*=\s*"([^"]+)"|^\/\s*<reference\s+\w+="([^"]+)"/g,
      )
    ) {
      found.references.push({ specifier: pragma[1] ?? pragma[2] ?? "", line, form: "static" });
    }
  }
  const logic = children(program).filter(([key]) => key === "body").map(([, node]) => node)
    .filter((node) => !(/^Export(All|Named)Declaration$/.test(node.type) && node.source))
    .map((node) => node.loc?.start.line ?? 0);
  return { ...found, logic };
}

function visit(node: Node, found: { references: Reference[]; mentions: Mention[]; computed: number[] }): void {
  const line = node.loc?.start.line ?? 0;
  const refer = (target: unknown, form: Reference["form"]) => {
    const specifier = literal(target);
    if (specifier !== undefined) found.references.push({ specifier, line: lineOf(target, line), form });
    else if (form === "dynamic") found.computed.push(line);
  };
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
      return refer(node.source, "static");
    case "ExportNamedDeclaration":
      return node.source ? refer(node.source, "static") : undefined;
    case "TSImportType":
      return refer(node.argument, "static");
    case "TSExternalModuleReference":
      return refer(node.expression, "static");
    case "ImportExpression":
      return refer(node.source, "dynamic");
    case "CallExpression":
      if (isNode(node.callee) && node.callee.type === "Import") refer(first(node.arguments), "dynamic");
      return;
    case "NewExpression":
      if (isUrlOfThisModule(node)) refer(first(node.arguments), "asset");
      return;
    case "MemberExpression":
    case "OptionalMemberExpression":
    case "TSQualifiedName":
      return void found.mentions.push({ name: memberName(node), line });
    case "Identifier":
      return void found.mentions.push({ name: String(node.name), line });
  }
}

function isUrlOfThisModule(node: Node): boolean {
  const [, base] = Array.isArray(node.arguments) ? node.arguments : [];
  return isNode(node.callee) && node.callee.name === "URL" && isNode(base) && base.type === "MemberExpression" &&
    isNode(base.object) && base.object.type === "MetaProperty";
}

/** `Deno.exit` for that, for `globalThis.Deno.exit` and for `Deno["exit"]`; empty for members of anything but a name. */
function memberName(node: Node): string {
  const [object, property] = node.type === "TSQualifiedName" ? [node.left, node.right] : [node.object, node.property];
  const last = isNode(property) ? literal(property) ?? (node.computed ? undefined : property.name) : undefined;
  const outer = isNode(object) ? (object.type === "Identifier" ? object.name : memberName(object)) : "";
  const path = [outer, last].filter((part) => typeof part === "string" && part !== "").join(".");
  return path.replace(/^(?:globalThis|window|self)\./, "");
}

/** Visits every node; the names of properties are no mentions. */
function walk(node: Node, visitor: (node: Node) => void): void {
  visitor(node);
  for (const [key, child] of children(node)) {
    const named = key === "property" || key === "key" || key === "right" && node.type === "TSQualifiedName";
    if (!named || node.computed) walk(child, visitor);
  }
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function literal(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "StringLiteral") return String(node.value);
  if (node.type === "TSLiteralType") return literal(node.literal);
  return undefined;
}

function lineOf(node: unknown, otherwise: number): number {
  return isNode(node) ? node.loc?.start.line ?? otherwise : otherwise;
}
