import { EXIT } from "../exit.ts";
import { aliasesOf, takesValue } from "../grammar/alias.ts";
import type { Alias } from "../grammar/foreign_words.ts";
import type { Option } from "../grammar/option.ts";
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
    ...(described(shape) ? [".SH DESCRIPTION", ...paragraphs(described(shape))] : []),
    ...body(shape, ".SH"),
    ...leaves(shape).flatMap((leaf) => [
      `.SH ${quote(leaf.words.slice(1).join(" ").toUpperCase())}`,
      ...roffLines(`${capital(leaf.summary)}.`),
      ...(described(leaf) ? [".PP", ...paragraphs(described(leaf))] : []),
      ...body(leaf, ".SS"),
    ]),
    ...sharedObjects(runnable(shape)),
    ".SH PERMISSIONS",
    ...roffLines(
      "The most permissions that a call can need, as the command that runs it with Deno from a URL, where nothing is " +
        "installed. A call drops those that it does not need before it uses the network. The same flags are needed for " +
        `${shape.source} of a copy of the source that a server offers.${installHelp(shape)}`,
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

/** Returns how to install a tool with Deno; nothing for a verb, whose word would belong to the command. */
function installHelp({ words, run }: Shape): string {
  if (!run.at(-1)?.endsWith(".js")) return "";
  return ` "deno install --global --name ${words.join("-")}" in place of "deno run" installs the tool.`;
}

/** Everything that can be called: the tool itself, where it has a verb of its own, and all below it. */
function runnable(shape: Shape): readonly Shape[] {
  return [...(shape.runs ? [shape] : []), ...leaves(shape)];
}

function leaves(shape: Shape): readonly Shape[] {
  return shape.children.flatMap(runnable);
}

function synopsis(shape: Shape): string[] {
  return runnable(shape).flatMap((end, i) => [
    ...(i > 0 ? [".br"] : []),
    `.B ${roff(end.words.join(" "))}`,
    ...roffLines(["[OPTION]...", ...end.operands.map(operandUsage)].join(" ")),
  ]);
}

function body(shape: Shape, heading: ".SH" | ".SS"): string[] {
  const lines: string[] = [];
  if (shape.operands.length > 0) {
    lines.push(`${heading} OPERANDS`);
    for (const operand of shape.operands) {
      lines.push(".TP", `.I ${roff(operand.metavar)}`, ...roffLines(operand.help), ...below(operand.more));
    }
  }
  if (shape.runs && shape.options.length > 0) {
    lines.push(...optionLines(shape, heading));
  }
  if (shape.runs && shape.examples.length > 0) {
    lines.push(`${heading} EXAMPLES`);
    for (const { line, does } of shape.examples) lines.push(".TP", `.B ${quote(`toucan ${line}`)}`, ...roffLines(does));
  }
  return [...lines, ...(shape.runs ? jsonSection(shape, heading) : [])];
}

function paragraphs(text: string): string[] {
  return text.split("\n\n").flatMap((paragraph, i) => [...(i > 0 ? [".PP"] : []), ...roffLines(paragraph)]);
}

/** The options by group; where they are a part of a section already, each group is a part of its own. */
function optionLines({ groups, accepted }: Shape, heading: ".SH" | ".SS"): string[] {
  const title = (name: string) => `.SS ${quote(heading === ".SH" ? capital(name) : `${capital(name)} options`)}`;
  return [
    ...(heading === ".SH" ? [`${heading} OPTIONS`] : []),
    ...groups.flatMap(({ title: name, options }) => [
      ...(heading === ".SH" && groups.length === 1 ? [] : [title(name)]),
      ...options.flatMap(optionEntry),
    ]),
    ...(accepted.length === 0 ? [] : [
      `.SS ${quote("Accepted without effect")}`,
      ...roffLines("These are accepted because other programs have them:"),
      ...[...Map.groupBy(accepted, ([, { why }]) => why)].flatMap(([why, entries]) => [
        ".TP",
        `.B ${entries.map(([written]) => roff(written)).join(", ")}`,
        ...roffLines(why),
      ]),
    ]),
  ];
}

function optionEntry([name, option]: Shape["options"][number]): string[] {
  const short = option.short ? `\\fB\\-${option.short}\\fR, ` : "";
  const value = option.kind ? ` \\fI${roff(option.kind.metavar)}\\fR` : "";
  const aliases = aliasesOf(option);
  return [
    ".TP",
    `${short}\\fB\\-\\-${roff(name)}\\fR${value}`,
    ...roffLines(optionHelp(option)),
    ...below(option.more),
    ...below(
      aliases.length === 0 ? undefined : `Also: ${aliases.map((alias) => aliasUsage(option, alias)).join(", ")}.`,
    ),
  ];
}

/** An alias as a reference shows it: `-A TEXT (as "User-Agent: TEXT")`. */
function aliasUsage(option: Option, alias: Alias): string {
  const { written: word, prefix, value } = alias;
  const metavar = option.kind?.metavar ?? "-";
  const written = word.endsWith("…") ? `${word.slice(0, -1)}${metavar}` : word;
  if (value !== undefined) return `${written} (for ${value})`;
  if (prefix !== undefined) return `${written} VALUE (for "${prefix}VALUE")`;
  return option.kind || !takesValue({ option, alias }) ? written : `${written} ${metavar}`;
}

/** Everything that describes a tool or verb: what help has as well, and the rest. */
function described({ description, more }: Shape): string {
  return [description, more].filter(Boolean).join("\n\n");
}

/** Further paragraphs of an entry. */
function below(more: string | undefined): string[] {
  return more?.split("\n\n").flatMap((paragraph) => [".IP", ...roffLines(paragraph)]) ?? [];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
