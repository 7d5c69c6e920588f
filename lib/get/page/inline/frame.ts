import type { ReferenceKind } from "../../download/types.ts";
import { essenceOf } from "../../../http/codec/fields/media_type.ts";
import { dataUrl } from "../data_url.ts";
import { decode, transportEncoding } from "../charset/decode.ts";
import { markOf } from "../charset/label.ts";
import type { Loaded } from "../load.ts";
import { type PageDocument, readDocument, writeDocument } from "../tree/document.ts";
import { attribute, baseOf, type Element, kindOf, setAttribute, withoutHash } from "../tree/elements.ts";
import { parseHtml } from "../tree/html.ts";
import { dataType, type Inliner, type Place } from "./inliner.ts";
import { isolate, isolates } from "./sandbox.ts";

/** Maximum depth of nested documents. */
const MAX_FRAME_DEPTH = 4;

/** Inlines the document, or the file, that a frame, an `object` or an `embed` shows. */
export async function inlineFrame(element: Element, inliner: Inliner): Promise<void> {
  const kind = kindOf(element);
  const srcdoc = kind === "iframe" ? attribute(element, "srcdoc") : undefined;
  if (srcdoc !== undefined) return await inlineSrcdoc(element, srcdoc, inliner);
  const name = kind === "object" ? "data" : "src";
  const reference: ReferenceKind = kind === "iframe" || kind === "frame" ? "frame" : "object";
  const url = inliner.resolve(attribute(element, name) ?? "", reference, undefined, true);
  if (!url) return;
  const absolute = () => setAttribute(element, name, url.href);
  if (reference === "frame" && !allows(url, reference, inliner)) return absolute();
  const loaded = await inliner.load(url, reference);
  if (!loaded) return absolute();
  const document = await readFrame(loaded, inliner);
  if (document && reference === "object" && !allows(url, reference, inliner)) return absolute();
  if (document?.notWellFormed !== undefined) {
    inliner.files.omit(
      url,
      reference,
      "not-well-formed",
      `not well-formed XML (${document.notWellFormed}): saved as HTML`,
    );
  }
  const alone = document !== undefined && isolates(loaded, document, inliner.place);
  const text = document && await inlineText(document, url, kind === "iframe", inliner);
  if (
    document && text !== undefined && kind === "iframe" && document.type === "text/html" && url.protocol !== "data:"
  ) {
    if (!inliner.files.spend(text, url, reference)) return absolute();
    if (alone) isolate(element, loaded.policy, inliner.files.noScripts);
    setAttribute(element, "srcdoc", text);
    return setAttribute(element, "src", undefined);
  }
  const [bytes, type] = contentOf(loaded, document, text, inliner.place.document.encoding);
  setAttribute(element, name, inliner.made(dataUrl(bytes, type), url, reference) ?? url.href);
}

/** Returns the content of a data URL for a frame or an object; text is in UTF-8, as is the page around it. */
function contentOf(
  loaded: Loaded,
  document: PageDocument | undefined,
  text: string | undefined,
  around: string,
): readonly [bytes: Uint8Array<ArrayBuffer>, type: string] {
  const encoder = new TextEncoder();
  if (document && text !== undefined) return [encoder.encode(text), `${document.type};charset=utf-8`];
  const type = essenceOf(loaded.contentType) ?? dataType(loaded);
  if (!type.startsWith("text/")) return [loaded.bytes, dataType(loaded)];
  const decoded = decode(loaded.bytes, markOf(loaded.bytes) ?? transportEncoding(loaded.contentType) ?? around);
  return [encoder.encode(decoded), `${type.replace(/;.*/s, "")};charset=utf-8`];
}

/** A document that stands in the page already is of the origin of the page around it. */
async function inlineSrcdoc(element: Element, text: string, inliner: Inliner): Promise<void> {
  const { url, encoding } = inliner.place.document;
  if (inliner.place.depth >= MAX_FRAME_DEPTH) {
    return inliner.files.omit(
      `${url.href} (srcdoc)`,
      "frame",
      "too-deep",
      `frames are nested more than ${MAX_FRAME_DEPTH} deep`,
    );
  }
  const document: PageDocument = { url, type: "text/html", tree: parseHtml(text), encoding };
  setAttribute(element, "srcdoc", await inlineText(document, new URL("about:srcdoc"), true, inliner));
  setAttribute(element, "src", undefined);
}

/** Whether another document may stand here; browsers, too, do not show a page within itself. */
function allows(url: URL, kind: ReferenceKind, { files, place }: Inliner): boolean {
  if (url.protocol !== "data:" && place.chain.includes(withoutHash(url))) {
    files.omit(url, kind, "frame-loop", "the frame contains a page that contains it");
    return false;
  }
  if (place.depth >= MAX_FRAME_DEPTH) {
    files.omit(
      url.protocol === "data:" ? `${url.href.slice(0, 64)}…` : url,
      kind,
      "too-deep",
      `frames are nested more than ${MAX_FRAME_DEPTH} deep`,
    );
    return false;
  }
  return files.allowsFrame(url, kind);
}

/** A frame without a charset is read as the page around it if it is of the same origin. */
async function readFrame(loaded: Loaded, { place }: Inliner): Promise<PageDocument | undefined> {
  const same = loaded.url.origin === place.document.url.origin && place.document.url.protocol !== "data:";
  return await readDocument(loaded, same ? place.document.encoding : undefined);
}

/** The text of a document, with all that it shows. */
async function inlineText(
  document: PageDocument,
  url: URL,
  frame: boolean,
  inliner: Inliner,
): Promise<string> {
  const { place } = inliner;
  const srcdoc = frame && document.type === "text/html" && url.protocol !== "data:";
  const around = url.protocol === "about:" ? place.base : document.url;
  const inner: Place = {
    document,
    base: baseOf(document.tree, around),
    chain: [...place.chain, withoutHash(url), ...document.url.href === url.href ? [] : [withoutHash(document.url)]],
    depth: place.depth + 1,
    own: place.own && document.url.origin === place.document.url.origin,
    srcdoc,
  };
  await inliner.inlineDocument(inliner.at(inner));
  return await writeDocument(document);
}
