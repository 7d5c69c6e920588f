import { partBytes } from "./view.ts";
import type { ParsedAttachment } from "../../deps/postal_mime.ts";

/**
 * What the browser may do with the HTML of a message: show it. No script, no form, no frame, nothing from anywhere: not even the
 * inbox itself, whose pages it shares an address with.
 */
export const FRAME_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const PICTURES = /^image\/(?:png|jpeg|gif|webp|bmp|avif)$/;
/** Bytes of pictures that are put into the HTML. */
const PICTURES_LIMIT = 16 * 2 ** 20;

/** The HTML of a message with the pictures in it that came with it. */
export function frameHtml(html: string, parts: readonly ParsedAttachment[]): string {
  let room = PICTURES_LIMIT;
  let shown = html;
  for (const part of parts) {
    const id = part.contentId?.replace(/^<|>$/g, "");
    if (!id || !PICTURES.test(part.mimeType) || !shown.includes(`cid:${id}`)) continue;
    const bytes = partBytes(part);
    room -= bytes.length;
    if (room < 0) break;
    shown = shown.replaceAll(`cid:${id}`, `data:${part.mimeType};base64,${bytes.toBase64()}`);
  }
  return shown;
}
