import { PROJECT } from "../../lib/cli/project.ts";
import { ROOT } from "../root.ts";

/** Rooms of tools whose room has another name. */
const ROOMS: Readonly<Record<string, string>> = { resolve: "dns", toucan: "tour" };

/** Returns the path of the Markdown with the tasks of a tool. */
export function toolDocument(tool: string): string {
  return `lib/${ROOMS[tool] ?? tool}/README.md`;
}

/** Pages that are made of one document each: file, path of the document, and its title if the document has another. */
export const DOCUMENT_PAGES: readonly (readonly [file: string, path: string, title?: string])[] = [
  ["common.html", "lib/cli/README.md"],
  ["codes.html", "lib/check/codes.md"],
  ["library.html", "lib/README.md"],
  ["dependencies.html", "lib/deps/README.md"],
  ["security.html", "SECURITY.md"],
  ["internals.html", "CONTRIBUTING.md", "Internals"],
  ["changes.html", "CHANGELOG.md", "Changes"],
];

/** Returns the text of a file of the repository; undefined if it does not exist. Permission: read. */
export async function sourceText(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(ROOT + path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Returns a function that turns the links of a document into links of the site, or of the repository. */
export function linksOf(path: string, pages: ReadonlyMap<string, string>): (href: string) => string {
  return (href) => {
    if (/^(?:[a-z]+:|#)/i.test(href)) return href;
    const [file = "", hash] = href.split("#");
    const target = decodeURIComponent(new URL(file, `file:///${path}`).pathname.slice(1));
    const page = pages.get(target);
    const anchor = hash === undefined ? "" : `#${hash}`;
    return page === undefined ? `${PROJECT}/blob/main/${target}${anchor}` : page + anchor;
  };
}
