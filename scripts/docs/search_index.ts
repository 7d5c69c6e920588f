import type { Page } from "./page.ts";

/** Maximum length of the text of a section in the index. */
const MAX_TEXT_LENGTH = 3000;

/** Returns the script that holds the search index: address, page, heading and text of each section. */
export function searchIndex(pages: readonly Page[]): string {
  const entries = pages.flatMap(({ file, title, body, headings }) => {
    const [before = "", ...rest] = body.text.split(/(?=<h[2-4] id=")/);
    const own = [file, title, "", plain(before)];
    // The sections of a man page are on the page of its tool, too.
    if (file.endsWith(".1.html")) return [own];
    return [
      own,
      ...rest.map((part) => {
        const [, id = ""] = /^<h[2-4] id="([^"]*)"/.exec(part) ?? [];
        const heading = headings.find((one) => one.id === id)?.text ?? "";
        return [`${file}#${id}`, title, heading, plain(part.replace(/^<h\d[^]*?<\/h\d>/, ""))];
      }),
    ];
  });
  return `globalThis.toucanIndex = ${JSON.stringify(entries).replaceAll("</", "<\\/")};\n`;
}

function plain(html: string): string {
  return html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&amp;", "&").trim().slice(0, MAX_TEXT_LENGTH);
}
