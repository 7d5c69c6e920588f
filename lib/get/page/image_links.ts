import type { Tree } from "../../deps/html.ts";
import { fileAttributes, LAZY, setAttributes } from "./inline/references.ts";
import { parseSrcset } from "./srcset.ts";
import { styleLinks } from "./style.ts";
import { attribute, type Element, elementsOf, kindOf, relOf, textOf } from "./tree/elements.ts";

/** The images and style sheets that a page refers to. */
export interface ImageLinks {
  /** URLs of all images that it shows or names, as written, without duplicates. */
  readonly images: readonly string[];
  /** URLs of the style sheets that it links to, and that its own styles import. */
  readonly sheets: readonly string[];
}

const SHARED = /^(?:og:image(?::url|:secure_url)?|twitter:image(?::src)?)$/;
const IMAGE_NAME = /\.(?:apng|avif|bmp|gif|ico|jpe?g|jxl|png|svg|webp)(?:[?#]|$)/i;

/** Finds the images of a page, and the style sheets that may refer to more. */
export function imageLinks(root: Tree.Document): ImageLinks {
  const images = new Set<string>();
  const sheets = new Set<string>();
  const addStyle = (css: string, context: "stylesheet" | "declarationList") => {
    const { images: shown, sheets: imported } = styleImages(css, context);
    for (const url of shown) images.add(url);
    for (const url of imported) sheets.add(url);
  };
  for (const element of elementsOf(root)) {
    for (const url of shownBy(element)) images.add(url.trim());
    const kind = kindOf(element);
    if (kind === "link" && relOf(element).includes("stylesheet")) sheets.add((attribute(element, "href") ?? "").trim());
    if (kind === "style" || kind === "svg:style") addStyle(textOf(element), "stylesheet");
    addStyle(attribute(element, "style") ?? "", "declarationList");
  }
  const meant = (url: string) => url !== "" && !url.startsWith("#");
  return { images: [...images].filter(meant), sheets: [...sheets].filter(meant) };
}

/** Finds the images that a style sheet shows, and the sheets that it imports. */
export function styleImages(css: string, context: "stylesheet" | "declarationList"): ImageLinks {
  const links = /@import|image-set|url\(/i.test(css) ? styleLinks(css, context) : [];
  const named = (kind: string) => links.filter((link) => link.kind === kind).map(({ url }) => url);
  return { images: named("image"), sheets: named("style") };
}

function* shownBy(element: Element): Generator<string> {
  const kind = kindOf(element);
  const lazy = kind === "img" || kind === "source";
  for (const [name, what] of Object.entries(fileAttributes(element))) {
    if (what === "image") yield attribute(element, name) ?? "";
  }
  for (const [into, from] of LAZY) {
    if (!lazy || (into === "src" && kind === "source")) continue;
    for (const name of from) {
      const value = attribute(element, name) ?? "";
      if (into === "src") yield value;
      else yield* parseSrcset(value).map(({ url }) => url);
    }
  }
  for (const name of setAttributes(element)) yield* parseSrcset(attribute(element, name) ?? "").map(({ url }) => url);
  if (kind === "svg:use") yield attribute(element, "href") ?? attribute(element, "xlink:href") ?? "";
  if (kind === "embed" || kind === "object") {
    const url = attribute(element, kind === "embed" ? "src" : "data") ?? "";
    if (/^image\//i.test(attribute(element, "type") ?? "") || IMAGE_NAME.test(url)) yield url;
  }
  const name = kind === "meta" ? attribute(element, "property") ?? attribute(element, "name") ?? "" : "";
  if (SHARED.test(name.toLowerCase())) yield attribute(element, "content") ?? "";
}
