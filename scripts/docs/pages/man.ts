import { markup } from "../html.ts";
import { manHtml } from "../man_html.ts";
import type { Page } from "../page.ts";

/** Makes the page of a tool's man page, as `tests/golden` has it. */
export function manPageOf(tool: string, source: string): Page {
  const name = tool === "toucan" ? tool : `toucan-${tool}`;
  const { body, headings } = manHtml(source);
  return {
    file: `${tool}.1.html`,
    title: `${name}(1)`,
    description: `The man page of ${name}.`,
    body:
      markup`<p>This is what <code>${name} --man</code> prints; <a href="${tool}.html">the page of the tool</a> has examples
with their output.</p>
${body}`,
    headings,
  };
}
