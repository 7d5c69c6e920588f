import { serialize, type Tree } from "../../deps/html.ts";
import type { DownloadReport } from "../download/types.ts";
import {
  attribute,
  baseOf,
  type Element,
  elementsOf,
  relOf,
  remove,
  setAttribute,
  textOf,
  webUrl,
} from "./elements.ts";
import { imageSets, imageUrls } from "./image_links.ts";
import { Inliner } from "./inliner.ts";
import type { ReadPage } from "./read_page.ts";
import { largest, parseSrcset } from "./srcset.ts";
import type { SavePageOptions } from "./types.ts";

/** Attributes with URLs that stay links, and are made whole. */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  area: ["href"],
  form: ["action"],
  button: ["formaction"],
  input: ["formaction"],
  iframe: ["src"],
  frame: ["src"],
  embed: ["src"],
  object: ["data"],
  audio: ["src"],
  video: ["src"],
  source: ["src"],
  track: ["src"],
  link: ["href"],
  blockquote: ["cite"],
};
/** Links that only a network has a use for. */
const HINTS = new Set(["preload", "prefetch", "modulepreload", "dns-prefetch", "preconnect", "prerender"]);
const LAZY = ["data-src", "data-original", "data-lazy-src", "data-lazy"];
const LAZY_SETS = ["data-srcset", "data-lazy-srcset"];

/** Puts all that a page shows into it, and writes it in UTF-8. */
export async function inlinePage(
  { document, url, report }: ReadPage,
  options: SavePageOptions,
  most: number,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; inlined: number; failures: readonly DownloadReport[] }> {
  const base = baseOf(document, url);
  const inliner = new Inliner(url, options, Math.max(0, most - report.bytes));
  const elements = [...elementsOf(document)];
  const work: Promise<void>[] = [];
  for (const element of elements) {
    const script = options.noScripts === true && element.tagName === "script";
    if (options.noScripts) dropHandlers(element);
    if (script || isDropped(element)) remove(element);
    else work.push(...inlineElement(element, base, inliner));
  }
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
  // What a fragment names is in the page itself; a base would lead away from it.
  for (const element of elements) if (element.tagName === "base") setAttribute(element, "href", undefined);
  if (options.noScripts) unwrapNoscript(elements);
  sayUtf8(elements);
  const html = serialize(document, { scriptingEnabled: false });
  return { bytes: new TextEncoder().encode(html), inlined: inliner.inlined, failures: inliner.failures };
}

/** What would forbid or undo what is done here, or is of no use without a network. */
function isDropped(element: Element): boolean {
  const { tagName } = element;
  if (tagName === "meta") {
    const says = (attribute(element, "http-equiv") ?? "").trim().toLowerCase();
    return says.startsWith("content-security-policy") || says === "content-type" ||
      attribute(element, "charset") !== undefined;
  }
  return tagName === "link" && relOf(element).length > 0 && relOf(element).every((word) => HINTS.has(word));
}

/** The work on one element. What each does, it does to that element alone. */
function inlineElement(element: Element, base: URL, inliner: Inliner): Promise<void>[] {
  const { tagName } = element;
  const set = (name: string) => (value: string | undefined) => {
    if (value !== undefined) setAttribute(element, name, value);
  };
  promoteLazy(element);
  makeLinksWhole(element, base);
  const work: Promise<void>[] = [];
  const images = tagName === "use" ? [] : imageUrls(element);
  for (const name of images) work.push(inliner.file(attribute(element, name) ?? "", base).then(set(name)));
  for (const name of imageSets(element)) {
    const best = largest(parseSrcset(attribute(element, name) ?? ""));
    if (!best) continue;
    const put = (url: string | undefined) => set(name)(`${url ?? best.url}${best.descriptor && ` ${best.descriptor}`}`);
    work.push(inliner.file(best.url, base).then(put));
  }
  const style = attribute(element, "style");
  if (style !== undefined) work.push(inliner.style(style, base, "declarationList").then(set("style")));
  if (tagName === "style") {
    work.push(inliner.style(textOf(element), base, "stylesheet").then((css) => setText(element, css)));
  }
  if (tagName === "link" && relOf(element).includes("stylesheet")) {
    work.push(inliner.sheet(attribute(element, "href") ?? "", base).then(set("href")));
    loosen(element);
  }
  const script = tagName === "script" ? attribute(element, "src") : undefined;
  if (script !== undefined) {
    work.push(inliner.file(script, base, "text/javascript").then(set("src")));
    loosen(element);
  }
  if (images.length > 0) setAttribute(element, "crossorigin", undefined);
  return work;
}

/** What was said about the file that was loaded does not hold for a data URL. */
function loosen(element: Element): void {
  for (const name of ["integrity", "crossorigin", "nonce"]) setAttribute(element, name, undefined);
}

/** Shows at once what a script would load late. */
function promoteLazy(element: Element): void {
  if (element.tagName !== "img" && element.tagName !== "source") return;
  for (const [names, goal] of [[LAZY, "src"], [LAZY_SETS, "srcset"]] as const) {
    for (const name of names) {
      const value = attribute(element, name);
      if (value === undefined) continue;
      setAttribute(element, goal, value);
      setAttribute(element, name, undefined);
    }
  }
  if (attribute(element, "loading") === "lazy") setAttribute(element, "loading", undefined);
}

function makeLinksWhole(element: Element, base: URL): void {
  const names = Object.hasOwn(LINKS, element.tagName) ? LINKS[element.tagName] ?? [] : [];
  for (const name of names) {
    const value = attribute(element, name);
    if (value === undefined || value.trim() === "" || value.trim().startsWith("#")) continue;
    const whole = webUrl(value, base);
    if (whole) setAttribute(element, name, whole.href);
  }
}

/** In HTML the text of a style ends with the first end tag, wherever that stands. */
function setText(element: Element, css: string): void {
  const [text] = element.childNodes;
  if (text && "value" in text && text.nodeName === "#text") {
    text.value = css.replace(/<(?=\/style)/gi, "\\3c ");
    element.childNodes.length = 1;
  }
}

function dropHandlers(element: Element): void {
  for (const { name, value } of [...element.attrs]) {
    const runs = /^on/i.test(name) ||
      (/^(?:href|src|action|formaction|data)$/.test(name) && /^[\s\0-\x20]*javascript:/i.test(value));
    if (runs) setAttribute(element, name, undefined);
  }
}

/** Without scripts, what is meant for browsers without them is the page. */
function unwrapNoscript(elements: readonly Element[]): void {
  for (const element of elements) {
    const siblings = element.tagName === "noscript" ? element.parentNode?.childNodes : undefined;
    const index = siblings?.indexOf(element) ?? -1;
    if (!siblings || index < 0) continue;
    for (const child of element.childNodes) child.parentNode = element.parentNode;
    siblings.splice(index, 1, ...element.childNodes);
  }
}

function sayUtf8(elements: readonly Element[]): void {
  const head = elements.find(({ tagName }) => tagName === "head");
  if (!head) return;
  const meta: Tree.Element = {
    nodeName: "meta",
    tagName: "meta",
    attrs: [{ name: "charset", value: "utf-8" }],
    namespaceURI: head.namespaceURI,
    childNodes: [],
    parentNode: head,
  };
  head.childNodes.unshift(meta);
}
