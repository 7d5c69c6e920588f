import { EXIT } from "../exit.ts";
import { operandUsage, optionHelp, optionUsage, type Shape } from "../grammar/shape.ts";
import { pad, type Style, wrap } from "./style.ts";

/** The help of a tool or verb, laid out for a terminal of `width` columns. */
export function helpText(shape: Shape, style: Style, width = 100): string {
  const name = shape.words.join(" ");
  const sections = [
    `${style.bold(name)}: ${shape.summary}`,
    section(style, "usage", usage(shape, name)),
    ...(shape.description?.split("\n\n") ?? []).map((text) => wrap(text, width).join("\n")),
    section(style, shape.words.length === 1 ? "tools" : "verbs", children(shape, width)),
    section(style, "operands", pairs(shape.operands.map((o) => [operandUsage(o), o.help]), width)),
    section(style, "options", pairs(shape.options.map(([n, o]) => [optionUsage(n, o), optionHelp(o)]), width)),
    section(style, "examples", shape.examples.flatMap(({ line, does }) => [`  toucan ${line}`, `      ${does}`])),
    section(style, "JSON fields", shape.records.length > 0 ? [`  see ${name} --man`] : []),
    section(
      style,
      "from a URL, with the most permissions that a call can need",
      shape.run.map((line) => `  ${line}`),
    ),
    section(style, "exit codes", pairs(shape.exits.map((code) => [String(code), EXIT[code]]), width)),
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

function section(style: Style, title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [style.bold(`${title}:`), ...lines].join("\n");
}

function usage(shape: Shape, name: string): string[] {
  if (shape.children.length === 0) {
    return [`  ${[name, "[OPTION]...", ...shape.operands.map(operandUsage)].join(" ")}`];
  }
  const umbrella = shape.words.length === 1;
  return [`  ${name} ${umbrella ? "TOOL" : "VERB"} ...`, `  ${name} help [${umbrella ? "TOOL [VERB]" : "VERB"}]`];
}

function children(shape: Shape, width: number): string[] {
  return pairs(shape.children.map((child) => [child.words.at(-1) ?? "", child.summary]), width);
}

/** Terms and what is said of them; what does not fit beside a long term stands below it. */
function pairs(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.min(30, Math.max(0, ...rows.map(([term]) => term.length)));
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
