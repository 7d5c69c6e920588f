import { parseFragment } from "../../deps/html.ts";

/** A piece of a page: text, or a tag. */
export type HtmlToken =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "start" | "end"; readonly name: string; readonly attribute: (name: string) => string | undefined };

/** Elements whose content is plain text. */
const RAW = /^(?:script|style|title|iframe|xmp|noembed|noframes)$/;
/** Characters of a tag in which its attributes are looked for. */
const MAX_ATTRIBUTES = 8192;
const NAME = /[a-z][^\s/>]{0,60}/iy;
const TAG_MARK = /[>"']/g;

/**
 * Splits a page into text and tags, in time proportional to its length whatever it contains: parse5 takes 26 s for 66 KB of unclosed
 * formatting elements, and squares the number of a tag's attributes. The content of scripts, styles and titles is left out.
 */
export function* htmlTokens(html: string): Generator<HtmlToken> {
  for (let at = 0; at < html.length;) {
    const open = html.indexOf("<", at);
    if (open < 0) return yield textOf(html.slice(at));
    if (open > at) yield textOf(html.slice(at, open));
    const next = html[open + 1] ?? "";
    if (next === "!" || next === "?") {
      at = after(html, html.startsWith("<!--", open) ? "-->" : ">", open + 2);
      continue;
    }
    const end = next === "/";
    NAME.lastIndex = open + (end ? 2 : 1);
    const name = NAME.exec(html)?.[0].toLowerCase();
    if (name === undefined) {
      // A sign of comparison; behind a slash browsers see a comment.
      if (!end) yield { kind: "text", text: "<" };
      at = end ? after(html, ">", open) : open + 1;
      continue;
    }
    const close = endOfTag(html, NAME.lastIndex);
    // The end of a page in a tag discards the tag.
    if (close < 0) return;
    const written = html.slice(NAME.lastIndex, Math.min(close, NAME.lastIndex + MAX_ATTRIBUTES));
    yield { kind: end ? "end" : "start", name, attribute: (wanted) => attributeOf(written, wanted) };
    at = close + 1;
    if (!end && RAW.test(name)) {
      const found = new RegExp(`</${name}`, "gi");
      found.lastIndex = at;
      at = found.exec(html)?.index ?? html.length;
    }
  }
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

/** Where the `>` of a tag stands: one between quotes is part of a value. */
function endOfTag(html: string, from: number): number {
  for (let at = from;;) {
    TAG_MARK.lastIndex = at;
    const found = TAG_MARK.exec(html);
    if (!found) return -1;
    if (found[0] === ">") return found.index;
    // Only behind an equals sign a quotation mark begins a value.
    const quoted = /=\s*$/.test(html.slice(Math.max(from, found.index - 20), found.index));
    const end = quoted ? html.indexOf(found[0], found.index + 1) : found.index;
    if (end < 0) return -1;
    at = end + 1;
  }
}

function attributeOf(written: string, wanted: string): string | undefined {
  for (const [, name = "", double, single, bare] of written.matchAll(ATTRIBUTE)) {
    if (name.toLowerCase() === wanted) return decode(double ?? single ?? bare ?? "");
  }
  return undefined;
}

const ATTRIBUTE = /([^\s=/"'>]{1,100})(?:\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

function textOf(text: string): HtmlToken {
  return { kind: "text", text: decode(text) };
}

/** Replaces character references, such as `&amp;`. */
function decode(text: string): string {
  if (!text.includes("&")) return text.replaceAll("\0", "");
  const [node] = parseFragment(text.replaceAll("<", "&lt;").replaceAll("\0", "")).childNodes;
  return node && "value" in node ? node.value : "";
}
