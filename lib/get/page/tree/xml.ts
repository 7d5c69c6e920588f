import { SaxesParser, type SaxesTagNS } from "../../../deps/xml.ts";
import { html, type Tree } from "../../../deps/html.ts";
import type { Element } from "./elements.ts";
import { ENTITIES, expandEntities, NotWellFormed } from "./entities.ts";

/** A processing instruction, in the place of a comment. */
export interface Instruction extends Tree.CommentNode {
  /** Its target. */
  readonly target: string;
}

/** Maximum depth of nested elements, as in HTML. */
const MAX_DEPTH = 5000;

/**
 * Parses XML into the tree that HTML is parsed into, with namespaces; entities of HTML, and those that the document
 * declares itself, are known.
 *
 * @throws {NotWellFormed} When it is not well-formed, or its elements are nested more than 5,000 deep.
 */
export function parseXml(text: string): Tree.Document {
  const document: Tree.Document = { nodeName: "#document", mode: html.DOCUMENT_MODE.NO_QUIRKS, childNodes: [] };
  let parent: Tree.Document | Element = document;
  let depth = 0;
  const append = (node: Tree.ChildNode) => void parent.childNodes.push(node);
  const parser = new SaxesParser({ xmlns: true, position: true });
  parser.ENTITIES = ENTITIES;
  parser.on("error", ({ message }) => {
    throw new NotWellFormed(message.replace(/\.$/, ""));
  });
  parser.on("doctype", (source) => append(documentType(source, document)));
  parser.on("opentag", (tag) => {
    if (++depth > MAX_DEPTH) throw new NotWellFormed(`elements are nested more than ${MAX_DEPTH} deep`);
    const element = elementOf(tag, parent);
    append(element);
    parent = element;
  });
  parser.on("closetag", () => {
    depth--;
    if ("parentNode" in parent) {
      parent = parent.parentNode && "tagName" in parent.parentNode ? parent.parentNode : document;
    }
  });
  const addText = (value: string) => {
    const last = parent.childNodes.at(-1);
    if (parent === document) return;
    if (last?.nodeName === "#text" && "value" in last) last.value += value;
    else append({ nodeName: "#text", value, parentNode: parent });
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("comment", (data) => append({ nodeName: "#comment", data, parentNode: parent }));
  parser.on("processinginstruction", ({ target, body }) => {
    const instruction: Instruction = { nodeName: "#comment", data: body, target, parentNode: parent };
    append(instruction);
  });
  parser.write(expandEntities(text)).close();
  return document;
}

function elementOf({ local, prefix, uri, attributes }: SaxesTagNS, parentNode: Tree.ParentNode): Element {
  const attrs = Object.values(attributes).map(({ local, prefix, uri, value }) => ({
    name: local,
    ...prefix && { prefix },
    ...uri && { namespace: uri },
    value,
  }));
  return {
    nodeName: local,
    tagName: local,
    ...prefix && { prefix },
    // The names of parse5 are an enumeration of those that HTML knows.
    namespaceURI: uri as Element["namespaceURI"],
    attrs,
    childNodes: [],
    parentNode,
  };
}

function documentType(source: string, parentNode: Tree.Document): Tree.DocumentType {
  const [, name = "html", rest = ""] = /^\s*([^\s[]+)([^[]*)/.exec(source) ?? [];
  const ids = [...rest.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other ?? "");
  const [publicId = "", systemId = ""] = /^\s*SYSTEM/.test(rest) ? ["", ids[0]] : ids;
  return { nodeName: "#documentType", name, publicId, systemId, parentNode };
}
