import { operandUsage, optionLine, optionUsage, type Shape } from "../grammar/shape.ts";
import type { Option } from "../grammar/option.ts";
import { pad, type Style, wrap } from "./style.ts";

/** The columns of a text that is not for a terminal. */
export const COLUMNS = 80;

/** The lines of the smallest terminal. */
const SCREEN_LINES = 24;

/** Returns all options of a tool or verb by group, with its examples, for a terminal of `width` columns: `--help`. */
export function helpText(shape: Shape, style: Style, width = COLUMNS): string {
  const name = nameOf(shape);
  const [about] = shape.description?.split("\n\n") ?? [];
  return joined([
    title(shape, style, width),
    section(style, "usage", usage(shape)),
    about === undefined ? "" : wrap(about, width).join("\n"),
    childSection(shape, style, width),
    section(style, "operands", pairs(shape.operands.map((o) => [operandUsage(o), o.help]), width)),
    ...optionSections(shape, style, width),
    section(style, "examples", shape.examples.flatMap((example) => exampleLines(example, width))),
    section(
      style,
      "exit codes",
      !shape.runs ? [] : pairs(shape.ownExits.map(([code, text]) => [String(code), text]), width),
    ),
    section(style, "run with Deno from a URL", shape.run.map((line) => `  ${line}`)),
    wrap(`${name} --man: the rest, such as ${rest(shape)}.`, width).join("\n"),
  ]);
}

/** Returns the everyday options of a tool or verb with three examples, on one screen of 24 lines: `-h`. */
export function shortHelp(shape: Shape, style: Style, width = COLUMNS): string {
  const examples = shape.examples.slice(0, 3);
  const withExamples = (lines: readonly string[]) =>
    joined([
      title(shape, style, width),
      `${style.bold("usage:")} ${(usage(shape)[0] ?? "").trim()}`,
      childSection(shape, style, width),
      section(style, "options", optionPairs(shape.everyday, width)),
      section(style, "examples", lines),
      shape.runs
        ? "--help lists all options, --man prints the man page"
        : `${usage(shape)[1]?.trim()} describes each, --man prints the man page`,
    ]);
  const full = withExamples(examples.flatMap((example) => exampleLines(example, width)));
  if (full.split("\n").length <= SCREEN_LINES) return full;
  return withExamples(examples.flatMap(({ line }) => shellLines(`toucan ${line}`, width)));
}

function joined(sections: readonly string[]): string {
  return sections.filter((text) => text !== "").join("\n\n");
}

function nameOf({ words }: Shape): string {
  return words.join(" ");
}

function title(shape: Shape, style: Style, width: number): string {
  const name = nameOf(shape);
  return wrap(`${name}: ${shape.summary}`, width).join("\n").replace(name, style.bold(name));
}

function section(style: Style, title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [style.bold(`${title}:`), ...lines].join("\n");
}

function usage(shape: Shape): string[] {
  const name = nameOf(shape);
  if (shape.runs) {
    const verbs = shape.children.map(({ words }) => `  ${words.join(" ")} ...`);
    return [`  ${[name, "[OPTION]...", ...shape.operands.map(operandUsage)].join(" ")}`, ...verbs];
  }
  const umbrella = shape.words.length === 1;
  return [`  ${name} ${umbrella ? "TOOL" : "VERB"} ...`, `  ${name} help [${umbrella ? "TOOL [VERB]" : "VERB"}]`];
}

function childSection(shape: Shape, style: Style, width: number): string {
  const rows = shape.children.map((child) => [child.words.at(-1) ?? "", child.summary] as const);
  return section(style, shape.words.length === 1 ? "tools" : "verbs", pairs(rows, width));
}

function optionSections(shape: Shape, style: Style, width: number): string[] {
  const { groups } = shape;
  const all = groups.flatMap(({ options }) => options);
  const left = columnOf(all.map(([name, option]) => optionUsage(name, option)), width);
  return groups.map(({ title, options }) =>
    section(style, groups.length === 1 ? "options" : `${title} options`, optionPairs(options, width, left))
  );
}

function optionPairs(options: readonly (readonly [string, Option])[], width: number, left?: number): string[] {
  return pairs(options.map(([name, option]) => [optionUsage(name, option), optionLine(option)]), width, left);
}

function exampleLines({ line, does }: Shape["examples"][number], width: number): string[] {
  return [...shellLines(`toucan ${line}`, width), ...wrap(does, width - 6).map((part) => `      ${part}`)];
}

/** A command line as lines of a shell, broken between its words. */
function shellLines(line: string, width: number): string[] {
  const lines: string[] = [];
  // An option and its value stay together.
  for (const word of line.match(/(?:-\S+ (?=[^\s-]))?(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []) {
    const last = lines.at(-1);
    // Room for the backslash that joins a line with the next.
    if (last !== undefined && last.length + word.length + 3 <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? `  ${word}` : `    ${word}`);
  }
  return lines.map((text, index) => index < lines.length - 1 ? `${text} \\` : text);
}

/** Contents that only the man page has. */
function rest(shape: Shape): string {
  const fields = shape.records.length > 0 ? ["JSON fields"] : [];
  const what = ["details", "other names of options", ...fields, "permissions"];
  return `${what.join(", ")} and all exit codes`;
}

/** The width of a column of terms: that of the widest, but of a long one only where there is room beside it. */
function columnOf(terms: readonly string[], width: number): number {
  return Math.min(width < 100 ? 26 : 30, Math.max(0, ...terms.map((term) => term.length)));
}

/** Terms and what is said of them; what does not fit beside a long term stands below it. */
function pairs(
  rows: readonly (readonly [string, string])[],
  width: number,
  left = columnOf(rows.map(([term]) => term), width),
): string[] {
  return rows.flatMap(([term, text]) => {
    const [first = "", ...more] = wrap(text, Math.max(20, width - left - 4));
    const rest = more.map((line) => " ".repeat(left + 4) + line);
    if (term.length > left) return [`  ${term}`, " ".repeat(left + 4) + first, ...rest];
    return [`  ${pad(term, left)}  ${first}`, ...rest];
  });
}

/** A table of tools for a README, in Markdown. */
export function markdownTable(shapes: readonly Shape[]): string {
  const rows = shapes.map((shape) => {
    const verbs = shape.children.map((child) => `\`${child.words.at(-1)}\``).join(" ");
    return `| \`${shape.words.join(" ")}\` | ${verbs || "–"} | ${shape.summary} |`;
  });
  return ["| tool | verbs | what it does |", "|---|---|---|", ...rows].join("\n");
}
