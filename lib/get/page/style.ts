import { parse, walk } from "../../deps/css.ts";

/** A place in a style sheet that names a file. */
export interface StyleLink {
  /** Its URL, as it is meant. */
  readonly url: string;
  /** What it names: a style sheet (`@import`), a font, or an image. */
  readonly kind: "style" | "font" | "image";
  /** Where it stands: the `url(…)` or the string. */
  readonly start: number;
  /** Behind it. */
  readonly end: number;
}

/** What a text in CSS is: a style sheet, what a `style` attribute has, or the value of one property. */
export type StyleContext = "stylesheet" | "declarationList" | "value";

/** The places of a text in CSS that name files. */
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

/** The style sheet with other URLs in some of its places; everything else stays as it is. */
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
