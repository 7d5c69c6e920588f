import { commandShape, type Shape } from "../../../lib/cli/grammar/shape.ts";
import { RELEASES } from "../../../lib/cli/project.ts";
import type { Command } from "../../../lib/cli/mod.ts";
import { type Html, markup } from "../html.ts";
import { renderMarkdown } from "../markdown.ts";
import type { Heading, Page } from "../page.ts";
import { exitSection, leaves, optionSections, permissionSection, recordSections } from "../reference.ts";
import { sections } from "../sections.ts";

/** A page of a tool, with what the start page shows of it. */
export interface ToolPage extends Page {
  readonly shape: Shape;
  /** Headings of its tasks. */
  readonly tasks: readonly Heading[];
}

/** Makes the page of a tool: its tasks from the Markdown of its room, and its reference from the record. */
export async function toolPage(
  command: Command,
  source: string | undefined,
  link: (href: string) => string,
): Promise<ToolPage> {
  const shape = await commandShape(command.tools ? { ...command, tools: {} } : command);
  const { headings, anchor, section } = sections();
  const tasks = renderMarkdown(source ?? "", { link, anchor });
  headings.push(...tasks.headings);
  const reference = [
    ...optionSections(shape, section),
    ...recordSections(shape, section),
    ...exitSection(shape, section),
    ...permissionSection(shape, section),
  ];
  const name = shape.words.join(" ");
  const page = `${command.name}.1.html`;
  const verbs = leaves(shape).map((leaf) => leaf.words.join(" ")).join(", ");
  return {
    file: `${command.name}.html`,
    title: name,
    description: `${name}: ${shape.summary}. Tasks, options, JSON records, exit codes and permissions of ${verbs}.`,
    body: markup`${tasks.body}${reference}${section(2, "Install")}${installation(command)}${section(2, "Man page")}<p><a
href="${page}">${name.replaceAll(" ", "-")}(1)</a> is what <code>${name} --man</code> prints.</p>
`,
    headings,
    shape,
    tasks: tasks.headings.filter(({ level }) => level === 2),
  };
}

/** Returns how a tool is installed alone, or all of them. */
function installation({ name, tools }: Command): Html {
  const choice = tools ? "" : ` -s -- --tool ${name}`;
  return markup`<p>${tools ? "All tools in one executable" : "This tool alone"}, on Linux and macOS;
<a href="common.html#install-and-remove">all ways to install</a>:</p>
<pre tabindex="0"><code>curl -fsSL ${RELEASES}/latest/download/install.sh | sh${choice}
</code></pre>
`;
}
