import type { Tree } from "../../deps/html.ts";

/** Returns every element below a node, in order, the contents of templates as well: they may become a shadow tree. */
export function* elementsOf(root: Tree.Node): Generator<Tree.Element> {
  const open: Tree.Node[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if ("tagName" in node) yield node;
    const children = "childNodes" in node ? node.childNodes : [];
    const inner = "content" in node ? node.content.childNodes : [];
    for (const child of [...children, ...inner].reverse()) open.push(child);
  }
}

/** Returns the value of an attribute. */
export function valueOf(element: Tree.Element, name: string): string | undefined {
  return element.attrs.find((attr) => attr.name === name)?.value;
}
