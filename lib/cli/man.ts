import { EXIT } from "./exit.ts";
import { operandUsage, optionHelp, type Shape } from "./shape.ts";
import { VERSION } from "./version.ts";

/** The man page of a tool (man(7)), with its verbs as sections. */
export function manPage(shape: Shape): string {
  const name = shape.words.join("-");
  const lines = [
    `.TH ${quote(name.toUpperCase())} 1 "" ${quote(`Toucan ${VERSION}`)} "Toucan"`,
    ".SH NAME",
    `${roff(name)} \\- ${roff(shape.summary)}`,
    ".SH SYNOPSIS",
    ...synopsis(shape),
    ...(shape.description ? [".SH DESCRIPTION", ...paragraphs(shape.description)] : []),
    ...body(shape, ".SH"),
    ...leaves(shape).flatMap((leaf) => [
      `.SH ${quote(leaf.words.slice(1).join(" ").toUpperCase())}`,
      `${roff(capital(leaf.summary))}.`,
      ...(leaf.description ? [".PP", ...paragraphs(leaf.description)] : []),
      ...body(leaf, ".SS"),
    ]),
    ".SH PERMISSIONS",
    "What it is built with; a call gives up at start what it does not need.",
    // A long list of names is broken at its commas, and not stretched.
    ".na",
    ...(shape.permissions?.length ? shape.permissions : ["none"])
      .flatMap((flag) => [".br", roff(flag).replaceAll(",", ",\\:")]),
    ".ad",
    ".SH EXIT STATUS",
    ...[...new Set([shape, ...leaves(shape)].flatMap((s) => s.exits))].sort((a, b) => a - b)
      .flatMap((code) => [".TP", `.B ${code}`, roff(EXIT[code])]),
  ];
  return lines.join("\n") + "\n";
}

function leaves(shape: Shape): readonly Shape[] {
  return shape.children.flatMap((child) => child.children.length > 0 ? leaves(child) : [child]);
}

function synopsis(shape: Shape): string[] {
  const ends = shape.children.length > 0 ? leaves(shape) : [shape];
  return ends.flatMap((end, i) => [
    ...(i > 0 ? [".br"] : []),
    `.B ${roff(end.words.join(" "))}`,
    ["[OPTION]...", ...end.operands.map(operandUsage)].map(roff).join(" "),
  ]);
}

function body(shape: Shape, heading: ".SH" | ".SS"): string[] {
  const lines: string[] = [];
  if (shape.operands.length > 0) {
    lines.push(`${heading} OPERANDS`);
    for (const operand of shape.operands) lines.push(".TP", `.I ${roff(operand.metavar)}`, roff(operand.help));
  }
  if (shape.children.length === 0 && shape.options.length > 0) {
    lines.push(`${heading} OPTIONS`);
    for (const [name, option] of shape.options) {
      const short = option.short ? `\\fB\\-${option.short}\\fR, ` : "";
      const value = option.kind ? ` \\fI${roff(option.kind.metavar)}\\fR` : "";
      lines.push(".TP", `${short}\\fB\\-\\-${roff(name)}\\fR${value}`, roff(optionHelp(option)));
    }
  }
  if (shape.children.length === 0 && shape.examples.length > 0) {
    lines.push(`${heading} EXAMPLES`);
    for (const { line, does } of shape.examples) lines.push(".TP", `.B ${quote(`toucan ${line}`)}`, roff(does));
  }
  return lines;
}

function paragraphs(text: string): string[] {
  return text.split("\n\n").flatMap((paragraph, i) => [...(i > 0 ? [".PP"] : []), roff(paragraph)]);
}

/** What roff would take for a command or make typographic: a command line has to survive being copied from the page. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  "\n": " ",
};

function roff(text: string): string {
  return text.replace(/[\\'`^~\n-]/g, (char) => ESCAPES[char] ?? char).replace(/^\./, "\\&.");
}

function quote(text: string): string {
  return `"${roff(text).replaceAll('"', "\\(dq")}"`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
