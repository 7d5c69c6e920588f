import * as toucan from "../../../mod.ts";
import { PROJECT } from "../../../lib/cli/project.ts";
import { VERSION } from "../../../lib/cli/version.ts";
import { runExchange } from "../course/exchanges.ts";
import { ladder } from "../course/ladder.ts";
import type { Html } from "../html.ts";
import { renderMarkdown } from "../markdown.ts";
import type { Page } from "../page.ts";

/** Makes the page of the course: its document, with each exchange drawn from a run. Permissions: net, and a temporary folder. */
export async function coursePage(source: string, link: (href: string) => string): Promise<Page> {
  const drawings = new Map<string, Html>();
  for (const [, name = ""] of source.matchAll(/^<!-- exchange: (\w+) -->$/gm)) {
    drawings.set(name, ladder(await runExchange(name)));
  }
  const { title, lead, body, headings } = renderMarkdown(withImports(source), {
    link,
    insert: (_kind, name) => drawings.get(name),
  });
  return { file: "course.html", title, description: lead, body, headings };
}

/** Where a program imports the library of this version from; the runtime permits this host without a flag. */
const LIBRARY = `${PROJECT.replace("https://github.com", "https://raw.githubusercontent.com")}/v${VERSION}/mod.ts`;

/** Puts the import of the names that it uses in front of each program. */
function withImports(source: string): string {
  return source.replaceAll(/^```ts ignore\n([^]*?)^```$/gm, (block, code: string) => {
    const names = Object.keys(toucan).filter((name) => new RegExp(`\\b${name}\\(`).test(code));
    return block.replace("\n", () => `\nimport { ${names.join(", ")} } from "${LIBRARY}";\n\n`);
  });
}
