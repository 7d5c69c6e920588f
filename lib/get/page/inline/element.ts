import { largest, parseSrcset } from "../srcset.ts";
import { attribute, type Element, kindOf, setAttribute, setText, textOf, webUrl } from "../tree/elements.ts";
import { inlineFrame } from "./frame.ts";
import type { Inliner } from "./inliner.ts";
import { inlineLink } from "./link.ts";
import {
  droppedAttributes,
  fileAttributes,
  LAZY,
  linkAttributes,
  setAttributes,
  SVG_PROPERTIES,
} from "./references.ts";
import { inlineRefresh, isRefresh } from "./refresh.ts";
import type { Sprites } from "./sprites.ts";

/** The work on one element. What each does, it does to that element alone. */
export function inlineElement(element: Element, inliner: Inliner, sprites: Sprites): Promise<unknown>[] {
  const kind = kindOf(element);
  const set = (name: string) => (value: string | undefined) => {
    if (value !== undefined) setAttribute(element, name, value);
  };
  for (const name of droppedAttributes(element)) setAttribute(element, name, undefined);
  promoteLazy(element);
  const work = [...inlineFiles(element, inliner, set), ...inlineStyles(element, inliner, set)];
  if (/^(?:iframe|frame|object|embed)$/.test(kind)) work.push(inlineFrame(element, inliner));
  else if (kind === "svg:use") work.push(sprites.inline(element, inliner));
  else if (kind === "link") work.push(inlineLink(element, inliner));
  else if (kind === "script" || kind === "svg:script") work.push(...inlineScript(element, inliner, set));
  else if (isRefresh(element)) inlineRefresh(element, inliner);
  else if (kind === "param" || kind.startsWith("svg:animate") || kind === "svg:set") {
    work.push(...inlineValue(element, inliner, set));
  }
  makeLinksAbsolute(element, inliner);
  return work;
}

type Setter = (name: string) => (value: string | undefined) => void;

function inlineFiles(element: Element, inliner: Inliner, set: Setter): Promise<unknown>[] {
  const work: Promise<unknown>[] = [];
  const files = Object.entries(fileAttributes(element));
  for (const [name, kind] of files) {
    const value = attribute(element, name);
    if (value !== undefined) work.push(inliner.file(value, kind).then(set(name)));
  }
  for (const name of setAttributes(element)) {
    const best = largest(parseSrcset(attribute(element, name) ?? ""));
    if (!best) continue;
    const put = (url: string | undefined) => set(name)(`${url ?? best.url}${best.descriptor && ` ${best.descriptor}`}`);
    work.push(inliner.file(best.url, "image").then(put));
  }
  if (files.length > 0) setAttribute(element, "crossorigin", undefined);
  return work;
}

function inlineStyles(element: Element, inliner: Inliner, set: Setter): Promise<unknown>[] {
  const kind = kindOf(element);
  const work: Promise<unknown>[] = [];
  const style = kind === "" ? undefined : attribute(element, "style");
  if (style !== undefined) work.push(inliner.style(style, "declarationList").then(set("style")));
  for (const name of kind.startsWith("svg:") ? SVG_PROPERTIES : []) {
    const value = attribute(element, name);
    if (value !== undefined && /url\(/i.test(value)) work.push(inliner.style(value, "value").then(set(name)));
  }
  const isCss = /^(?:text\/css)?$/i.test((attribute(element, "type") ?? "").trim());
  if ((kind === "style" || kind === "svg:style") && isCss) {
    const css = inliner.style(textOf(element), "stylesheet");
    // In HTML the text of a style ends with the first end tag, wherever that stands.
    work.push(css.then((text) => setText(element, text.replace(/<(?=\/style)/gi, "\\3c "))));
  }
  return work;
}

function inlineScript(element: Element, inliner: Inliner, set: Setter): Promise<unknown>[] {
  const module = attribute(element, "type")?.trim().toLowerCase() === "module";
  const names = kindOf(element) === "script" ? ["src"] : ["href", "xlink:href"];
  const charset = attribute(element, "charset");
  const used = names.filter((name) => attribute(element, name) !== undefined);
  // What was said about the file that was loaded does not hold for a data URL.
  if (used.length > 0) {
    for (const name of ["integrity", "crossorigin", "nonce", "charset"]) setAttribute(element, name, undefined);
  }
  return used.map((name) => inliner.script(attribute(element, name) ?? "", module, charset).then(set(name)));
}

/** Parameters of plug-ins, and images that an animation exchanges. */
function inlineValue(element: Element, inliner: Inliner, set: Setter): Promise<unknown>[] {
  if (kindOf(element) === "param") {
    const value = attribute(element, "value");
    if (value && /^(?:movie|src|data|url|filename)$/i.test(attribute(element, "name") ?? "")) {
      set("value")(webUrl(value, inliner.place.base)?.href);
    }
    return [];
  }
  if (!/^(?:xlink:)?href$/.test(attribute(element, "attributeName") ?? "")) return [];
  const values = (attribute(element, "values") ?? "").split(";").map((value) => inliner.resolve(value, "image"));
  // In a list, the semicolon of a data URL would divide it.
  for (const url of values) {
    if (url) inliner.files.omit(url, "image", "in-a-list", "a list of animation values cannot hold data URLs");
  }
  if (values.some(Boolean)) set("values")(values.map((url) => url?.href ?? "").join(";"));
  return ["from", "to", "by"].filter((name) => attribute(element, name) !== undefined)
    .map((name) => inliner.file(attribute(element, name) ?? "", "image").then(set(name)));
}

/** Shows at once what a script would load late. */
function promoteLazy(element: Element): void {
  const kind = kindOf(element);
  if (!["img", "source", "iframe"].includes(kind)) return;
  for (const [into, from] of LAZY) {
    for (const name of kind === "iframe" && into === "srcset" ? [] : from) {
      const value = attribute(element, name);
      if (value === undefined) continue;
      setAttribute(element, into, value);
      setAttribute(element, name, undefined);
    }
  }
  if (attribute(element, "loading") === "lazy") setAttribute(element, "loading", undefined);
}

/** Makes links absolute. Within `srcdoc`, a mere fragment would lead to the page around it. */
function makeLinksAbsolute(element: Element, { place }: Inliner): void {
  for (const name of linkAttributes(element)) {
    const value = attribute(element, name)?.trim() ?? "";
    const here = place.srcdoc && /^(?:a|area)$/.test(kindOf(element)) && value.startsWith("#");
    const url = here
      ? `about:srcdoc${value}`
      : value === "" || value.startsWith("#")
      ? undefined
      : webUrl(value, place.base)?.href;
    if (url !== undefined) setAttribute(element, name, url);
  }
  const ping = attribute(element, "ping");
  if (ping === undefined || !/^(?:a|area)$/.test(kindOf(element))) return;
  setAttribute(
    element,
    "ping",
    ping.split(/[\t\n\f\r ]+/).map((one) => webUrl(one, place.base)?.href ?? one).join(" "),
  );
}
