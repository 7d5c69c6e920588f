import { partBytes } from "./view.ts";
import type { ParsedAttachment } from "../../deps/postal_mime.ts";

/**
 * What the browser may do with the HTML of a message: show it. No script, no form, no frame, nothing from anywhere: not even the
 * inbox itself, whose pages it shares an address with.
 */
export const FRAME_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const PICTURES = /^image\/(?:png|jpeg|gif|webp|bmp|avif)$/;
/** Bytes of pictures that are put into the HTML, each as often as it stands there. */
const PICTURES_LIMIT = 16 * 2 ** 20;

/**
 * Elements that the policy does not hold: a browser connects for a link of type preconnect, or for an anchor that is
 * pressed, though nothing is loaded then; a frame has a document of its own, a refresh goes elsewhere. Under another name they are nothing.
 */
const UNWANTED = /<(\/?)(?=(?:a|area|link|meta|base|i?frame|frameset|object|embed|applet|portal)\b)/gi;

const STYLE = "<style>not-a { color: #0645ad; text-decoration: underline }</style>";

/** The HTML of a message with the pictures in it that came with it, and without what would reach out in spite of the policy. */
export function frameHtml(html: string, parts: readonly ParsedAttachment[]): string {
  const pictures = new Map<string, ParsedAttachment>();
  for (const part of parts) {
    const id = part.contentId?.replace(/^<|>$/g, "");
    if (id && PICTURES.test(part.mimeType)) pictures.set(id, part);
  }
  let room = PICTURES_LIMIT;
  return html
    .replace(UNWANTED, "<$1not-")
    // Behind the document type, which has to come first.
    .replace(/^\s*(?:<!doctype[^>]*>)?/i, (start) => `${start}${STYLE}`)
    .replace(/\bcid:([^\s"'()<>]+)/g, (whole: string, id: string) => {
      const part = pictures.get(id);
      if (!part) return whole;
      const bytes = partBytes(part);
      // Each place where a picture stands takes its room.
      if (bytes.length > room) return whole;
      room -= bytes.length;
      return `data:${part.mimeType};base64,${bytes.toBase64()}`;
    });
}
