import type { ReferenceKind } from "../../download/types.ts";
import { attribute, type Element, kindOf, relOf } from "../tree/elements.ts";

type Attributes = Readonly<Record<string, ReferenceKind>>;

const HREF: Attributes = { href: "image", "xlink:href": "image" };
const BACKGROUND: Attributes = { background: "image" };

/** Attributes with the URL of a file that is loaded when the page is shown, by element. */
const FILES: Readonly<Record<string, Attributes>> = {
  img: { src: "image" },
  video: { src: "media", poster: "image" },
  audio: { src: "media" },
  source: { src: "media" },
  track: { src: "media" },
  bgsound: { src: "media" },
  body: BACKGROUND,
  table: BACKGROUND,
  thead: BACKGROUND,
  tbody: BACKGROUND,
  tfoot: BACKGROUND,
  tr: BACKGROUND,
  td: BACKGROUND,
  th: BACKGROUND,
  "svg:image": HREF,
  "svg:feImage": HREF,
  "math:mglyph": { src: "image" },
};

const CITED = ["cite"];
const SVG_LINK = ["href", "xlink:href"];

/** Attributes with URLs that stay links, and are made absolute, by element. */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  area: ["href"],
  form: ["action"],
  button: ["formaction"],
  input: ["formaction"],
  link: ["href"],
  blockquote: CITED,
  q: CITED,
  ins: CITED,
  del: CITED,
  img: ["longdesc"],
  iframe: ["src", "longdesc"],
  frame: ["src", "longdesc"],
  embed: ["src"],
  object: ["data", "codebase"],
  applet: ["codebase"],
  "svg:a": SVG_LINK,
  "svg:use": SVG_LINK,
  "svg:linearGradient": SVG_LINK,
  "svg:radialGradient": SVG_LINK,
  "svg:pattern": SVG_LINK,
  "svg:filter": SVG_LINK,
  "svg:textPath": SVG_LINK,
  "svg:mpath": SVG_LINK,
  "svg:cursor": SVG_LINK,
};

/** Attributes that only a network has a use for, or that would forbid what is inlined. */
const DROPPED: Readonly<Record<string, readonly string[]>> = {
  html: ["manifest"],
  iframe: ["csp"],
  img: ["attributionsrc"],
  script: ["attributionsrc"],
  a: ["attributionsrc"],
};

/** Properties of SVG that are written as attributes and may refer to other files. */
export const SVG_PROPERTIES: readonly string[] = [
  "clip-path",
  "cursor",
  "fill",
  "filter",
  "marker",
  "marker-end",
  "marker-mid",
  "marker-start",
  "mask",
  "stroke",
];

/** Attributes in which scripts that load late keep what is to be in `src` and `srcset`. */
export const LAZY: readonly (readonly [into: string, from: readonly string[]])[] = [
  ["src", ["data-src", "data-original", "data-lazy-src", "data-lazy"]],
  ["srcset", ["data-srcset", "data-lazy-srcset"]],
];

const ICON = /^(?:icon|apple-touch-(?:icon(?:-precomposed)?|startup-image)|mask-icon|fluid-icon)$/;

/** The attributes of an element that name files, and what they are. */
export function fileAttributes(element: Element): Attributes {
  const kind = kindOf(element);
  if (kind === "link") return relOf(element).some((word) => ICON.test(word)) ? { href: "image" } : {};
  if (kind === "input") return attribute(element, "type")?.toLowerCase() === "image" ? { src: "image" } : {};
  return Object.hasOwn(FILES, kind) ? FILES[kind] ?? {} : {};
}

/** The attributes of an element that offer several images. */
export function setAttributes(element: Element): readonly string[] {
  const kind = kindOf(element);
  return kind === "img" || kind === "source" ? ["srcset"] : [];
}

/** The attributes of an element that are links. */
export function linkAttributes(element: Element): readonly string[] {
  const kind = kindOf(element);
  return Object.hasOwn(LINKS, kind) ? LINKS[kind] ?? [] : [];
}

/** The attributes of an element that the saved page does not have. */
export function droppedAttributes(element: Element): readonly string[] {
  const kind = kindOf(element);
  return Object.hasOwn(DROPPED, kind) ? DROPPED[kind] ?? [] : [];
}
