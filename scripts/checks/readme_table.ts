import type { Command } from "../../lib/cli/grammar/command.ts";
import { markdownTable } from "../../lib/cli/render/help.ts";
import { commandShape } from "../../lib/cli/grammar/shape.ts";

/** Marks around a table that is made from sources. */
export interface TableMarks {
  /** Comment in front of it. */
  readonly start: string;
  /** Comment behind it. */
  readonly end: string;
}

/** Marks of the table of tools. */
export const TOOLS_MARKS: TableMarks = {
  start: "<!-- tools: made from cmd/*.ts by scripts/readme_table.ts -->",
  end: "<!-- /tools -->",
};

/** Returns the table of tools in Markdown, with the verbs of the umbrella last. */
export async function readmeTable(commands: readonly Command[]): Promise<string> {
  const tools = commands.filter((command) => !command.tools);
  const own = commands.filter((command) => command.tools).map((command) => ({ ...command, tools: {} }));
  return markdownTable(await Promise.all([...tools, ...own].map((command) => commandShape(command))));
}

/** Returns the text with the table between its two marks. Throws an error if a mark is missing. */
export function withTable(text: string, table: string, marks: TableMarks = TOOLS_MARKS): string {
  const start = text.indexOf(marks.start);
  const end = text.indexOf(marks.end);
  if (start < 0 || end < start) throw new Error(`the document lacks "${marks.start}" or "${marks.end}"`);
  const [from, to] = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"];
  return `${text.slice(0, start)}${marks.start}\n\n${from}\n\n${table}\n\n${to}\n\n${text.slice(end)}`;
}
