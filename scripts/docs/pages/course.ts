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
  const { title, lead, body, headings } = renderMarkdown(source, { link, insert: (_kind, name) => drawings.get(name) });
  return { file: "course.html", title, description: lead, body, headings };
}
