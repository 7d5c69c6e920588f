import type { Tree } from "../../../deps/html.ts";
import type { PageDocument } from "../tree/document.ts";
import { attribute, type Element, elementsOf, kindOf, nameOf, withoutHash } from "../tree/elements.ts";
import { XLINK, XML } from "../tree/namespaces.ts";

/** Maximum depth of nested elements in a sprite. */
const MAX_NESTING = 256;
/** Characters that a value with references may have. */
const MAX_VALUE = 10_000;

/** Elements of another file that browsers display, and those they refer to: no scripts, styles, frames or HTML. */
const SHOWN = new Set(
  ("a animate animateMotion animateTransform circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer " +
    "feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB " +
    "feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting " +
    "feSpotLight feTile feTurbulence filter g image line linearGradient marker mask metadata mpath path pattern polygon " +
    "polyline radialGradient rect set stop svg switch symbol text textPath title tspan use view").split(" "),
);

/**
 * Copies an element of a file, and all elements of the file that it refers to, with new ids, which are entered into `ids`
 * by the URL that they stand for. Undefined when there are more than `most`.
 */
export function copyReferenced(
  { tree, url: own }: PageDocument,
  wanted: URL,
  ids: Map<string, string>,
  newId: (id: string) => string,
  most: number,
): Element[] | undefined {
  const file = withoutHash(wanted);
  const byId = idsOf(tree);
  const copies: Element[] = [];
  const missing: (readonly [id: string, newId: string])[] = [];
  /** The new id for an id of the file; undefined for what is not there. */
  const enter = (id: string): string | undefined => {
    const key = id === "" ? file : `${file}#${id}`;
    const known = ids.get(key);
    if (known !== undefined || !(id === "" ? rootOf(tree) : byId.has(id))) return known;
    const made = newId(id);
    ids.set(key, made);
    missing.push([id, made]);
    return made;
  };
  const local = (reference: string): string | undefined => {
    const url = URL.parse(reference, own);
    const here = url && (withoutHash(url) === file || withoutHash(url) === withoutHash(own));
    return here ? enter(decoded(url.hash.slice(1))) : undefined;
  };
  const first = decoded(wanted.hash.slice(1));
  const made = enter(first);
  // By the very URL that was asked for, too.
  if (made !== undefined) ids.set(wanted.href, made);
  let count = 0;
  for (let next = missing.shift(); next; next = missing.shift()) {
    const [id, made] = next;
    const source = id === "" ? rootOf(tree) : byId.get(id);
    const copy = source && copyOf(source, null, local, () => ++count <= most, 0);
    if (count > most) return undefined;
    if (!copy) continue;
    copy.attrs.push({ name: "id", value: made });
    copies.push(copy);
  }
  return copies;
}

const KNOWN_IDS = new WeakMap<Tree.Document, ReadonlyMap<string, Element>>();

/** The elements of a document by their ids, looked up once. */
function idsOf(tree: Tree.Document): ReadonlyMap<string, Element> {
  const known = KNOWN_IDS.get(tree);
  if (known) return known;
  const byId = new Map<string, Element>();
  for (const element of elementsOf(tree)) {
    const id = attribute(element, "id");
    if (id !== undefined && !byId.has(id)) byId.set(id, element);
  }
  KNOWN_IDS.set(tree, byId);
  return byId;
}

/** A copy of an element without what could run or is not shown, its references within the file renamed. */
function copyOf(
  source: Element,
  parentNode: Tree.ParentNode | null,
  local: (reference: string) => string | undefined,
  allowed: () => boolean,
  depth: number,
): Element | undefined {
  if (!kindOf(source).startsWith("svg:") || !SHOWN.has(source.tagName) || animatesReference(source)) return undefined;
  if (depth > MAX_NESTING || !allowed()) return undefined;
  const { tagName, nodeName, namespaceURI } = source;
  const copy: Element = { tagName, nodeName, namespaceURI, attrs: [], childNodes: [], parentNode };
  for (const attr of source.attrs) {
    const { name, namespace } = attr;
    if (name === "id" || /^on/i.test(name) || (namespace && namespace !== XLINK && namespace !== XML)) continue;
    const value = nameOf(attr).endsWith("href") ? renamed(attr.value, local) : renamedIn(attr.value, local);
    if (!/^javascript:/i.test(attr.value.replace(/[\t\n\r]/g, "").trim())) copy.attrs.push({ ...attr, value });
  }
  for (const child of source.childNodes) {
    if ("tagName" in child) {
      const inner = copyOf(child, copy, local, allowed, depth + 1);
      if (inner) copy.childNodes.push(inner);
    } else if (child.nodeName === "#text" && "value" in child) copy.childNodes.push({ ...child, parentNode: copy });
  }
  return copy;
}

/** An animation can make a reference run. */
function animatesReference(element: Element): boolean {
  return /^(?:on|(?:xlink:)?href$)/i.test((attribute(element, "attributeName") ?? "").trim());
}

function renamed(reference: string, local: (reference: string) => string | undefined): string {
  const id = local(reference.trim());
  return id === undefined ? reference : `#${id}`;
}

/** Renames what `url(…)` refers to in the value of a property, or of several. */
function renamedIn(text: string, local: (reference: string) => string | undefined): string {
  // What is longer is the data of a path.
  if (text.length > MAX_VALUE) return text;
  return text.replace(/url\(\s*(["']?)([^"')]*)\1\s*\)/gi, (all, _quote, reference: string) => {
    const id = local(reference.trim());
    return id === undefined ? all : `url(#${id})`;
  });
}

function rootOf(tree: Tree.Document): Element | undefined {
  return tree.childNodes.find((node): node is Tree.Element => "tagName" in node);
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
