import { escapeHtml, Html } from "./html.ts";
import { headingHtml } from "./markdown.ts";
import type { Heading } from "./page.ts";
import { uniqueSlugs } from "./slug.ts";

/** A heading, a paragraph, or an entry of a list with its paragraphs; all texts are HTML. */
type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "text"; readonly lines: string[] }
  | { readonly kind: "item"; term?: string; readonly paragraphs: string[][] };

/** Converts a man page as `lib/cli/render/man.ts` writes it, which uses a small part of man(7). */
export function manHtml(source: string): { readonly body: Html; readonly headings: readonly Heading[] } {
  const headings: Heading[] = [];
  const anchor = uniqueSlugs();
  const parts: string[] = [];
  let list = false;
  for (const block of blocks(source)) {
    if (list !== (block.kind === "item")) parts.push(list ? "</dl>" : "<dl>");
    list = block.kind === "item";
    if (block.kind === "heading") {
      const heading = { level: block.level, text: plain(block.text), id: anchor(plain(block.text)) };
      headings.push(heading);
      parts.push(headingHtml(heading, block.text).trim());
    } else if (block.kind === "text") parts.push(`<p>${joined(block.lines)}</p>`);
    else {
      const paragraphs = block.paragraphs.filter((lines) => lines.length > 0).map((lines) => `<p>${joined(lines)}</p>`);
      parts.push(`<dt>${block.term ?? ""}</dt><dd>${paragraphs.join("")}</dd>`);
    }
  }
  return { body: new Html(parts.join("\n") + (list ? "\n</dl>\n" : "\n")), headings };
}

function blocks(source: string): Block[] {
  const made: Block[] = [];
  let open: Block | undefined;
  const start = (block: Block) => {
    made.push(block);
    open = block.kind === "heading" ? undefined : block;
  };
  const add = (line: string) => {
    if (open?.kind === "item") {
      if (open.term === undefined) open.term = line;
      else open.paragraphs.at(-1)?.push(line);
    } else if (open?.kind === "text") open.lines.push(line);
    else start({ kind: "text", lines: [line] });
  };
  for (const line of source.trimEnd().split("\n")) {
    const [, request, rest = ""] = /^\.(\S+) ?(.*)$/.exec(line) ?? [];
    const text = inline(request === undefined ? line : rest.replace(/^"(.*)"$/, "$1"));
    switch (request) {
      case undefined:
        add(text);
        break;
      case "SH":
      case "SS":
        start({ kind: "heading", level: request === "SH" ? 2 : 3, text });
        break;
      case "TP":
        start({ kind: "item", paragraphs: [[]] });
        break;
      case "IP":
        if (open?.kind === "item") open.paragraphs.push([]);
        break;
      case "B":
        add(`<b>${text}</b>`);
        break;
      case "I":
        add(`<i>${text}</i>`);
        break;
      case "br":
        add("<br>");
        break;
      case "PP":
      case "RS":
      case "RE":
        open = undefined;
        break;
      case "TH":
      case "na":
      case "ad":
        break;
      default:
        throw new Error(`a man page has the request ".${request}", which scripts/docs/man_html.ts does not know`);
    }
  }
  return made;
}

/** Joins the input lines of a paragraph; `\c` at the end of one joins it with the next without a space. */
function joined(lines: readonly string[]): string {
  return lines.join("\n").replaceAll("\\c\n", "").replaceAll("\\c", "");
}

const CHARACTERS: Readonly<Record<string, string>> = {
  "\\-": "-",
  "\\e": "\\",
  "\\(aq": "'",
  "\\(dq": "&quot;",
  "\\(ga": "`",
  "\\(ha": "^",
  "\\(ti": "~",
  "\\&": "",
  "\\:": "<wbr>",
};

/** Converts the escapes of an input line: fonts and characters. */
function inline(text: string): string {
  let font = "";
  const change = (to: string) => {
    const tags = (font && `</${font}>`) + (to && `<${to}>`);
    font = to;
    return tags;
  };
  const made = text.split(/(\\f[BIR]|\\\(..|\\\[u[0-9A-F]+\]|\\[-e&:])/).map((piece) => {
    if (piece === "\\fB") return change("b");
    if (piece === "\\fI") return change("i");
    if (piece === "\\fR") return change("");
    const [, code] = /^\\\[u([0-9A-F]+)\]$/.exec(piece) ?? [];
    if (code !== undefined) return escapeHtml(String.fromCodePoint(parseInt(code, 16)));
    return CHARACTERS[piece] ?? escapeHtml(piece);
  }).join("") + change("");
  // A browser would break a line between the dashes of an option.
  return made.replaceAll(/(?<=^|[\s(])--[a-z][\w-]*/g, '<span class="word">$&</span>');
}

function plain(html: string): string {
  return html.replaceAll(/<[^>]*>/g, "").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
