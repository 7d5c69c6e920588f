import type { Tree } from "../../../deps/html.ts";
import { attribute, type Element, kindOf, textOf } from "./elements.ts";
import { writeDoctype } from "./html.ts";
import { HTML, MATHML, SVG, XLINK, XML, XMLNS } from "./namespaces.ts";
import type { Instruction } from "./xml.ts";

type Attribute = Element["attrs"][number];
type Scope = ReadonlyMap<string, string>;

const VOID = new Set(
  "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split(" "),
);
const JAVASCRIPT = /^(?:module|(?:text|application)\/(?:x-)?(?:java|ecma|live|j)script.*)?$/i;
const JSON_DATA = /json$|^(?:importmap|speculationrules)$/i;

/**
 * Writes XML that parses to the same tree. Where that is possible, an HTML parser reads the same as well: elements that are
 * empty have both tags unless HTML has none, styles and scripts are protected from both parsers, and there is no XML
 * declaration, since it is UTF-8.
 */
export function writeXml(document: Tree.Document): string {
  let text = "";
  const open: { readonly nodes: readonly Tree.ChildNode[]; at: number; readonly end: string; readonly scope: Scope }[] =
    [];
  let place = { nodes: document.childNodes as readonly Tree.ChildNode[], at: 0, end: "", scope: new Map() as Scope };
  while (true) {
    const node = place.nodes[place.at++];
    if (!node) {
      text += place.end;
      const outer = open.pop();
      if (!outer) return text;
      place = outer;
    } else if ("tagName" in node) {
      const { start, end, scope } = tags(node, place.scope);
      text += start;
      const protectedText = rawText(node);
      if (end === "") continue;
      if (protectedText !== undefined) text += protectedText + end;
      else {
        open.push(place);
        place = { nodes: "content" in node ? node.content.childNodes : node.childNodes, at: 0, end, scope };
      }
    } else text += leaf(node);
    if (open.length === 0) text += "\n";
  }
}

function leaf(node: Exclude<Tree.ChildNode, Tree.Element>): string {
  if ("publicId" in node) return writeDoctype(node);
  if ("data" in node) return "target" in node ? instruction(node as Instruction) : comment(node.data);
  return "value" in node ? escapeText(node.value) : "";
}

const instruction = ({ target, data }: Instruction) => `<?${target} ${legal(data).replaceAll("?>", "? >")}?>`;
const comment = (data: string) => `<!--${legal(data).replace(/-(?=-|$)/g, "- ")}-->`;

/** The tags of an element; the end tag is empty where the start tag is all. */
function tags(element: Element, outer: Scope): { readonly start: string; readonly end: string; readonly scope: Scope } {
  const prefix = element.prefix ?? "";
  const name = prefix ? `${prefix}:${element.tagName}` : element.tagName;
  const scope = new Map(outer);
  const attrs: string[] = [];
  const declare = (of: string, uri: string) => {
    scope.set(of, uri);
    attrs.push(`${of ? `xmlns:${of}` : "xmlns"}="${escapeAttribute(uri)}"`);
  };
  const own = element.attrs.filter(({ namespace }) => namespace === XMLNS);
  for (const { name, value } of own) {
    const of = name === "xmlns" ? "" : name;
    if (of !== prefix || value === element.namespaceURI) declare(of, value);
  }
  if ((scope.get(prefix) ?? "") !== element.namespaceURI) declare(prefix, element.namespaceURI);
  for (const attr of element.attrs) {
    if (attr.namespace !== XMLNS) attrs.push(`${attributeName(attr, scope, declare)}="${escapeAttribute(attr.value)}"`);
  }
  const start = `<${name}${attrs.map((attr) => ` ${attr}`).join("")}`;
  const hasNone = element.childNodes.length === 0 && !("content" in element);
  if (hasNone && isEmptyTag(element)) {
    return { start: `${start}${element.namespaceURI === HTML ? " " : ""}/>`, end: "", scope };
  }
  return { start: `${start}>`, end: `</${name}>`, scope };
}

/** HTML parsers know these tags alone as complete. */
function isEmptyTag({ namespaceURI, tagName, prefix }: Element): boolean {
  return namespaceURI === HTML ? !prefix && VOID.has(tagName) : namespaceURI === SVG || namespaceURI === MATHML;
}

function attributeName(attr: Attribute, scope: Scope, declare: (prefix: string, uri: string) => void): string {
  const { name, namespace, prefix } = attr;
  if (!namespace) return name;
  if (namespace === XML) return `xml:${name}`;
  const used = prefix || (namespace === XLINK ? "xlink" : "ns");
  if (scope.get(used) !== namespace) declare(used, namespace);
  return `${used}:${name}`;
}

/** The text of a style or script that neither parser reads as markup; undefined for what needs nothing. */
function rawText(element: Element): string | undefined {
  const kind = kindOf(element);
  if (kind !== "style" && kind !== "script") return undefined;
  // What this has written before is not protected twice.
  const text = legal(textOf(element)).replace(/^\/\*\*\/|\/\*\*\/$/g, "");
  const type = (attribute(element, "type") ?? "").trim();
  if (!/[<&]|\]\]>/.test(text)) return text.replaceAll("\r", "&#13;");
  if (kind === "script" && JSON_DATA.test(type)) {
    return text.replace(/[<&>]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
  }
  if (kind === "script" && !JAVASCRIPT.test(type)) return escapeText(text);
  return `/*<![CDATA[*/${text.replaceAll("]]>", "]]]]><![CDATA[>")}/*]]>*/`;
}

function escapeText(text: string): string {
  return legal(text).replace(/[&<>\r]/g, (char) => REFERENCES[char] ?? char);
}

function escapeAttribute(text: string): string {
  return legal(text).replace(/[&<>"\t\n\r]/g, (char) => REFERENCES[char] ?? char);
}

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Replaces characters that XML does not allow by U+FFFD. */
function legal(text: string): string {
  // deno-lint-ignore no-control-regex -- these are the characters that XML 1.0 §2.2 leaves out.
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");
}
