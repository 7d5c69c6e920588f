import type { Tree } from "../../../deps/html.ts";
import { essenceOf, mediaTypeOf } from "../../../http/codec/fields/media_type.ts";
import { decodeOctets } from "../../../http/codec/octets.ts";
import { contentCharset } from "../charset/prescan.ts";
import { decode, htmlEncoding, xmlDocumentEncoding } from "../charset/decode.ts";
import { encodingOf, inDocument } from "../charset/label.ts";
import type { Loaded } from "../load.ts";
import { metaCharset, parseHtml, writeHtml } from "./html.ts";
import { HTML, SVG } from "./namespaces.ts";

/** The languages that pages are written in. */
export type PageType = "text/html" | "application/xhtml+xml" | "image/svg+xml";

/** A page, parsed. */
export interface PageDocument {
  /** Where it comes from. */
  readonly url: URL;
  /** Its language; what is not HTML is XML. */
  readonly type: PageType;
  /** Its tree. */
  readonly tree: Tree.Document;
  /** Its encoding, which its styles and scripts inherit. */
  readonly encoding: string;
  /** Why XML was parsed as HTML. */
  readonly notWellFormed?: string;
}

const XML_TYPES = new Set(["application/xhtml+xml", "image/svg+xml", "application/xml", "text/xml"]);
const UNKNOWN = "application/octet-stream";
const ROOTS: Readonly<Record<string, PageType>> = { [HTML]: "application/xhtml+xml", [SVG]: "image/svg+xml" };

/** Returns the media type of a resource: that of its Content-Type, or by its name; a page if neither is known or it starts like one. */
export function documentType({ contentType, url, bytes }: Loaded): string {
  const said = essenceOf(contentType);
  if (said !== undefined) return said;
  const named = essenceOf(mediaTypeOf(url.pathname)) ?? UNKNOWN;
  const markup = /^(?:\xef\xbb\xbf)?[\t\n\f\r ]*</.test(decodeOctets(bytes, 0, Math.min(bytes.length, 100)));
  return named === UNKNOWN || (markup && !XML_TYPES.has(named)) ? "text/html" : named;
}

/**
 * Parses a page: HTML, XHTML or SVG, or XML of which that is the root. XML that is not well-formed is parsed as HTML.
 * `around` is the encoding of a page of the same origin that holds it.
 */
export async function readDocument(loaded: Loaded, around?: string): Promise<PageDocument | undefined> {
  const { url, bytes, contentType } = loaded;
  const type = documentType(loaded);
  if (type === "text/html") return readHtml(bytes, contentType, url, around);
  if (!XML_TYPES.has(type)) return undefined;
  const { NotWellFormed } = await import("./entities.ts");
  const { parseXml } = await import("./xml.ts");
  const encoding = xmlDocumentEncoding(bytes, contentType);
  try {
    const tree = parseXml(decode(bytes, encoding));
    const root = tree.childNodes.find((node) => "tagName" in node);
    const language = root && "namespaceURI" in root ? ROOTS[root.namespaceURI] : undefined;
    // Without its namespace it is neither, but says itself that it is.
    const meant = type.endsWith("xhtml+xml") ? "application/xhtml+xml" : type === "image/svg+xml" ? type : undefined;
    const found = language ?? meant;
    return found && { url, type: found, tree, encoding };
  } catch (error) {
    if (!(error instanceof NotWellFormed) || !(type.startsWith("application/xhtml") || type.startsWith("image/svg"))) {
      if (error instanceof NotWellFormed) return undefined;
      throw error;
    }
    const html = parseHtml(decode(bytes, encoding));
    return { url, type: "text/html", tree: html, encoding, notWellFormed: error.message };
  }
}

function readHtml(
  bytes: Uint8Array,
  contentType: string | undefined,
  url: URL,
  around: string | undefined,
): PageDocument {
  const { encoding, certain } = htmlEncoding(bytes, contentType, around);
  const tree = parseHtml(decode(bytes, encoding));
  if (certain) return { url, type: "text/html", tree, encoding };
  // A declaration behind the bytes of the prescan is found by the parser.
  const { charset, content } = metaCharset(tree);
  const label = charset ?? contentCharset(content ?? "");
  const own = label === undefined ? undefined : inDocument(encodingOf(label));
  if (own === undefined || own === encoding) return { url, type: "text/html", tree, encoding };
  return { url, type: "text/html", tree: parseHtml(decode(bytes, own)), encoding: own };
}

/** Writes a page as it is to be encoded in UTF-8. It changes the tree. */
export async function writeDocument({ type, tree }: PageDocument): Promise<string> {
  if (type === "text/html") return writeHtml(tree);
  const { writeXml } = await import("./write_xml.ts");
  return writeXml(tree);
}
