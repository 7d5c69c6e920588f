import { html, serializeOuter, type Tree } from "../../../deps/html.ts";
import { type PageDocument, readDocument } from "../tree/document.ts";
import { attribute, type Element, elementsOf, kindOf, setAttribute, withoutHash } from "../tree/elements.ts";
import type { Inliner } from "./inliner.ts";
import { copyReferenced } from "./sprite_copy.ts";

/** Maximum number of sprite files that lead to each other. */
const MAX_DEPTH = 4;
/** Maximum number of elements copied into one document. */
const MAX_COPIED = 50_000;

/** Inlines what one element refers to. */
type InlineElement = (element: Element, inliner: Inliner) => Promise<unknown>[];

/**
 * Puts what `use` shows of other files into a document, as copies with ids of their own: browsers accept no data URL
 * there. As in a browser, only files of the document's own origin are used, and nothing in them runs.
 */
export class Sprites {
  readonly #inlineElement: InlineElement;
  readonly #documents = new Map<string, Promise<PageDocument | undefined>>();
  /** The ids of the copies that a tree has already, by URL: a template has ids of its own. */
  readonly #ids = new Map<Tree.Node, Map<string, string>>();
  #copied = 0;
  #count = 0;

  /** Works on the `use` elements of one document. */
  constructor(inlineElement: InlineElement) {
    this.#inlineElement = inlineElement;
  }

  /** Makes a `use` refer to a copy in the same document. */
  async inline(use: Element, inliner: Inliner): Promise<void> {
    const { place, files } = inliner;
    const name = attribute(use, "href") === undefined ? "xlink:href" : "href";
    const url = inliner.resolve(attribute(use, name) ?? "", "sprite");
    if (!url) return;
    if (withoutHash(url) === withoutHash(place.document.url)) return setAttribute(use, name, url.hash || "#");
    const omit = (code: string, message: string) => files.omit(url, "sprite", code, message);
    const document = await this.#load(url, inliner, omit);
    if (!document) return;
    const host = hostOf(use);
    const ids = this.#idsIn(host);
    const known = ids.get(url.href);
    if (known !== undefined) return setAttribute(use, name, `#${known}`);
    const newId = (id: string) => `toucan-${++this.#count}${id && `-${id}`}`;
    // New ids count when their elements are there.
    const found = new Map(ids);
    const copied = copyReferenced(document, url, found, newId, MAX_COPIED - this.#copied);
    if (!copied) return omit("too-large", `more than ${MAX_COPIED} elements of sprites`);
    const id = found.get(url.href);
    if (id === undefined) return omit("no-such-element", `no element ${JSON.stringify(url.hash)} in the file`);
    this.#copied += copied.length;
    const definitions: Element = { ...svgElement("defs", host), childNodes: copied };
    for (const copy of copied) copy.parentNode = definitions;
    if (!files.spend(serializeOuter(definitions), url, "sprite")) return;
    for (const [reference, copy] of found) ids.set(reference, copy);
    host.childNodes.push(definitions);
    setAttribute(use, name, `#${id}`);
    const sprites = (place.sprites ?? 0) + 1;
    const inner = inliner.at({ ...place, document, base: document.url, sprites });
    await Promise.all([...elementsOf(definitions)].flatMap((element) => this.#inlineElement(element, inner)));
  }

  /** The file that a `use` refers to, parsed once; records why there is none. */
  async #load(
    url: URL,
    inliner: Inliner,
    omit: (code: string, message: string) => void,
  ): Promise<PageDocument | undefined> {
    const { document: { url: { origin } }, sprites = 0 } = inliner.place;
    const foreign = () => void omit("cross-origin", "browsers do not show elements of files of another origin");
    if (url.origin !== origin) return foreign();
    if (sprites >= MAX_DEPTH) return void omit("too-deep", `sprites refer to each other more than ${MAX_DEPTH} deep`);
    const loaded = await inliner.load(url, "sprite");
    if (!loaded) return undefined;
    if (loaded.url.origin !== origin) return foreign();
    const key = withoutHash(url);
    const reading = this.#documents.get(key) ?? readDocument(loaded);
    this.#documents.set(key, reading);
    const document = await reading;
    if (document && document.type !== "text/html") return document;
    const why = document?.notWellFormed === undefined ? "" : ` (${document.notWellFormed})`;
    return void omit("not-svg", `the file is not well-formed SVG${why}`);
  }

  #idsIn(host: Element): Map<string, string> {
    let root: Tree.ParentNode = host;
    while ("parentNode" in root && root.parentNode) root = root.parentNode;
    const ids = this.#ids.get(root) ?? new Map<string, string>();
    this.#ids.set(root, ids);
    return ids;
  }
}

/** The outermost `svg` that an element is in. */
function hostOf(element: Element): Element {
  let host = element;
  for (let node: Tree.ParentNode | null = element; node && "tagName" in node; node = node.parentNode) {
    if (kindOf(node) === "svg:svg") host = node;
  }
  return host;
}

function svgElement(tagName: string, parentNode: Element): Element {
  const { prefix } = parentNode;
  return {
    nodeName: tagName,
    tagName,
    ...prefix && { prefix },
    namespaceURI: html.NS.SVG,
    attrs: [],
    childNodes: [],
    parentNode,
  };
}
