import type { Callable, Declaration, DocComment, ExportedSymbol } from "./doc_node.ts";

/** A gap in the documentation of a public symbol. */
export interface DocBreach {
  readonly filename: string;
  /** From 1. */
  readonly line: number;
  /** The symbol, or `Symbol.property`. */
  readonly name: string;
  readonly message: string;
}

/** Parameters whose name and type are sufficient; options are documented in their type. */
const SELF_EXPLANATORY = new Set(["options", "signal"]);
const THIRD_PERSON = /^(?:[A-Z][a-z]+(?:s|es)|Is|Does|Has)\b/;
const TITLED_EXAMPLE = /^\S[^\n]*\n+```/;

/** Returns what is missing in the documentation of a symbol, in the form of the standard library of Deno. */
export function docBreaches({ name, declarations }: ExportedSymbol): DocBreach[] {
  const functions = shown(declarations.filter(({ kind }) => kind === "function"));
  const examples = functions.length > 0 ? functions : declarations.filter(({ kind }) => kind === "class");
  const titled = examples.some(({ jsDoc }) => tags(jsDoc, "example").some((text) => TITLED_EXAMPLE.test(text)));
  return [
    ...functions.flatMap((declaration) =>
      functionProblems(declaration).map((message) => breach(declaration, name, message))
    ),
    ...(examples[0] && !titled ? [breach(examples[0], name, "has no titled @example with code")] : []),
    ...declarations.filter(({ kind }) => kind === "interface" && /Options$|Limits$/.test(name))
      .flatMap((declaration) => optionProblems(declaration, name)),
  ];
}

/** Returns the public overloads: those without a body. */
function shown(functions: readonly Declaration[]): readonly Declaration[] {
  return functions.length > 1 ? functions.filter(({ def }) => !def?.hasBody) : functions;
}

function functionProblems({ jsDoc, def }: Declaration): string[] {
  const documented = new Set((jsDoc?.tags ?? []).filter(({ kind }) => kind === "param").map((tag) => tag.name));
  const missing = (def?.params ?? []).filter(({ name }) =>
    name !== undefined && !SELF_EXPLANATORY.has(name) && !documented.has(name)
  );
  return [
    ...(THIRD_PERSON.test(jsDoc?.doc ?? "") ? [] : ["does not begin with a verb in the third person"]),
    ...missing.map(({ name }) => `has no @param ${name}`),
    ...(returnsValue(def) && tags(jsDoc, "return").length === 0 ? ["has no @returns"] : []),
    ...(canFail(def) && tags(jsDoc, "throws").length === 0 ? ["has no @throws"] : []),
  ];
}

function optionProblems(declaration: Declaration, name: string): DocBreach[] {
  return (declaration.def?.properties ?? [])
    .filter(({ optional, jsDoc }) => optional && tags(jsDoc, "default").length === 0)
    .map((property) => breach(declaration, `${name}.${property.name}`, "has no @default"));
}

function returnsValue(def: Partial<Callable> | undefined): boolean {
  const { repr = "", kind, value } = def?.returnType ?? {};
  if (repr === "Promise") return value?.typeParams?.[0]?.repr !== "void";
  return kind === "union" || !/^(?:void|never)?$/.test(repr);
}

/** Returns whether a call waits, and can therefore fail. */
function canFail(def: Partial<Callable> | undefined): boolean {
  return /^(?:Promise|AsyncGenerator|AsyncIterable)$/.test(def?.returnType?.repr ?? "");
}

function tags(jsDoc: DocComment | undefined, kind: string): string[] {
  return (jsDoc?.tags ?? []).filter((tag) => tag.kind === kind).map(({ doc }) => doc ?? "");
}

function breach({ location }: Declaration, name: string, message: string): DocBreach {
  return { filename: location.filename, line: location.line + 1, name, message };
}
