import { attribute, type Element, kindOf, relOf, setAttribute } from "../tree/elements.ts";
import type { Inliner } from "./inliner.ts";
import { inlineManifest } from "./manifest.ts";

/** Links that only a network has a use for. */
const HINTS = new Set([
  "preload",
  "prefetch",
  "modulepreload",
  "dns-prefetch",
  "preconnect",
  "prerender",
  "compression-dictionary",
]);
/** Destinations of a preload (WHATWG HTML, translate a preload destination). */
const DESTINATION = /^(?:fetch|font|image|json|script|style|text|track)$/;

/** Whether a link is nothing but a hint for the network. */
export function isHint(element: Element): boolean {
  const rel = relOf(element);
  return kindOf(element) === "link" && rel.length > 0 && rel.every((word) => HINTS.has(word));
}

/** Whether a hint names something that a script may be waiting for: browsers ignore those without a destination. */
export function isPreload(element: Element): boolean {
  const rel = relOf(element);
  const as = attribute(element, "as")?.toLowerCase() ?? "";
  return rel.includes("modulepreload") || (rel.includes("preload") && DESTINATION.test(as));
}

/** Makes a style sheet of a preloaded one that its handler would make one. */
export function promoteStyle(element: Element): void {
  if (!isPreload(element) || attribute(element, "as")?.toLowerCase() !== "style") return;
  if (!/stylesheet/i.test(attribute(element, "onload") ?? "")) return;
  setAttribute(element, "rel", "stylesheet");
  setAttribute(element, "as", undefined);
}

/** Inlines a style sheet or a manifest that an element links to. */
export async function inlineLink(element: Element, inliner: Inliner): Promise<void> {
  const rel = relOf(element);
  const href = attribute(element, "href") ?? "";
  const sheet = rel.includes("stylesheet");
  if (!sheet && !rel.includes("manifest")) return;
  const made = await (sheet ? inliner.sheet(href) : inlineManifest(href, inliner));
  if (made !== undefined) setAttribute(element, "href", made);
  for (const name of ["integrity", "crossorigin", "nonce"]) setAttribute(element, name, undefined);
  setAttribute(element, "charset", undefined);
}
