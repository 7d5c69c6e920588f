import type { Tree } from "../../../deps/html.ts";
import { attribute, closest, type Element, kindOf, setAttribute } from "../tree/elements.ts";

/** What may stand in a head; anything else would end it. */
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
  for (const element of elements) {
    const siblings = kindOf(element) === "noscript" ? element.parentNode?.childNodes : undefined;
    const index = siblings?.indexOf(element) ?? -1;
    if (!siblings || index < 0) continue;
    const inHead = closest(element, (outer) => kindOf(outer) === "head") !== undefined;
    const fits = (node: Tree.ChildNode) =>
      !inHead || !body ||
      ("tagName" in node ? IN_HEAD.has(node.tagName) : !("value" in node) || node.value.trim() === "");
    const stays = element.childNodes.filter(fits);
    toBody.push(...element.childNodes.filter((node) => !fits(node)));
    for (const child of stays) child.parentNode = element.parentNode;
    siblings.splice(index, 1, ...stays);
  }
  for (const node of toBody) node.parentNode = body ?? null;
  body?.childNodes.unshift(...toBody);
}
