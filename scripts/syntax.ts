import { parse as parseModule } from "npm:@babel/parser@8.1.3";

/** A node of a syntax tree. */
export interface Node {
  /** Its kind in the form of Babel: `StringLiteral`. */
  readonly type: string;
  /** Its position; lines count from 1. */
  readonly loc?: { readonly start: { readonly line: number } } | null;
  readonly [key: string]: unknown;
}

/** A comment of a module. */
export interface Comment {
  /** `CommentBlock` or `CommentLine`. */
  readonly type: string;
  /** The text between its marks. */
  readonly value: string;
  readonly loc?: Node["loc"];
}

/** Parses a TypeScript module, or with `dts` a declaration file. Throws a `SyntaxError` when it is not valid. */
export function parse(source: string, dts = false): { readonly program: Node; readonly comments: readonly Comment[] } {
  const file = parseModule(source, {
    sourceType: "module",
    plugins: [["typescript", { dts }]],
  });
  const program: unknown = file.program;
  if (!isNode(program)) throw new SyntaxError("the parser returned no syntax tree");
  return { program, comments: file.comments ?? [] };
}

/** Returns whether a value is a node of a syntax tree. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** Returns the nodes below a node, each with the property that holds it. */
export function children(node: Node): (readonly [key: string, child: Node])[] {
  return Object.entries(node).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map((child) => [key, child] as const)
  );
}

/** Returns the line of a node, from 1; 0 when it is not known. */
export function lineOf(node: Node | Comment): number {
  return node.loc?.start.line ?? 0;
}
