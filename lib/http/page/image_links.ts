import { attribute, type Element, elementsOf, relOf } from "./elements.ts";
import { parseSrcset } from "./srcset.ts";
import { styleLinks } from "./style.ts";
import type { Tree } from "../../deps/html.ts";

/** Attributes with an image's URL, by element; those of `data-…` are where scripts that load late keep it. */
export const IMAGE_URLS: Readonly<Record<string, readonly string[]>> = {
  img: ["src", "data-src", "data-original", "data-lazy-src", "data-lazy"],
  video: ["poster"],
  image: ["href", "xlink:href"],
  use: ["href", "xlink:href"],
  body: ["background"],
  table: ["background"],
  td: ["background"],
  th: ["background"],
};

/** Attributes with several images, by element. */
export const IMAGE_SETS: Readonly<Record<string, readonly string[]>> = {
  img: ["srcset", "data-srcset", "data-lazy-srcset"],
  source: ["srcset", "data-srcset", "data-lazy-srcset"],
};

const ICON = /^(?:icon|apple-touch-icon(?:-precomposed)?|mask-icon|fluid-icon)$/;

/** The attributes of an element that have an image's URL. */
export function imageUrls(element: Element): readonly string[] {
  const { tagName } = element;
  if (tagName === "link") return relOf(element).some((word) => ICON.test(word)) ? ["href"] : [];
  if (tagName === "input") return attribute(element, "type")?.toLowerCase() === "image" ? ["src"] : [];
  return Object.hasOwn(IMAGE_URLS, tagName) ? IMAGE_URLS[tagName] ?? [] : [];
}

/** The attributes of an element that have several. */
export function imageSets(element: Element): readonly string[] {
  return Object.hasOwn(IMAGE_SETS, element.tagName) ? IMAGE_SETS[element.tagName] ?? [] : [];
}

const SHARED = /^(?:og:image(?::url|:secure_url)?|twitter:image(?::src)?)$/;

/** The URLs of all images that a page shows or names, as they stand there, each once. */
export function imageLinks(root: Tree.Node): string[] {
  const found = new Set<string>();
  for (const element of elementsOf(root)) {
    for (const name of imageUrls(element)) found.add(attribute(element, name) ?? "");
    for (const name of imageSets(element)) {
      for (const { url } of parseSrcset(attribute(element, name) ?? "")) found.add(url);
    }
    const meta = element.tagName === "meta" ? attribute(element, "property") ?? attribute(element, "name") ?? "" : "";
    if (SHARED.test(meta.toLowerCase())) found.add(attribute(element, "content") ?? "");
    for (const { url } of styleLinks(attribute(element, "style") ?? "", "declarationList")) found.add(url);
  }
  return [...found].map((url) => url.trim()).filter((url) => url !== "" && !url.startsWith("#"));
}
