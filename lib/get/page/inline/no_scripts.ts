import type { Tree } from "../../../deps/html.ts";
import { attribute, closest, type Element, kindOf, replaceNodes, setAttribute } from "../tree/elements.ts";

/** Elements that are allowed in a head; any other one ends it. */
const IN_HEAD = new Set([
  "base",
  "basefont",
  "bgsound",
  "link",
  "meta",
  "noframes",
  "script",
  "style",
  "template",
  "title",
]);
const RUNS = /^(?:href|src|action|formaction|data|to|from|by|values)$/;

/** Whether an element is a script, or an animation that makes one. */
export function isScript(element: Element): boolean {
  const kind = kindOf(element);
  if (/^svg:(?:set|animate)$/.test(kind)) {
    return /^(?:on|(?:xlink:)?href$)/i.test((attribute(element, "attributeName") ?? "").trim());
  }
  return kind === "script" || kind === "svg:script";
}

/** Takes away the attributes of an element that are scripts. */
export function dropHandlers(element: Element): void {
  restoreMedia(element);
  element.attrs = element.attrs.filter(({ name, value }) =>
    !/^on/i.test(name) && !(RUNS.test(name) && isJavaScript(value))
  );
}

/** Browsers leave control characters and spaces at both ends, and tabs and line feeds anywhere, out of URLs. */
function isJavaScript(value: string): boolean {
  return /^[\0-\x20]*javascript:/i.test(value.replace(/[\t\n\r]/g, ""));
}

/** A style sheet that its own handler makes valid for other media once it is loaded. */
function restoreMedia(element: Element): void {
  if (kindOf(element) !== "link") return;
  const media = /\bmedia\s*=\s*["']([^"']*)["']/.exec(attribute(element, "onload") ?? "")?.[1];
  if (media !== undefined) setAttribute(element, "media", media);
}

/** Without scripts, what is meant for browsers without them is the page; what no head can have goes into the body. */
export function unwrapNoscript(elements: readonly Element[]): void {
  const body = elements.find((element) => kindOf(element) === "body");
  const toBody: Tree.ChildNode[] = [];
  const unwrapped = new Map<Tree.Node, readonly Tree.ChildNode[]>();
  for (const element of elements) {
    if (kindOf(element) !== "noscript") continue;
    const inHead = body !== undefined && closest(element, (outer) => kindOf(outer) === "head") !== undefined;
    const fits = (node: Tree.ChildNode) => !inHead || fitsHead(node);
    unwrapped.set(element, element.childNodes.filter(fits));
    toBody.push(...element.childNodes.filter((node) => !fits(node)));
  }
  replaceNodes(unwrapped);
  for (const node of toBody) node.parentNode = body ?? null;
  if (body) body.childNodes = [...toBody, ...body.childNodes];
}

function fitsHead(node: Tree.ChildNode): boolean {
  if ("tagName" in node) return IN_HEAD.has(node.tagName);
  return !("value" in node) || node.value.trim() === "";
}
