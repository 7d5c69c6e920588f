import { parse, type Tree } from "../../../deps/html.ts";
import { elementsOf, textOf } from "./elements.ts";

/** Elements that an HTML parser adds where XML has none. */
const IMPLIED = new Set(["html", "head", "body", "tbody"]);

/** Whether an HTML parser reads a text as the same elements, in the same order, as a tree has. */
export function readsAsHtml(text: string, tree: Tree.Document): boolean {
  const [read, meant] = [parse(text), tree].map(outline);
  return read?.length === meant?.length && read?.every((line, index) => line === meant?.[index]) === true;
}

function outline(tree: Tree.Document): string[] {
  return [...elementsOf(tree)].filter(({ tagName }) => !IMPLIED.has(tagName)).map((element) => {
    const words = textOf(element).replace(/\/\*<!\[CDATA\[\*\/|\/\*\]\]>\*\/|[\t\n\f\r ]+/g, "");
    return `${element.namespaceURI} ${element.tagName} ${words}`;
  });
}
