import { EXIT } from "../exit.ts";
import { operandUsage, optionHelp, type Shape } from "../grammar/shape.ts";
import { jsonSection, sharedObjects } from "./man_json.ts";
import { quote, roff, roffLines, wrapRoff } from "./roff.ts";
import { RELEASED, VERSION } from "../version.ts";

/** The man page (man(7)) of a tool, with its verbs as sections, or of one verb. */
export function manPage(shape: Shape): string {
  const name = shape.words.join("-");
  const lines = [
    `.TH ${quote(name.toUpperCase())} 1 "${RELEASED}" ${quote(`Toucan ${VERSION}`)} "Toucan"`,
    ".SH NAME",
    ...wrapRoff(`${roff(name)} \\- ${roff(shape.summary)}`),
    ".SH SYNOPSIS",
    ...synopsis(shape),
    ...(shape.description ? [".SH DESCRIPTION", ...paragraphs(shape.description)] : []),
    ...body(shape, ".SH"),
    ...leaves(shape).flatMap((leaf) => [
      `.SH ${quote(leaf.words.slice(1).join(" ").toUpperCase())}`,
      ...roffLines(`${capital(leaf.summary)}.`),
      ...(leaf.description ? [".PP", ...paragraphs(leaf.description)] : []),
      ...body(leaf, ".SS"),
    ]),
    ...sharedObjects(shape.children.length > 0 ? leaves(shape) : [shape]),
    ".SH PERMISSIONS",
    ...roffLines(
      "The most permissions that a call can need, as the command that runs it from a URL. A call drops those that it " +
        "does not need before it uses the network.",
    ),
    ".PP",
    // A long list of names is broken at its commas, and not stretched.
    ".na",
    ...shape.run.flatMap((line, i) => [...(i > 0 ? [".br"] : []), ...roffLines(line)]),
    ".ad",
    ".SH EXIT STATUS",
    ...[...new Set([shape, ...leaves(shape)].flatMap((s) => s.exits))].sort((a, b) => a - b)
      .flatMap((code) => [".TP", `.B ${code}`, ...roffLines(EXIT[code])]),
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
    ...roffLines(["[OPTION]...", ...end.operands.map(operandUsage)].join(" ")),
  ]);
}

function body(shape: Shape, heading: ".SH" | ".SS"): string[] {
  const lines: string[] = [];
  if (shape.operands.length > 0) {
    lines.push(`${heading} OPERANDS`);
    for (const operand of shape.operands) lines.push(".TP", `.I ${roff(operand.metavar)}`, ...roffLines(operand.help));
  }
  if (shape.children.length === 0 && shape.options.length > 0) {
    lines.push(`${heading} OPTIONS`);
    for (const [name, option] of shape.options) {
      const short = option.short ? `\\fB\\-${option.short}\\fR, ` : "";
      const value = option.kind ? ` \\fI${roff(option.kind.metavar)}\\fR` : "";
      lines.push(".TP", `${short}\\fB\\-\\-${roff(name)}\\fR${value}`, ...roffLines(optionHelp(option)));
    }
  }
  if (shape.children.length === 0 && shape.examples.length > 0) {
    lines.push(`${heading} EXAMPLES`);
    for (const { line, does } of shape.examples) lines.push(".TP", `.B ${quote(`toucan ${line}`)}`, ...roffLines(does));
  }
  return [...lines, ...(shape.children.length === 0 ? jsonSection(shape, heading) : [])];
}

function paragraphs(text: string): string[] {
  return text.split("\n\n").flatMap((paragraph, i) => [...(i > 0 ? [".PP"] : []), ...roffLines(paragraph)]);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
