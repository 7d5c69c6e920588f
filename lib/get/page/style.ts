import { parse, walk } from "../../deps/css.ts";

/** A reference in a style sheet. */
export interface StyleLink {
  /** Its URL, unescaped. */
  readonly url: string;
  /** Kind of the referenced file: a style sheet (`@import`), a font, or an image. */
  readonly kind: "style" | "font" | "image";
  /** Start of the `url(…)` or string. */
  readonly start: number;
  /** End of it, exclusive. */
  readonly end: number;
}

/** The context of CSS text: a style sheet, a `style` attribute, or the value of one property. */
export type StyleContext = "stylesheet" | "declarationList" | "value";

/** Finds the references in CSS text. */
export function styleLinks(css: string, context: StyleContext): StyleLink[] {
  const links: StyleLink[] = [];
  walk(parse(css, { positions: true, context, parseCustomProperty: true }), function (node) {
    const url = typeof node.value === "string" ? node.value.trim() : "";
    const rule = this.atrule?.name?.toLowerCase();
    const imported = rule === "import";
    const shown = node.type === "Url"
      ? rule !== "namespace" && rule !== "document"
      : node.type === "String" && inSet(this.function);
    if (!node.loc || url === "" || url.startsWith("#")) return;
    if (node.type !== "Url" && node.type !== "String") return;
    // In an import, what follows the URL may hold strings too.
    const taken = imported &&
      links.some(({ end, kind }) => kind === "style" && end <= start(node) && end > start(this.atrule));
    if ((!imported && !shown) || taken) return;
    const kind = imported ? "style" : rule === "font-face" ? "font" : "image";
    links.push({ url, kind, start: node.loc.start.offset, end: node.loc.end.offset });
  });
  return links;
}

function inSet(node: { readonly name?: string } | null): boolean {
  return /^(?:-webkit-)?image-set$/i.test(node?.name ?? "");
}

function start(node: { readonly loc?: { readonly start: { readonly offset: number } } | null } | null): number {
  return node?.loc?.start.offset ?? 0;
}

/** Replaces the URLs of some references; all other text is unchanged. */
export function replaceLinks(css: string, replacements: readonly (readonly [StyleLink, string])[]): string {
  let text = "";
  let at = 0;
  for (const [link, url] of [...replacements].sort(([one], [other]) => one.start - other.start)) {
    text += `${css.slice(at, link.start)}url("${
      url.replace(/["\\\n\r\f]/g, (char) => `\\${char.charCodeAt(0).toString(16)} `)
    }")`;
    at = link.end;
  }
  return text + css.slice(at);
}
