import type { Command } from "../../../lib/cli/mod.ts";
import { markup } from "../html.ts";
import { renderMarkdown } from "../markdown.ts";
import type { Page } from "../page.ts";
import { sandboxPage as sandboxDocument } from "../sandbox.ts";

/** Makes the page of the sandbox: what each verb may do, from the records, and what is tried and refused. */
export function sandboxPage(commands: readonly Command[]): Page {
  const { title, body, headings } = renderMarkdown(sandboxDocument(commands));
  return {
    file: "sandbox.html",
    title,
    description: "What each tool may do, and what a call drops before it uses the network.",
    headings,
    body: markup`${body}
<p><a href="security.html">Security</a> has the threats that the tools are made for, and how to report a fault.</p>
`,
  };
}
