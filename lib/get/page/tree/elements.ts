import type { Tree } from "../../../deps/html.ts";
import { HTML, MATHML, SVG, XLINK } from "./namespaces.ts";

/** An element of a page; of an XML page with its prefix. */
export interface Element extends Tree.Element {
  /** The prefix of its name. */
  readonly prefix?: string;
}

const KINDS: Readonly<Record<string, string>> = { [HTML]: "", [SVG]: "svg:", [MATHML]: "math:" };

/**
 * Returns the kind of an element by its namespace and name: `img`, `svg:image`, `math:mi`; empty for any other language.
 */
export function kindOf({ namespaceURI, tagName }: Element): string {
  const prefix = Object.hasOwn(KINDS, namespaceURI) ? KINDS[namespaceURI] : undefined;
  return prefix === undefined ? "" : prefix + tagName;
}

/** Every element below a node, in order, the contents of templates as well. */
export function* elementsOf(root: Tree.Node): Generator<Element> {
  const open: Tree.Node[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if ("tagName" in node) yield node;
    const inner = "content" in node ? node.content.childNodes : [];
    const children = "childNodes" in node ? node.childNodes : [];
    for (const list of [children, inner]) {
      for (let i = list.length - 1; i >= 0; i--) {
        const child = list[i];
        if (child) open.push(child);
      }
    }
  }
}

/** The value of an attribute; `xlink:href` by that name, whatever its prefix. */
export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((attr) => nameOf(attr) === name)?.value;
}

/** Sets an attribute, or takes it away. */
export function setAttribute(element: Element, name: string, value: string | undefined): void {
  const index = element.attrs.findIndex((attr) => nameOf(attr) === name);
  const attr = element.attrs[index];
  if (value === undefined) {
    if (attr) element.attrs.splice(index, 1);
  } else if (attr) attr.value = value;
  else element.attrs.push({ name, value });
}

/** The name of an attribute with the usual prefix of its namespace. */
export function nameOf({ prefix, name, namespace }: Tree.Element["attrs"][number]): string {
  if (namespace === XLINK) return `xlink:${name}`;
  return prefix ? `${prefix}:${name}` : name;
}

/** The words of `rel`, in lower case. */
export function relOf(element: Element): readonly string[] {
  return wordsOf(attribute(element, "rel") ?? "");
}

/** The words of a list that is separated by spaces, in lower case. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().split(/[\t\n\f\r ]+/).filter((word) => word !== "");
}

/** The text inside an element. */
export function textOf(element: Element): string {
  return element.childNodes.map((child) => child.nodeName === "#text" && "value" in child ? child.value : "").join("");
}

/** Replaces what is inside an element by a text. */
export function setText(element: Element, value: string): void {
  element.childNodes = [{ nodeName: "#text", value, parentNode: element }];
}

/** Returns the base of the URLs of a page: its first `base`, or its own URL. */
export function baseOf(root: Tree.Node, url: URL): URL {
  for (const element of elementsOf(root)) {
    const href = kindOf(element) === "base" ? attribute(element, "href") : undefined;
    if (href !== undefined) return webUrl(href, url) ?? url;
  }
  return url;
}

/** A URL that HTTP can load, or nothing. */
export function webUrl(text: string, base: URL): URL | undefined {
  const url = URL.parse(text.trim(), base);
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
}

/** Replaces some nodes of a page by others, each list of children at once. */
export function replaceNodes(replacements: ReadonlyMap<Tree.Node, readonly Tree.ChildNode[]>): void {
  const parents = new Set<Tree.ParentNode>();
  for (const node of replacements.keys()) if ("parentNode" in node && node.parentNode) parents.add(node.parentNode);
  for (const parent of parents) {
    parent.childNodes = parent.childNodes.flatMap((node) => {
      const others = replacements.get(node);
      for (const other of others ?? []) other.parentNode = parent;
      return others ?? [node];
    });
  }
}

/** The element that a node is in, this one included, that fulfils a condition. */
export function closest(element: Element, test: (element: Element) => boolean): Element | undefined {
  for (let node: Tree.ParentNode | null = element; node && "tagName" in node; node = node.parentNode) {
    if (test(node)) return node;
  }
  return undefined;
}

/** A URL without its fragment. */
export function withoutHash({ href, hash }: URL): string {
  return href.slice(0, href.length - hash.length);
}
