import { attribute, closest, type Element, kindOf, setAttribute } from "../tree/elements.ts";
import type { Inliner } from "./inliner.ts";

const SPACE = "[\\t\\n\\f\\r ]*";
const CONTENT = new RegExp(`^${SPACE}(\\d+(?!\\d)|(?=\\.))[\\d.]*(?:${SPACE}[;,]|[\\t\\n\\f\\r ])${SPACE}(.*)$`, "s");
const NAME = new RegExp(`^url${SPACE}=${SPACE}`, "i");

/** Whether an element sends the reader elsewhere. */
export function isRefresh(element: Element): boolean {
  return kindOf(element) === "meta" && attribute(element, "http-equiv")?.trim().toLowerCase() === "refresh";
}

/** Parses a refresh (WHATWG HTML, shared declarative refresh steps); undefined when it has no URL. */
export function parseRefresh(content: string): { readonly seconds: number; readonly url: string } | undefined {
  const [, time = "", rest = ""] = CONTENT.exec(content) ?? [];
  const text = rest.replace(NAME, "");
  const [, , quoted] = /^(["'])(.*?)(?:\1|$)/s.exec(text) ?? [];
  const url = (quoted ?? text).trim();
  return url === "" ? undefined : { seconds: Number(time), url };
}

/** Makes the URL of a refresh absolute, and records that what is there is not in the saved page. */
export function inlineRefresh(element: Element, { place, files }: Inliner): void {
  const refresh = parseRefresh(attribute(element, "content") ?? "");
  const url = refresh && URL.parse(refresh.url, place.base);
  if (!refresh || !url || !/^https?:$/.test(url.protocol)) return;
  const { seconds } = refresh;
  if (url.href === place.document.url.href) return setAttribute(element, "content", `${seconds}`);
  setAttribute(element, "content", `${seconds}; url=${url.href}`);
  const asleep = !files.noScripts && closest(element, (outer) => kindOf(outer) === "noscript") !== undefined;
  if (!asleep) {
    files.omit(url, "refresh", "refresh", `the page is replaced by this one after ${seconds}s, which is not saved`);
  }
}
