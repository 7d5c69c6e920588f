import { html, type Tree } from "../../../deps/html.ts";
import type { DownloadReport } from "../../download/types.ts";
import type { ReadPage } from "../read_page.ts";
import { readsAsHtml } from "../tree/compare.ts";
import { writeDocument } from "../tree/document.ts";
import {
  attribute,
  baseOf,
  type Element,
  elementsOf,
  kindOf,
  replaceNodes,
  setAttribute,
  withoutHash,
} from "../tree/elements.ts";
import type { SavePageOptions } from "../types.ts";
import { inlineElement } from "./element.ts";
import { PageFiles } from "./files.ts";
import { Inliner } from "./inliner.ts";
import { inlineInstructions } from "./instructions.ts";
import { isHint, isPreload, promoteStyle } from "./link.ts";
import { dropHandlers, isScript, unwrapNoscript } from "./no_scripts.ts";
import { Sprites } from "./sprites.ts";

/** A page with all that it shows in it. */
export interface InlinedPage {
  /** The page, in UTF-8. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Number of downloaded files. */
  readonly inlined: number;
  /** References that are not in the page. */
  readonly failures: readonly DownloadReport[];
}

/** Puts all that a page shows into it, and writes it in UTF-8; `asHtml` says that it gets a name by which it is read as HTML. */
export async function inlinePage(
  { document, report }: ReadPage,
  options: SavePageOptions & { readonly asHtml?: boolean },
  most: number,
): Promise<InlinedPage> {
  const files = new PageFiles(document.url, options, Math.max(0, most - report.bytes));
  const { url, type, tree, notWellFormed } = document;
  if (notWellFormed !== undefined) {
    files.omit(url, "page", "not-well-formed", `not well-formed XML (${notWellFormed}): saved as HTML`);
  }
  const base = baseOf(tree, url);
  await inlineDocument(
    new Inliner(
      files,
      { document, base, chain: [withoutHash(url)], depth: 0, own: true, srcdoc: false },
      inlineDocument,
    ),
  );
  const text = await writeDocument(document);
  if (options.asHtml && type !== "text/html" && !readsAsHtml(text, tree)) {
    const ending = type === "image/svg+xml" ? ".svg" : ".xhtml";
    files.omit(url, "page", "xml-as-html", `the page is XML that HTML cannot express: name the file ${ending}`);
  }
  return { bytes: new TextEncoder().encode(text), inlined: files.inlined, failures: files.failures };
}

/** Puts all that a document shows into its tree. */
export async function inlineDocument(inliner: Inliner): Promise<void> {
  const { place: { document: { tree } }, files: { noScripts } } = inliner;
  const elements = [...elementsOf(tree)];
  const sprites: Sprites = new Sprites((element, inner) => inlineElement(element, inner, sprites));
  const work: Promise<unknown>[] = [inlineInstructions(tree, inliner)];
  const preloads: Element[] = [];
  const dropped: Element[] = [];
  for (const element of elements) {
    promoteStyle(element);
    const unwanted = isDropped(element) || (noScripts && isScript(element));
    if (noScripts) dropHandlers(element);
    if (isHint(element) && isPreload(element)) preloads.push(element);
    else if (unwanted || isHint(element)) dropped.push(element);
    else work.push(...inlineElement(element, inliner, sprites));
  }
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
  await Promise.all(preloads.map(async (element) => {
    if (!await inlinePreload(element, inliner)) dropped.push(element);
  }));
  replaceNodes(new Map(dropped.map((element) => [element, []])));
  // What a fragment names is in the page itself; a base would lead away from it.
  for (const element of elements) if (kindOf(element) === "base") setAttribute(element, "href", undefined);
  if (noScripts) unwrapNoscript(elements);
  declareUtf8(elements);
}

/** Returns whether an element would block or undo the inlining, or start downloads of its own. */
function isDropped(element: Element): boolean {
  const kind = kindOf(element);
  if (kind === "script") return attribute(element, "type")?.trim().toLowerCase() === "speculationrules";
  if (kind !== "meta") return false;
  const says = (attribute(element, "http-equiv") ?? "").trim().toLowerCase();
  return says.startsWith("content-security-policy") || says === "content-type" ||
    attribute(element, "charset") !== undefined;
}

/** Inlines a preloaded file that is not displayed: a script may wait for it. Returns false for one that is displayed. */
async function inlinePreload(element: Element, inliner: Inliner): Promise<boolean> {
  const href = attribute(element, "href");
  const url = href === undefined ? undefined : inliner.resolve(href, "preload");
  if (!url || inliner.files.has(url)) return false;
  setAttribute(element, "href", await inliner.file(url.href, "preload"));
  for (const name of ["integrity", "crossorigin", "nonce"]) setAttribute(element, name, undefined);
  return true;
}

function declareUtf8(elements: readonly Element[]): void {
  const head = elements.find((element) => kindOf(element) === "head");
  if (!head) return;
  const meta: Tree.Element = {
    nodeName: "meta",
    tagName: "meta",
    attrs: [{ name: "charset", value: "utf-8" }],
    namespaceURI: html.NS.HTML,
    childNodes: [],
    parentNode: head,
  };
  head.childNodes.unshift(meta);
}
