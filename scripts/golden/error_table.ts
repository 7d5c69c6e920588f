import { HINTS } from "../../lib/cli/hints.ts";
import { NetworkError } from "../../lib/core/errors/errors.ts";
import { literalText } from "../checks/words/read_module.ts";
import { children, isNode, type Node, parse } from "../syntax.ts";

/** Classes of errors, as they are created. */
const CLASS = /^[A-Z]\w*Error$/;

/** Classes whose errors have this code unless another one is given. */
const DEFAULT_CODES: Readonly<Record<string, string>> = { UsageError: "usage", TimeoutError: "timeout" };

/** An error as a source creates it. */
interface ErrorRow {
  readonly code: string;
  readonly reason?: string;
  readonly className: string;
  /** The message, with … for each inserted value. */
  readonly message: string;
  readonly hint?: string;
}

/** Returns the errors that a module creates, as far as its literals tell. */
export function errorRows(source: string): ErrorRow[] {
  if (!/Error\b/.test(source)) return [];
  const rows: ErrorRow[] = [];
  const visit = (node: Node): void => {
    const row = node.type === "NewExpression"
      ? createdError(node)
      : node.type === "ArrayExpression"
      ? cause(node)
      : null;
    if (row) rows.push(row);
    for (const [, child] of children(node)) visit(child);
  };
  visit(parse(source).program);
  return rows;
}

/** Formats errors as a table, sorted by code, each once, with the hint that the tools print. */
export function formatErrors(rows: readonly ErrorRow[]): string {
  const lines = rows.map(({ code, reason, className, message, hint }) => {
    const written = reason === undefined ? code : `${code}/${reason}`;
    const shown = hint ?? hintText(written) ?? hintText(code);
    return `${written}  ${className}\n    ${message}\n${shown === undefined ? "" : `    hint: ${shown}\n`}`;
  });
  return [...new Set(lines)].sort((a, b) => a < b ? -1 : 1).join("");
}

function hintText(code: string): string | undefined {
  const hint = HINTS[code];
  if (typeof hint !== "function") return hint;
  return hint(new NetworkError("it failed", { code, operation: "look up", peer: "HOST" }));
}

/** Reads `new NetworkError("message", { code: "…" })`. */
function createdError({ callee, arguments: args }: Node): ErrorRow | undefined {
  const className = isNode(callee) ? String(callee.name) : "";
  if (!CLASS.test(className) || !Array.isArray(args)) return undefined;
  const message = textOf(args[0]);
  const details = new Map(args.slice(1).flatMap((argument) => isNode(argument) ? propertiesOf(argument) : []));
  const code = details.get("code") ?? DEFAULT_CODES[className];
  if (message === undefined || code === undefined) return undefined;
  return { code, reason: details.get("reason"), className, message, hint: details.get("hint") };
}

/** Reads an entry of a table of causes: `[NetworkError, "connection-refused", "connection refused", "hint"]`. */
function cause({ elements }: Node): ErrorRow | undefined {
  if (!Array.isArray(elements) || elements.length < 3 || elements.length > 4) return undefined;
  const [made, ...texts] = elements;
  const className = isNode(made) && made.type === "Identifier" ? String(made.name) : "";
  const [code, message, hint] = texts.map(textOf);
  if (!CLASS.test(className) || code === undefined || message === undefined) return undefined;
  return { code, className, message, hint };
}

function propertiesOf(object: Node): (readonly [string, string])[] {
  return children(object).flatMap(([key, property]) => {
    const name = isNode(property.key) ? property.key.name : undefined;
    const text = key === "properties" ? textOf(property.value) : undefined;
    return typeof name === "string" && text !== undefined ? [[name, text] as const] : [];
  });
}

function textOf(node: unknown): string | undefined {
  return isNode(node) ? literalText(node)?.replaceAll("‹›", "…") : undefined;
}
