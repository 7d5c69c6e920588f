import { children, isNode, type Node, parse } from "../syntax.ts";

/** A reference from one module to another. */
export interface Reference {
  /** The specifier. */
  readonly specifier: string;
  /** From 1. */
  readonly line: number;
  /** `dynamic` for `import()`, `asset` for `new URL("…", import.meta.url)`, `static` for everything else, types included. */
  readonly form: "static" | "dynamic" | "asset";
}

/** A global that a module mentions, with its property: `Deno`, `Deno.exit`, `console.log`. */
export interface Mention {
  /** The name as written, with one property at most. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/** Facts about a module for the rules. */
export interface Scan {
  /** References to other modules. */
  readonly references: readonly Reference[];
  /** Free identifiers. */
  readonly mentions: readonly Mention[];
  /** Lines on which a statement other than a re-export begins. */
  readonly logic: readonly number[];
  /** Lines with an `import()` whose target is computed at run time. */
  readonly computed: readonly number[];
}

/** Reads a TypeScript module, or with `dts` a declaration file. */
export function scan(source: string, dts = false): Scan {
  const { program, comments } = parse(source, dts);
  const found = { references: [] as Reference[], mentions: [] as Mention[], computed: [] as number[] };
  walk(program, (node) => visit(node, found));
  for (const comment of comments) {
    const line = comment.loc?.start.line ?? 0;
    // Types can be imported by a comment: a pragma of Deno or a triple-slash reference.
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
      return refer(node.source, "static");
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

/**
 * Returns `Deno.exit` for `Deno.exit`, `globalThis.Deno.exit` and `Deno["exit"]`; empty for members of other
 * expressions.
 */
function memberName(node: Node): string {
  const [object, property] = node.type === "TSQualifiedName" ? [node.left, node.right] : [node.object, node.property];
  const last = isNode(property) ? literal(property) ?? (node.computed ? undefined : property.name) : undefined;
  const outer = isNode(object) ? (object.type === "Identifier" ? object.name : memberName(object)) : "";
  const path = [outer, last].filter((part) => typeof part === "string" && part !== "").join(".");
  return path.replace(/^(?:globalThis|window|self)\./, "");
}

/** Visits every node except the names of properties. */
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
