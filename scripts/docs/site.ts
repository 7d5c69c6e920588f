import { VERSION } from "../../lib/cli/version.ts";
import { records } from "../records.ts";
import { markup } from "./html.ts";
import { document } from "./layout.ts";
import { libraryLinks } from "./library.ts";
import { renderMarkdown } from "./markdown.ts";
import type { NavigationGroup, Page } from "./page.ts";
import { cookbookPage } from "./pages/cookbook.ts";
import { coursePage } from "./pages/course.ts";
import { manPageOf } from "./pages/man.ts";
import { schemaPage } from "./pages/schemas.ts";
import { startPage } from "./pages/start.ts";
import { toolPage } from "./pages/tool.ts";
import { sandboxPage } from "./sandbox.ts";
import { searchIndex } from "./search_index.ts";
import { DOCUMENT_PAGES, linksOf, sourceText, toolDocument } from "./source.ts";

const COURSE = "lib/tour/course.md";

/** Returns the pages of the site and its search index, by file name. Permission: read, and net for the tour on loopback. */
export async function siteFiles(): Promise<Map<string, string>> {
  const commands = await records();
  const pageOf = new Map<string, string>([
    ["README.md", "index.html"],
    [COURSE, "course.html"],
    ["scripts/docs/schemas.ts", "schemas.html"],
    ...DOCUMENT_PAGES.map(([file, path]) => [path, file] as const),
    ...commands.map(({ name }) => [toolDocument(name), `${name}.html`] as const),
  ]);
  const tools = await Promise.all(commands.map(async (command) => {
    const path = toolDocument(command.name);
    return toolPage(command, await sourceText(path), linksOf(path, pageOf));
  }));
  const manPages = await Promise.all(
    commands.map(async ({ name }) => manPageOf(name, await sourceText(`tests/golden/${name}.man.txt`) ?? "")),
  );
  const documents = await Promise.all(
    DOCUMENT_PAGES.map(([file, path, title]) => documentPage(file, path, title, pageOf)),
  );
  const course = await coursePage(await sourceText(COURSE) ?? "", linksOf(COURSE, pageOf));
  const known = documents.filter((page) => page !== undefined);
  const readme = await sourceText("README.md") ?? "";
  const start = startPage(readme, await sourceText(".github/terminal.svg"), tools, linksOf("README.md", pageOf));
  const schemas = schemaPage(commands);
  const pages = [
    start,
    ...tools,
    cookbookPage(),
    course,
    schemas.page,
    markdownPage("sandbox.html", sandboxPage(commands)),
    ...known,
    ...manPages,
  ];
  const navigation = navigationOf(tools, pages);
  const files = new Map(pages.map((page) => [page.file, document(page, navigation, VERSION)]));
  for (const [path, text] of schemas.files) files.set(path, text);
  files.set("search.js", searchIndex(pages));
  return files;
}

/** Makes the page of a document; nothing if the document does not exist. */
async function documentPage(
  file: string,
  path: string,
  title: string | undefined,
  pageOf: ReadonlyMap<string, string>,
): Promise<Page | undefined> {
  const source = await sourceText(path);
  if (source === undefined) return undefined;
  const page = markdownPage(file, source, linksOf(path, pageOf));
  return {
    ...page,
    title: title ?? page.title,
    body: markup`${file === "library.html" ? libraryLinks() : undefined}${page.body}`,
  };
}

/** Makes a page of Markdown. */
function markdownPage(file: string, source: string, link?: (href: string) => string): Page {
  const { title, lead, body, headings } = renderMarkdown(source, { link });
  return { file, title, description: lead, body, headings };
}

/** The pages behind the tools in the navigation. */
const GROUPS: readonly (readonly [title: string, files: readonly string[]])[] = [
  ["Learn", ["cookbook.html", "course.html"]],
  ["Reference", ["common.html", "schemas.html", "sandbox.html", "security.html"]],
  ["Develop", ["library.html", "codes.html", "dependencies.html", "internals.html", "changes.html"]],
];

function navigationOf(tools: readonly Page[], pages: readonly Page[]): NavigationGroup[] {
  const link = ({ file, title }: Page) => ({ file, text: title });
  const short = ({ file, title }: Page) => ({ file, text: title.replace(/^toucan (?=.)/, "") });
  const named = (page: Page) =>
    page.file === "course.html" ? { ...link(page), text: "Course: ten programs" } : link(page);
  const rest = GROUPS.map(([title, files]) => ({
    title,
    links: files.flatMap((file) => pages.filter((page) => page.file === file).map(named)),
  }));
  return [
    { title: "Start", links: pages.slice(0, 1).map((page) => ({ ...link(page), text: "Get started" })) },
    { title: "Tools", links: tools.map(short) },
    ...rest.filter(({ links }) => links.length > 0),
  ];
}
