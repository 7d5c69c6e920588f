import type { Command } from "../../lib/cli/grammar/command.ts";
import { markdownTable } from "../../lib/cli/render/help.ts";
import { commandShape } from "../../lib/cli/grammar/shape.ts";

const START = "<!-- tools: made from cmd/*.ts by scripts/readme_table.ts -->";
const END = "<!-- /tools -->";

/** Returns the table of tools in Markdown, with the verbs of the umbrella last. */
export async function readmeTable(commands: readonly Command[]): Promise<string> {
  const tools = commands.filter((command) => !command.tools);
  const own = commands.filter((command) => command.tools).map((command) => ({ ...command, tools: {} }));
  return markdownTable(await Promise.all([...tools, ...own].map((command) => commandShape(command))));
}

/** Returns the text with the table between its two marks. Throws an error if a mark is missing. */
export function withTable(text: string, table: string): string {
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the README lacks "${START}" or "${END}"`);
  const [from, to] = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"];
  return `${text.slice(0, start)}${START}\n\n${from}\n\n${table}\n\n${to}\n\n${text.slice(end)}`;
}
