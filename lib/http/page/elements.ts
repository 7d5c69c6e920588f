import type { Tree } from "../../deps/html.ts";

/** An element of a page. */
export type Element = Tree.Element;

/** Every element below a node, in order, the contents of templates as well. */
export function* elementsOf(root: Tree.Node): Generator<Element> {
  const open: Tree.Node[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if ("tagName" in node) yield node;
    const inner = "content" in node ? node.content.childNodes : [];
    const children = "childNodes" in node ? node.childNodes : [];
    for (const list of [inner, children]) {
      for (let i = list.length - 1; i >= 0; i--) {
        const child = list[i];
        if (child) open.push(child);
      }
    }
  }
}

/** The value of an attribute; `xlink:href` by its whole name. */
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

function nameOf({ prefix, name }: { readonly prefix?: string; readonly name: string }): string {
  return prefix ? `${prefix}:${name}` : name;
}

/** The words of `rel`, in lower case. */
export function relOf(element: Element): readonly string[] {
  return (attribute(element, "rel") ?? "").toLowerCase().split(/[\t\n\f\r ]+/).filter((word) => word !== "");
}

/** The text inside an element. */
export function textOf(element: Element): string {
  return element.childNodes.map((child) => child.nodeName === "#text" && "value" in child ? child.value : "").join("");
}

/** What the URLs of a page are relative to: its first `base`, or itself. */
export function baseOf(root: Tree.Node, url: URL): URL {
  for (const element of elementsOf(root)) {
    const href = element.tagName === "base" ? attribute(element, "href") : undefined;
    if (href !== undefined) return webUrl(href, url) ?? url;
  }
  return url;
}

/** A URL that HTTP can load, or nothing. */
export function webUrl(text: string, base: URL): URL | undefined {
  const url = URL.parse(text.trim(), base);
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
}

/** Takes a node out of the page. */
export function remove(node: Tree.ChildNode): void {
  const siblings = node.parentNode?.childNodes;
  const index = siblings?.indexOf(node) ?? -1;
  if (index >= 0) siblings?.splice(index, 1);
}
