import { parse, parseFragment, serialize, serializeOuter, type Tree } from "../../../deps/html.ts";
import { attribute, type Element, elementsOf, kindOf, setText, textOf } from "./elements.ts";

/** Elements in which the parser drops a line feed that comes first. */
const DROPS_FIRST_LINE_FEED = new Set(["pre", "textarea", "listing"]);

/**
 * Parses HTML as a browser with scripts does. What is in `noscript` is text there; here it becomes elements, since it may
 * have the images that scripts would load.
 */
export function parseHtml(text: string): Tree.Document {
  const document = parse(text);
  for (const element of [...elementsOf(document)]) {
    if (kindOf(element) !== "noscript") continue;
    const { childNodes } = parseFragment(textOf(element));
    for (const child of childNodes) child.parentNode = element;
    element.childNodes = childNodes;
  }
  return document;
}

/** The charset that the document itself declares, in the first `meta` that has one. */
export function metaCharset(document: Tree.Document): Readonly<Record<"charset" | "content", string | undefined>> {
  for (const element of elementsOf(document)) {
    if (kindOf(element) !== "meta") continue;
    const charset = attribute(element, "charset");
    if (charset !== undefined) return { charset, content: undefined };
    const content = attribute(element, "content");
    const says = attribute(element, "http-equiv")?.trim().toLowerCase();
    if (says === "content-type" && /charset/i.test(content ?? "")) return { charset: undefined, content };
  }
  return { charset: undefined, content: undefined };
}

/** Writes HTML that parses to the same tree; it changes the tree. */
export function writeHtml(document: Tree.Document): string {
  const elements = [...elementsOf(document)];
  for (const element of elements) {
    const [first] = DROPS_FIRST_LINE_FEED.has(kindOf(element)) ? element.childNodes : [];
    if (first && "value" in first && first.value.startsWith("\n")) first.value = `\n${first.value}`;
  }
  for (const element of elements) if (kindOf(element) === "noscript") hideFromScripts(element);
  return document.childNodes.map((node) => "publicId" in node ? writeDoctype(node) : serializeOuter(node)).join("");
}

/** Where scripts run, `noscript` ends with the first end tag, also one that stands in an attribute value. */
function hideFromScripts(element: Element): void {
  setText(element, serialize(element, { scriptingEnabled: false }).replace(/<(?=\/noscript)/gi, "&lt;"));
}

/** Identifiers decide between standards and quirks mode. */
export function writeDoctype({ name, publicId, systemId }: Tree.DocumentType): string {
  const quoted = (id: string) => id.includes('"') ? `'${id}'` : `"${id}"`;
  const system = systemId ? ` ${quoted(systemId)}` : "";
  return `<!DOCTYPE ${name}${publicId ? ` PUBLIC ${quoted(publicId)}` : systemId ? " SYSTEM" : ""}${system}>`;
}
