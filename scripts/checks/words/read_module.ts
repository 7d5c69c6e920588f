import { children, type Comment, isNode, lineOf, type Node, parse } from "../../syntax.ts";
import { type Declared, oneLine, type Text } from "./text.ts";

/** Stands for a value that a template inserts: no rule matches across it. */
const VALUE = "‹›";

/** Scripts and styles of pages that stand in a string: their names are not text. */
const CODE = /\b(?:const|let|function) \w+|=> |[{;]\n/;

/** Types whose strings name modules, properties and alternatives of a type, not text. */
const NOT_TEXT = /^(?:Import|Export(?:All|Named))Declaration$|^TSLiteralType$|^TSImportType$|^ImportExpression$/;

/**
 * Reads the texts and the declared names of a TypeScript module.
 *
 * @param path Path relative to the top; of a file in `tests`, only comments and the titles of tests are returned.
 * @param source Its source.
 */
export function readModule(path: string, source: string): { texts: Text[]; names: Declared[] } {
  const { program, comments } = parse(source, path.endsWith(".d.ts"));
  const texts = comments.flatMap((comment) => commentText(path, comment));
  const names: Declared[] = [];
  const tests = /_test\.ts$/.test(path);
  const strings = /^(?:lib|cmd)\//.test(path);
  visit(program, (node, key, parent) => {
    if (/Declarat(?:ion|or)$|^(?:TS)?(?:Class|Object|Abstract|Parameter|Method|Property|Enum)/.test(node.type)) {
      const name = declaredName(node, parent);
      if (name !== undefined) names.push({ path, line: lineOf(node), name });
    }
    if (NOT_TEXT.test(parent?.type ?? "") || key === "key") return;
    const text = literalText(node);
    if (text === undefined || (!text.includes(" ") && !/^--[a-z]/.test(text)) || CODE.test(text)) return;
    if (strings) texts.push({ kind: "text", path, line: lineOf(node), text: oneLine(text) });
    else if (tests && isTitle(parent)) texts.push({ kind: "title", path, line: lineOf(node), text: oneLine(text) });
  });
  return { texts, names };
}

function visit(
  node: Node,
  visitor: (node: Node, key: string, parent?: Node) => void,
  key = "",
  parent?: Node,
): void {
  visitor(node, key, parent);
  // The strings of a sum are read as one text, so its parts are not visited again.
  if (literalText(node) !== undefined && node.type === "BinaryExpression") return;
  for (const [name, child] of children(node)) visit(child, visitor, name, node);
}

/** Returns the text of a string, of a template with {@link VALUE} for each inserted value, or of a sum of these. */
export function literalText(node: Node): string | undefined {
  if (node.type === "StringLiteral") return String(node.value);
  if (node.type === "TemplateLiteral" && Array.isArray(node.quasis)) {
    return node.quasis.filter(isNode).map(cooked).join(VALUE);
  }
  if (node.type !== "BinaryExpression" || node.operator !== "+" || !isNode(node.left) || !isNode(node.right)) {
    return undefined;
  }
  const [left, right] = [literalText(node.left), literalText(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

function cooked(quasi: Node): string {
  const { value } = quasi;
  return typeof value === "object" && value !== null && "cooked" in value ? String(value.cooked) : "";
}

/** Whether strings of this node are the title of a test: the first argument of `Deno.test` or `step`, or its `name`. */
function isTitle(parent: Node | undefined): boolean {
  if (parent?.type === "ObjectProperty") return isNode(parent.key) && parent.key.name === "name";
  if (parent?.type !== "CallExpression" || !isNode(parent.callee)) return false;
  const { callee } = parent;
  const property = isNode(callee.property) ? callee.property.name : callee.name;
  return typeof property === "string" && /^(?:test|step|ignore|only)$/.test(property);
}

/** The name of what a node declares, if other modules can use it: at the top of a module, or a member of a class or type. */
function declaredName(node: Node, parent: Node | undefined): string | undefined {
  const named = node.id ?? node.key;
  if (!isNode(named) || named.type !== "Identifier" || node.computed) return undefined;
  const top = /^(?:Program|ExportNamedDeclaration|ExportDefaultDeclaration)$/.test(parent?.type ?? "");
  const member = /^(?:ClassBody|TSInterfaceBody|TSTypeLiteral)$/.test(parent?.type ?? "");
  const exported = node.type === "VariableDeclarator" && parent?.type === "VariableDeclaration" &&
    parent.declare !== true;
  return top || member || (exported && /^[A-Z]/.test(String(named.name))) ? String(named.name) : undefined;
}

function commentText(path: string, comment: Comment): Text[] {
  const line = lineOf(comment);
  const doc = comment.type === "CommentBlock" && comment.value.startsWith("*");
  if (/^\s*(?:deno-|@ts-|\/\s*<reference|timer:)/.test(comment.value)) return [];
  const lines = comment.value.split("\n").map((text) => text.replace(/^\s*\*+/, "").trim());
  const kind = doc ? "doc" : "comment";
  // Each tag begins a new text; the code of an example is not text.
  const parts: { line: number; lines: string[] }[] = [];
  let code = false;
  for (const [index, text] of lines.entries()) {
    if (text.startsWith("```")) code = !code;
    else if (!code) {
      const last = parts.at(-1);
      if (!last || /^@\w+/.test(text)) parts.push({ line: line + index, lines: [text] });
      else last.lines.push(text);
    }
  }
  return parts.map(({ line, lines }) => ({ kind, path, line, text: oneLine(lines.join(" ")) }) as const)
    .filter(({ text }) => text !== "");
}
