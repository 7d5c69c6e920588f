import { Marked, type Token, type Tokens } from "marked";
import { escapeHtml, Html } from "./html.ts";
import type { Heading } from "./page.ts";
import { uniqueSlugs } from "./slug.ts";
import { transcriptHtml } from "./transcript_html.ts";

/** A document in HTML. */
export interface Document {
  /** Text of its first heading of level 1, which is not part of the body. */
  readonly title: string;
  /** Its first paragraph as text. */
  readonly lead: string;
  readonly body: Html;
  readonly headings: readonly Heading[];
}

/** Options of {@link renderMarkdown}. */
export interface MarkdownOptions {
  /** Returns the address of a link. */
  readonly link?: (href: string) => string;
  /** Number of levels by which headings are lowered. */
  readonly lower?: number;
  /** Returns what stands in place of the comment `<!-- KIND: NAME -->`. */
  readonly insert?: (kind: string, name: string) => Html | undefined;
  /** Returns the anchor of a heading; by default one of its own in this document. */
  readonly anchor?: (text: string) => string;
}

/** Converts GitHub-flavoured Markdown. HTML in it is kept, its comments are removed. */
export function renderMarkdown(source: string, options: MarkdownOptions = {}): Document {
  const { link = (href) => href, lower = 0, insert = () => undefined, anchor = uniqueSlugs() } = options;
  const headings: Heading[] = [];
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      heading({ tokens, depth }) {
        if (depth === 1) return "";
        const level = depth + lower;
        const text = plainText(tokens);
        const id = anchor(text);
        headings.push({ level, text, id });
        return headingHtml({ level, text, id }, this.parser.parseInline(tokens));
      },
      code: ({ text, lang = "" }) => codeHtml(text, lang),
      link({ href, tokens }) {
        return `<a href="${escapeHtml(link(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      table(token) {
        return tableHtml(token, (tokens) => this.parser.parseInline(tokens));
      },
      html: ({ text }) =>
        text.replaceAll(/<!-- (\w+): (\w+) -->/g, (_comment, kind, name) => insert(kind, name)?.text ?? "")
          .replaceAll(/<!--[^]*?-->\n?/g, ""),
    },
  });
  const tokens = marked.lexer(source);
  const body = new Html(marked.parser(tokens));
  const title = tokens.find((token): token is Tokens.Heading => token.type === "heading" && token.depth === 1);
  const lead = tokens.find((token): token is Tokens.Paragraph => token.type === "paragraph");
  return { title: plainText(title?.tokens ?? []), lead: plainText(lead?.tokens ?? []), body, headings };
}

/** Returns the tag of a heading with a link to itself. */
export function headingHtml({ level, text, id }: Heading, inner: string = escapeHtml(text)): string {
  return `<h${level} id="${id}">${inner} <a class="anchor" href="#${id}" aria-label="Link to this section">#</a></h${level}>\n`;
}

/** Returns the text of tokens without markup. */
export function plainText(tokens: readonly Token[]): string {
  return tokens.map((token) => {
    if ("tokens" in token && token.tokens) return plainText(token.tokens);
    return token.type === "br" ? " " : "text" in token ? String(token.text) : token.raw;
  }).join("").replaceAll(/\s+/g, " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"').replaceAll("&#39;", "'");
}

/** Returns the block of code, with prompts that are not copied where it is a transcript; words behind the language are a caption. */
function codeHtml(text: string, lang: string): string {
  const [language = "", ...words] = lang.split(" ");
  if (language === "console") return transcriptHtml(text, words);
  const caption = words.includes("ignore") ? "" : words.join(" ");
  const name = language === "" ? "" : ` class="language-${escapeHtml(language)}"`;
  const block = `<pre tabindex="0"><code${name}>${escapeHtml(text)}\n</code></pre>`;
  return caption === "" ? `${block}\n` : `<figure><figcaption>${escapeHtml(caption)}</figcaption>${block}</figure>\n`;
}

/** Returns a table in a box of its own, which scrolls on a narrow screen. */
function tableHtml({ header, rows }: Tokens.Table, inline: (tokens: Token[]) => string): string {
  const head = header.map((cell) => `<th scope="col">${inline(cell.tokens)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${inline(cell.tokens)}</td>`).join("")}</tr>`);
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead>\n<tbody>${
    body.join("\n")
  }</tbody></table></div>\n`;
}
