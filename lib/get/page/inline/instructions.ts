import type { Tree } from "../../../deps/html.ts";
import type { Inliner } from "./inliner.ts";

/** Inlines the style sheets that processing instructions of an XML document link to (Associating Style Sheets with XML). */
export async function inlineInstructions(document: Tree.Document, inliner: Inliner): Promise<void> {
  await Promise.all(document.childNodes.map(async (node) => {
    if (!("data" in node) || !("target" in node) || node.target !== "xml-stylesheet") return;
    const attributes = [...node.data.matchAll(/(?<![\w-])([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
      .map(([, name = "", one, other = ""]) => [name, unescape(one ?? other)] as const);
    const values = new Map(attributes);
    const href = values.get("href") ?? "";
    const isCss = /^(?:text\/css)?$/i.test(values.get("type") ?? "");
    const url = inliner.resolve(href, "style");
    if (!isCss && url) inliner.files.omit(url, "style", "transformation", "transformations (XSLT) are not saved");
    const made = isCss ? await inliner.sheet(href) : url?.href;
    if (made !== undefined) values.set("href", made);
    node.data = [...values].map(([name, value]) => `${name}="${escape(value)}"`).join(" ");
  }));
}

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const unescape = (text: string) =>
  text.replace(/&(?:quot|lt|gt|amp);/g, (name) => ({ "&quot;": '"', "&lt;": "<", "&gt;": ">" })[name] ?? "&");
