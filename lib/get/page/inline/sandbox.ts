import type { Loaded } from "../load.ts";
import type { PageDocument } from "../tree/document.ts";
import { attribute, type Element, elementsOf, kindOf, setAttribute, wordsOf } from "../tree/elements.ts";
import type { Place } from "./inliner.ts";

/** Rights of a frame of another origin in a browser, except its origin. */
const FRAME_RIGHTS = [
  "allow-downloads",
  "allow-forms",
  "allow-modals",
  "allow-orientation-lock",
  "allow-pointer-lock",
  "allow-popups",
  "allow-popups-to-escape-sandbox",
  "allow-presentation",
  "allow-scripts",
  "allow-top-navigation-by-user-activation",
];

/**
 * Whether a document must not get the origin of the page that it is put into: it is of another origin, or its policy
 * has limited what it may do there.
 */
export function isolates({ url, policy }: Loaded, document: PageDocument, { document: around }: Place): boolean {
  return url.origin !== around.url.origin || around.url.protocol === "data:" || policy !== undefined ||
    hasPolicy(document);
}

/** Gives a frame an opaque origin, and no right that it did not have. */
export function isolate(element: Element, policy: string | undefined, noScripts: boolean): void {
  const own = attribute(element, "sandbox");
  const sandboxes = [...(policy ?? "").matchAll(/(?:^|[;,])\s*sandbox(?=[\s;,]|$)([^;,]*)/gi)].map(([, words = ""]) =>
    wordsOf(words)
  );
  if (own !== undefined) sandboxes.push(wordsOf(own));
  const [first = FRAME_RIGHTS, ...more] = sandboxes;
  const rights = first.filter((right) =>
    right !== "allow-same-origin" && !(noScripts && right === "allow-scripts") &&
    more.every((words) => words.includes(right))
  );
  setAttribute(element, "sandbox", rights.join(" "));
}

/** The page's own `meta` elements are dropped, and so is what they forbid. */
function hasPolicy({ tree }: PageDocument): boolean {
  for (const element of elementsOf(tree)) {
    if (
      kindOf(element) === "meta" && /^content-security-policy$/i.test((attribute(element, "http-equiv") ?? "").trim())
    ) return true;
  }
  return false;
}
