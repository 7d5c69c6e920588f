import type { Command } from "../../../lib/cli/mod.ts";
import { markup } from "../html.ts";
import type { Page } from "../page.ts";
import { type Schema, schemasOf } from "../schemas.ts";

/** Makes the page that lists the JSON Schemas, and their files by path. */
export function schemaPage(commands: readonly Command[]): { readonly page: Page; readonly files: Map<string, string> } {
  const schemas = commands.flatMap((command) =>
    [...schemasOf({ ...command, tools: undefined })].map(([path, schema]) => ({ tool: command.name, path, schema }))
  );
  const page: Page = {
    file: "schemas.html",
    title: "JSON Schemas",
    description: "JSON Schemas of all records that the tools print with --json.",
    headings: [],
    body:
      markup`<p>Each file describes one line of the output of a verb with <code>--json</code> (JSON Schema, draft 2020-12). Records
may have further fields: a minor version may add them. Every record that a test sees is validated.</p>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">schema</th><th scope="col">records of</th><th scope="col">fields</th></tr></thead>
<tbody>${
        schemas.map(({ tool, path, schema }) =>
          markup`<tr><td><a href="schemas/${path}">${path}</a></td><td>${
            titleOf(schema)
          }</td><td><a href="${tool}.html#json-records">meaning of the fields</a></td></tr>
`
        )
      }</tbody></table></div>
`,
  };
  const files = schemas.map(({ path, schema }) => [`schemas/${path}`, `${JSON.stringify(schema, null, 2)}\n`] as const);
  return { page, files: new Map(files) };
}

function titleOf({ title }: Schema): string {
  return String(title).replace(/^A line of /, "");
}
